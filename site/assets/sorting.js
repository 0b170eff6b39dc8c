// What the tables of records and the list of all cases share: the order of cells, and headers that sort.

const TIERS = ["measured", "reported", "official", "derived", "estimated"];
const words = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

// "1,800", "850 *", "25.1 to 30" and "12.5 %" are the numbers they begin with; a day or a word is none.
function numeral(text) {
  const found = /^[-+]?\d[\d,]*(?:\.\d+)?(?:e[-+]?\d+)?(?![-\w])/i.exec(text);
  return found ? Number(found[0].replaceAll(",", "")) : NaN;
}

// How the texts of a column are ordered. What is empty comes last, whichever way the rest goes.
export function compare(one, other, numeric, descending) {
  const first = one.trim();
  const second = other.trim();
  if (!first || !second) return Number(!first) - Number(!second);
  let order = 0;
  const [left, right] = [numeral(first), numeral(second)];
  if (numeric && !(Number.isNaN(left) && Number.isNaN(right))) {
    if (Number.isNaN(left) || Number.isNaN(right)) return Number.isNaN(left) - Number.isNaN(right);
    order = left - right;
  } else {
    // Tiers go by what they are worth; a second word is what was claimed.
    const ranks = [first, second].map((text) => TIERS.indexOf(text.split(/\s/)[0]));
    order = ranks.includes(-1) ? words.compare(first, second) : ranks[0] - ranks[1];
  }
  return descending ? -order : order;
}

// Make a button of each header of `table`. `sort(index, numeric, descending, label)` is called when one is pressed;
// numbers begin with the largest. Returns a function that marks a header as the one that is sorted by, or none.
export function sortable(table, sort) {
  const heads = [...table.tHead.rows[0].cells];
  const numbers = (table.dataset.n ?? "").split(" ");
  const mark = (index, descending) =>
    heads.forEach((head, at) => {
      if (at === index) head.setAttribute("aria-sort", descending ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    });
  heads.forEach((head, index) => {
    const label = head.textContent.trim();
    if (!label) return;
    const numeric = numbers.includes(String(index + 1));
    const button = document.createElement("button");
    button.type = "button";
    button.className = "kb-sort";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const now = head.getAttribute("aria-sort");
      const descending = now ? now === "ascending" : numeric;
      mark(index, descending);
      sort(index, numeric, descending, label);
    });
  });
  return mark;
}

// Change the address to say what is shown, without a step of its own in the history.
export function remember(parameters) {
  const address = new URL(location.href);
  for (const [name, value] of Object.entries(parameters)) {
    if (value) address.searchParams.set(name, value);
    else address.searchParams.delete(name);
  }
  history.replaceState(history.state, "", address);
}
