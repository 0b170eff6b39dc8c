// Put records side by side: the form of compare.md.
import { answerForm, suggest } from "./python.js";

const form = document.getElementById("kb-compare");
const fields = [...form.querySelectorAll("input[name]")];

suggest(form, document.getElementById("kb-records"), ["hardware", "model", "engine", "quantization", "case"]);
// What stands in the address is not hidden.
const search = new URLSearchParams(location.search);
const more = form.querySelector("details");
more.open = fields.some((field) => more.contains(field) && search.get(field.name));

answerForm(form, {
  name: "compare",
  output: document.getElementById("kb-answer"),
  status: document.getElementById("kb-status"),
  ready: (said) => fields.filter((field) => field.name in said).length > 1,
}).then(() => {
  // Who comes from a record's page has named one, and wants to name the other.
  if (form.elements.a.value && !form.elements.b.value) form.elements.b.focus();
});
