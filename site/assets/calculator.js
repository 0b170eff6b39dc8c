// Estimate a deployment: the form of calculator.md.
import { answerForm, suggest } from "./python.js";

const form = document.getElementById("kb-calculator");

for (const kind of ["model", "hardware", "quantization"]) {
  suggest(form.elements[kind], document.getElementById(`kb-${kind}s`), [kind]);
}
// What stands in the address is not hidden.
const search = new URLSearchParams(location.search);
const more = form.querySelector("details");
more.open = [...more.querySelectorAll("[name]")].some((field) => search.get(field.name));

answerForm(form, {
  name: "estimate",
  output: document.getElementById("kb-answer"),
  status: document.getElementById("kb-status"),
  ready: (said) => "model" in said && "hardware" in said,
});
