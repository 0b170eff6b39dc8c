// Put two records side by side: the form of compare.md.
import { answerForm, suggest } from "./python.js";

const form = document.getElementById("kb-compare");

for (const name of ["a", "b"]) {
  suggest(form.elements[name], document.getElementById(`kb-records-${name}`), ["hardware", "model", "engine", "quantization", "case"]);
}

answerForm(form, {
  name: "compare",
  output: document.getElementById("kb-answer"),
  status: document.getElementById("kb-status"),
  ready: (said) => "a" in said && "b" in said,
}).then(() => {
  // Who comes from a record's page has named one, and wants to name the other.
  if (form.elements.a.value && !form.elements.b.value) form.elements.b.focus();
});
