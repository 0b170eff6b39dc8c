// How to cite a record, as a sentence and as a BibTeX entry: made when it is asked for, of what stands on the page.
import { wordsOf } from "./sections.js";

// What TeX takes for a sign, and how it is written instead.
const TEX = {
  "\\": "\\textbackslash ",
  "{": "\\{",
  "}": "\\}",
  "$": "\\$",
  "&": "\\&",
  "#": "\\#",
  "%": "\\%",
  "_": "\\_",
  "~": "\\textasciitilde ",
  "^": "\\textasciicircum ",
};

for (const part of document.querySelectorAll("details.kb-cited")) {
  part.addEventListener("toggle", () => {
    const { day } = part.dataset;
    const [kind, id] = [".kb-id a", ".kb-id code"].map((name) => document.querySelector(name).textContent);
    const title = wordsOf(document.querySelector("h1"));
    part.querySelector("p").textContent = `Inference knowledge base, ${kind} ${id}, “${title}”, data of ${day}, \
CC-BY-SA-4.0. Cite the sources above with it.`;
    const code = document.createElement("code");
    code.textContent = `@misc{${id},
  title = {{${title.replace(/[\\{}$&#%_~^]/g, (sign) => TEX[sign])}}},
  howpublished = {Inference knowledge base},
  year = {${day.slice(0, 4)}},
  note = {Data of ${day}, CC-BY-SA-4.0}
}`;
    const text = document.createElement("pre");
    text.tabIndex = 0;
    text.append(code);
    part.append(text);
  }, { once: true });
}
