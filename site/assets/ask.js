// Ask in a sentence: the form of ask.md.
import { answerForm } from "./python.js";

const form = document.getElementById("kb-ask");

for (const example of document.querySelectorAll("[data-kb-example]")) {
  example.addEventListener("click", () => {
    form.elements.q.value = example.textContent;
    form.requestSubmit();
  });
}

answerForm(form, {
  name: "ask",
  output: document.getElementById("kb-answer"),
  status: document.getElementById("kb-status"),
  ready: (said) => "q" in said,
});
