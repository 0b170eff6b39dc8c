// What the tables say of an operating point, shown when the mouse is over its place in the drawing of all of them. Who has
// no mouse reads the tables.
const drawing = document.querySelector("svg[data-rows]");
if (drawing) {
  const rows = drawing.dataset.rows.split(" ");
  // Those of the points: one of what the source gives, one of what physics says.
  const tables = [...document.querySelectorAll("article table")].filter(
    (table) => table.tHead?.rows[0].cells[0].textContent === "Point",
  );
  // Its path goes from the top down the left side, and along the bottom to the right.
  const [left, top, bottom, right] = drawing.querySelector(".axis").getAttribute("d").match(/[\d.]+/g).map(Number);
  const width = (right - left) / rows.length;
  rows.forEach((row, at) => {
    const place = shape("rect", { class: "place", x: left + at * width, y: top, width, height: bottom - top });
    place.append(shape("title", {}));
    place.firstChild.textContent = tables.flatMap((table, nth) => words(table, row, nth)).join("\n");
    drawing.append(place);
  });
}

function words(table, row, nth) {
  const heads = table.tHead.rows[0].cells;
  return [...(table.tBodies[0].rows[row]?.cells ?? [])].flatMap((cell, at) => {
    const text = cell.textContent.trim();
    // Which point it is, the first table has said.
    return text && !(at === 0 && nth > 0) ? [`${heads[at].textContent}: ${text}`] : [];
  });
}

function shape(name, attributes) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}
