// A table or a chart that is wider than the page scrolls sideways, and who has no mouse must reach it: only then it takes
// the focus.
import { wordsOf } from "./sections.js";

const widths = new ResizeObserver((entries) => entries.forEach(({ target }) => mark(target)));

function mark(box) {
  if (box.scrollWidth > box.clientWidth) {
    box.tabIndex = 0;
    box.setAttribute("role", "region");
    const title = box.querySelector("svg > title")?.textContent;
    box.setAttribute("aria-label", `${title ?? heading(box)}: ${title ? "chart" : "table"}, scrolls sideways`);
  } else {
    for (const name of ["tabindex", "role", "aria-label"]) box.removeAttribute(name);
  }
}

/** Return the words of the heading that a table stands under. */
function heading(box) {
  const before = [...document.querySelectorAll(".md-typeset :is(h1, h2, h3)")].filter(
    (found) => found.compareDocumentPosition(box) & Node.DOCUMENT_POSITION_FOLLOWING,
  );
  return before.length ? wordsOf(before.at(-1)) : "Table";
}

// Material's own script wraps the tables, and has done so when everything is loaded.
function watch() {
  document.querySelectorAll(".md-typeset__scrollwrap, .kb-plot").forEach((box) => widths.observe(box));
}

if (document.readyState === "complete") watch();
else addEventListener("load", watch);
