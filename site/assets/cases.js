// The list of all cases, filtered and sorted. Its rows lie in one file beside the page, fetched when they are first
// asked for: by the address (?model=deepseek-r1&tier=official), by a hand in the form, or by a header that sorts. Commas
// part several values, any of which will do (?verdict=does-not-fit,impossible).

import { inflated } from "./inflated.js";
import { compare, remember, sortable } from "./sorting.js";

const PER_PAGE = 50;
// Where the fields of a row stand in rows.json.gz; see kb/site/case_index.py.
const [ID, LOAD, ORIGIN, TITLE, MODEL, CARDS, COUNT, ENGINE, VERSION] = [0, 1, 2, 3, 4, 5, 6, 7, 8];
const [WEIGHTS, DECODE, TPOT, DAY, TIER, CLAIMED, VERDICT, SERVERS, SOURCES] = [9, 10, 11, 12, 13, 14, 15, 16, 17];
const NUMERIC = ["Decode tok/s", "TPOT ms", "Day"];
// No boxes of the form; links from pages of servers and sources name them.
const UNSEEN = ["server", "source"];

const form = document.querySelector("#kb-cases");
const found = document.querySelector("#kb-cases-found");
const status = document.querySelector("#kb-cases-status");
const page = document.querySelector("#kb-cases-page");
const state = { unseen: {}, sort: "", descending: false, from: 0, asked: 0 };
let loading;

function load() {
  loading ??= inflated(new URL("rows.json.gz", location))
    .then((bytes) => {
      const data = JSON.parse(new TextDecoder().decode(bytes));
      for (const name of ["models", "cards", "engines", "weights"]) {
        const options = document.querySelector(`#kb-${name === "weights" ? name : name.slice(0, -1)}`);
        for (const [id, called] of data[name]) options.append(new Option(called, id));
      }
      for (const row of data.rows) row.text = words(row, data);
      return data;
    })
    .catch((error) => {
      loading = undefined;
      throw error;
    });
  return loading;
}

// What the box for words looks in.
function words(row, data) {
  const named = [data.models[row[MODEL]], ...row[CARDS].map((at) => data.cards[at]), data.engines[row[ENGINE]]];
  const told = [row[ID], row[TITLE], row[LOAD], row[VERSION], row[DAY], data.origins[row[ORIGIN]]];
  const judged = [data.tiers[row[TIER]], data.verdicts[row[VERDICT]]];
  return [...told, ...judged, ...named.flat(), ...(data.weights[row[WEIGHTS]] ?? [])].join(" ").toLowerCase();
}

// An id that there is means that record and no other; anything else is looked for in ids and names.
function meant(list, typed) {
  const wanted = typed.toLowerCase();
  const exact = list.findIndex((entry) => [entry].flat()[0].toLowerCase() === wanted);
  if (exact >= 0) return [exact];
  return list.flatMap((entry, at) => ([entry].flat().join(" ").toLowerCase().includes(wanted) ? [at] : []));
}

function several(typed) {
  return typed.split(",").map((value) => value.trim()).filter(Boolean);
}

// A name may hold a comma itself.
function chosen(list, typed) {
  if (!typed) return null;
  const whole = meant(list, typed);
  return new Set(whole.length ? whole : several(typed).flatMap((value) => meant(list, value)));
}

// A select can be set only to what it offers, and it offers one word at a time that there are cases of.
function set(box, value) {
  box.value = value;
  if (!value || box.value === value) return;
  box.append(new Option(several(value).join(" or "), value));
  box.value = value;
}

function wantedOf() {
  const wanted = { ...state.unseen };
  for (const box of form.elements) if (box.name) wanted[box.name] = box.value.trim();
  return wanted;
}

function select(data, wanted) {
  const tests = [];
  const one = (list, typed, at) => {
    const ones = chosen(list, typed);
    if (ones) tests.push((row) => [row[at]].flat().some((entry) => ones.has(entry)));
  };
  one(data.models, wanted.model, MODEL);
  one(data.cards, wanted.card, CARDS);
  one(data.engines, wanted.engine, ENGINE);
  one(data.weights, wanted.weights, WEIGHTS);
  one(data.servers, wanted.server, SERVERS);
  one(data.sources, wanted.source, SOURCES);
  one(data.tiers, wanted.tier, TIER);
  one(data.verdicts, wanted.verdict, VERDICT);
  const texts = (wanted.text ?? "").toLowerCase().split(/\s+/).filter(Boolean);
  if (texts.length) tests.push((row) => texts.every((text) => row.text.includes(text)));
  return data.rows.filter((row) => tests.every((test) => test(row)));
}

function link(label, address) {
  const made = document.createElement("a");
  made.href = address;
  made.textContent = label;
  return made;
}

function small(text) {
  const made = document.createElement("small");
  made.textContent = text;
  return made;
}

function badge(word, family) {
  const made = document.createElement("span");
  made.className = `kb-${family}-${word}`;
  made.textContent = word;
  return made;
}

// The cells of a row, by column: what is shown, as nodes and texts.
function cells(row, data) {
  const record = (entry, folder) => (entry ? [link(entry[1], `../${folder}/${entry[0]}/`)] : []);
  const cards = row[CARDS].flatMap((at, index) => [index ? ", " : "", ...record(data.cards[at], "hardware")]);
  const tier = row[TIER] < 0 ? [] : [badge(data.tiers[row[TIER]], "tier")];
  if (row[CLAIMED] >= 0 && row[CLAIMED] !== row[TIER]) {
    tier.push(document.createElement("br"), small(`claimed ${data.tiers[row[CLAIMED]]}`));
  }
  const load = [link(row[LOAD], `${row[ID]}/`)];
  if (row[ORIGIN] >= 0) load.push(document.createElement("br"), small(data.origins[row[ORIGIN]]));
  return {
    Model: record(data.models[row[MODEL]], "models"),
    Cards: [`${row[COUNT]} × `, ...cards],
    Engine: [...record(data.engines[row[ENGINE]], "engines"), row[VERSION] ? ` ${row[VERSION]}` : ""],
    Weights: record(data.weights[row[WEIGHTS]], "quantizations"),
    Load: load,
    "Decode tok/s": [row[DECODE]],
    "TPOT ms": [row[TPOT]],
    Day: [row[DAY]],
    Tier: tier,
    Verdict: row[VERDICT] < 0 ? [] : [badge(data.verdicts[row[VERDICT]], "verdict")],
  };
}

// What a row is sorted by in a column.
function key(row, column, data) {
  const name = (entry) => (entry ? entry[1] : "");
  return {
    Model: () => name(data.models[row[MODEL]]),
    Cards: () => row[CARDS].map((at) => name(data.cards[at])).join(" ") + " " + row[COUNT],
    Engine: () => `${name(data.engines[row[ENGINE]])} ${row[VERSION]}`,
    Weights: () => name(data.weights[row[WEIGHTS]]),
    Load: () => row[LOAD],
    "Decode tok/s": () => row[DECODE],
    "TPOT ms": () => row[TPOT],
    Day: () => row[DAY],
    Tier: () => data.tiers[row[TIER]] ?? "",
    Verdict: () => data.verdicts[row[VERDICT]] ?? "",
  }[column]();
}

function tableOf(columns) {
  const table = document.createElement("table");
  const head = table.createTHead().insertRow();
  for (const column of columns) {
    const cell = document.createElement("th");
    cell.scope = "col";
    cell.textContent = column;
    head.append(cell);
  }
  table.dataset.n = columns.flatMap((column, at) => (NUMERIC.includes(column) ? [at + 1] : [])).join(" ");
  table.createTBody();
  return table;
}

let results;

function resultsOf(data) {
  if (results) return results;
  const table = tableOf(data.columns);
  const mark = sortable(table, (index, _numeric, descending) => {
    Object.assign(state, { sort: data.columns[index], descending, from: 0 });
    update();
  });
  const ways = document.createElement("p");
  ways.className = "kb-pages";
  const step = (label, by) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = label;
    button.addEventListener("click", () => {
      state.from += by;
      update();
      form.scrollIntoView();
    });
    ways.append(button, " ");
    return button;
  };
  results = { table, mark, before: step("Previous", -PER_PAGE), after: step("Next", PER_PAGE) };
  const scroller = document.createElement("div");
  scroller.className = "md-typeset__scrollwrap";
  // What scrolls can be reached and moved by keys.
  scroller.tabIndex = 0;
  scroller.setAttribute("role", "region");
  scroller.setAttribute("aria-label", "Cases found");
  const inner = document.createElement("div");
  inner.className = "md-typeset__table";
  inner.append(table);
  scroller.append(inner);
  found.replaceChildren(scroller, ways);
  return results;
}

function show(data, wanted) {
  const { table, mark, before, after } = resultsOf(data);
  if (!data.columns.includes(state.sort)) state.sort = "";
  const rows = select(data, wanted);
  if (state.sort) {
    const numeric = NUMERIC.includes(state.sort);
    const keys = new Map(rows.map((row) => [row, key(row, state.sort, data)]));
    rows.sort((one, other) => compare(keys.get(one), keys.get(other), numeric, state.descending));
  }
  state.from = Math.max(0, Math.min(state.from, Math.floor(Math.max(0, rows.length - 1) / PER_PAGE) * PER_PAGE));
  const shown = rows.slice(state.from, state.from + PER_PAGE);
  mark(data.columns.indexOf(state.sort), state.descending);
  const body = document.createElement("tbody");
  for (const row of shown) {
    const line = body.insertRow();
    for (const [column, parts] of Object.entries(cells(row, data))) {
      const cell = line.insertCell();
      cell.append(...parts);
    }
  }
  table.tBodies[0].replaceWith(body);
  before.disabled = state.from === 0;
  after.disabled = state.from + PER_PAGE >= rows.length;
  before.parentElement.hidden = rows.length <= PER_PAGE;
  const asked = UNSEEN.filter((name) => wanted[name]).map((name) => ` of ${name} ${wanted[name]}`);
  const order = state.sort ? `, by ${state.sort}, ${state.descending ? "descending" : "ascending"}` : "";
  const range = rows.length > shown.length ? `; ${state.from + 1} to ${state.from + shown.length} shown` : "";
  const count = (number) => number.toLocaleString("en");
  status.textContent = `${count(rows.length)} of ${count(data.rows.length)} cases${asked.join("")}${order}${range}`;
}

async function update() {
  const wanted = wantedOf();
  const some = Object.values(wanted).some(Boolean) || Boolean(state.sort);
  const order = state.descending ? "descending" : "ascending";
  const rest = { sort: state.sort, order: state.sort && order, from: state.from ? String(state.from + 1) : "" };
  remember({ ...Object.fromEntries(UNSEEN.map((name) => [name, ""])), ...wanted, ...rest });
  found.hidden = !some;
  page.hidden = some;
  if (!some) {
    status.textContent = "";
    return;
  }
  const turn = ++state.asked;
  try {
    const data = await load();
    // A later wish may have overtaken this one.
    if (turn === state.asked) show(data, wantedOf());
  } catch (error) {
    status.textContent = `The rows could not be loaded (${error.message}); the pages below hold all cases.`;
    found.hidden = true;
    page.hidden = false;
  }
}

function read() {
  const asked = new URL(location.href).searchParams;
  for (const box of form.elements) if (box.name) set(box, asked.get(box.name) ?? "");
  for (const name of UNSEEN) state.unseen[name] = asked.get(name) ?? "";
  state.sort = asked.get("sort") ?? "";
  state.descending = asked.get("order") === "descending";
  state.from = Math.max(0, Math.floor((Number(asked.get("from")) || 1) - 1));
}

if (form && page) {
  form.hidden = false;
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("focusin", () => load().catch(() => {}), { once: true });
  form.addEventListener("input", () => {
    state.from = 0;
    update();
  });
  form.addEventListener("reset", () => {
    Object.assign(state, { unseen: {}, sort: "", descending: false, from: 0 });
    // The boxes are empty once this event is over.
    setTimeout(update);
  });
  const still = page.querySelector("table[data-kb-sort]");
  const mark = sortable(still, (index, _numeric, descending, label) => {
    Object.assign(state, { sort: label, descending, from: 0 });
    mark(-1);
    update().then(() => found.querySelectorAll(".kb-sort")[index]?.focus());
  });
  read();
  update();
}
