// Tables marked data-kb-sort can be sorted by any column, and those of many rows filtered. The page is whole without it.

import { compare, remember, sortable } from "./sorting.js";

const WORTH_A_FILTER = 10;

function filterBox(table, rows, status) {
  const box = document.createElement("input");
  box.type = "search";
  box.autocomplete = "off";
  const label = document.createElement("label");
  label.append("Filter these rows ", box);
  const form = document.createElement("form");
  form.className = "kb-filter";
  form.setAttribute("role", "search");
  form.append(label);
  form.addEventListener("submit", (event) => event.preventDefault());
  const texts = new Map(rows.map((row) => [row, row.textContent.toLowerCase()]));
  const apply = () => {
    const wanted = box.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of rows) {
      row.hidden = !wanted.every((word) => texts.get(row).includes(word));
      shown += Number(!row.hidden);
    }
    status.textContent = wanted.length ? `${shown} of ${rows.length} rows` : "";
  };
  return { form, box, apply };
}

function enhance(table, first) {
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const status = document.createElement("p");
  status.className = "kb-status";
  status.setAttribute("role", "status");
  // The theme may have put the table into a box that scrolls.
  (table.closest(".md-typeset__scrollwrap") ?? table).before(status);
  sortable(table, (index, numeric, descending, label) => {
    const text = (row) => row.cells[index].textContent;
    rows.sort((one, other) => compare(text(one), text(other), numeric, descending));
    body.append(...rows);
    status.textContent = `Sorted by ${label}, ${descending ? "descending" : "ascending"}`;
  });
  if (rows.length < WORTH_A_FILTER) return;
  const { form, box, apply } = filterBox(table, rows, status);
  status.before(form);
  box.addEventListener("input", () => {
    apply();
    if (first) remember({ filter: box.value.trim() });
  });
  // The address belongs to the first table of a page.
  if (first) box.value = new URL(location.href).searchParams.get("filter") ?? "";
  if (box.value) apply();
}

document.querySelectorAll("table[data-kb-sort]").forEach((table, index) => enhance(table, index === 0));
