// The page for SQL: a field, a button, an answer. Whatever comes from data or address goes in as text, never as HTML.
import { save } from "./save.js";
import { csv } from "./sql-cells.js";
import { Engine, MOST_ROWS } from "./sql-engine.js";

const SHOWN = 1000;
const FIRST = "SELECT id, tier, verdict FROM cases LIMIT 5";

const part = (name) => document.getElementById(`kb-sql-${name}`);
const form = document.getElementById("kb-sql");
const [text, run, start, stop, download, permalink] = ["text", "run", "start", "stop", "csv", "link"].map(part);
const [progress, status, error, answer] = ["progress", "status", "error", "answer"].map(part);

let engine = null; // a promise of an Engine, once somebody asked for one
let asking = 0; // the number of the present question; an answer to an earlier one is not shown
let busy = false;
let answered = null;

function say(words) {
  status.textContent = words;
}

function fail(words) {
  error.textContent = words;
  error.hidden = !words;
}

function started() {
  engine ??= load();
  return engine;
}

async function load() {
  if (document.activeElement === start) text.focus();
  start.hidden = true;
  progress.hidden = false;
  try {
    const ready = await Engine.start((words, share) => {
      if (status.textContent !== `${words} …`) say(`${words} …`);
      progress.value = share;
    });
    say("The engine is ready; it needs no network any more.");
    return ready;
  } catch (wrong) {
    engine = null;
    start.hidden = false;
    say("The engine could not be loaded.");
    throw new Error(`${wrong.message}\nThe same query runs on the command line: kb sql "SELECT ..."`);
  } finally {
    progress.hidden = true;
  }
}

async function ask() {
  const statement = text.value.trim();
  if (!statement || busy) return;
  const mine = (asking += 1);
  work(true);
  fail("");
  forget();
  remember();
  try {
    const ready = await started();
    if (mine !== asking) return;
    stop.hidden = false;
    say("Running …");
    const began = performance.now();
    const found = await ready.ask(statement);
    if (mine !== asking) return;
    show(found, performance.now() - began);
  } catch (wrong) {
    if (mine !== asking) return;
    if (engine) say("The query was not answered.");
    fail(wrong.message);
  } finally {
    if (mine === asking) work(false);
  }
}

// Nothing that may have the focus is switched off or hidden: who works by keyboard would be thrown to the page's top.
function work(on) {
  busy = on;
  answer.setAttribute("aria-busy", String(on));
  if (on) return;
  if (document.activeElement === stop) run.focus();
  stop.hidden = true;
}

function forget() {
  answered = null;
  download.disabled = true;
  answer.hidden = true;
  answer.replaceChildren();
}

function show(found, milliseconds) {
  const { columns, numbers, rows, more } = found;
  const table = document.createElement("table");
  const head = table.createTHead().insertRow();
  columns.forEach((name, index) => {
    const cell = document.createElement("th");
    cell.scope = "col";
    cell.textContent = name;
    cell.classList.toggle("n", numbers[index]);
    head.append(cell);
  });
  const body = table.createTBody();
  for (const row of rows.slice(0, SHOWN)) {
    const line = body.insertRow();
    row.forEach((value, index) => {
      const cell = line.insertCell();
      cell.textContent = value ?? "NULL";
      if (value === null) cell.classList.add("kb-sql-null");
      cell.classList.toggle("n", numbers[index]);
    });
  }
  answer.replaceChildren(table);
  answer.hidden = false;
  answered = found;
  download.disabled = false;
  const count = `${rows.length.toLocaleString("en")} ${rows.length === 1 ? "row" : "rows"}`;
  const parts = [`${count} in ${Math.round(milliseconds).toLocaleString("en")} ms.`];
  if (more) parts.push(`There are more; add a LIMIT or a condition. At most ${MOST_ROWS.toLocaleString("en")} are read.`);
  if (rows.length > SHOWN) parts.push(`The first ${SHOWN.toLocaleString("en")} are shown, the download has all that were read.`);
  say(parts.join(" "));
}

function address() {
  const found = new URL(location.href);
  found.hash = "";
  found.search = "";
  found.searchParams.set("sql", text.value);
  return found.href;
}

function relink() {
  permalink.href = address();
}

function remember() {
  history.replaceState(null, "", address());
}

async function offer() {
  const list = part("questions");
  const response = await fetch(new URL("cookbook.json", import.meta.url));
  for (const { question, sql } of response.ok ? await response.json() : []) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = question;
    button.addEventListener("click", () => {
      text.value = sql;
      relink();
      text.focus();
    });
    list.appendChild(document.createElement("li")).append(button);
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  ask();
});
text.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    ask();
  }
});
text.addEventListener("input", relink);
start.addEventListener("click", () => {
  fail("");
  started().catch((wrong) => fail(wrong.message));
});
stop.addEventListener("click", async () => {
  asking += 1;
  (await engine)?.stop();
  engine = null;
  start.hidden = false;
  work(false);
  say("Stopped. The engine starts again with the next query.");
});
download.addEventListener("click", () => {
  save(csv(answered.columns, answered.rows), "text/csv;charset=utf-8", "answer.csv");
});

// What a link brings is put into the field and waits for its reader.
text.value = new URLSearchParams(location.search).get("sql") ?? FIRST;
relink();
part("missing").hidden = true;
form.hidden = false;
offer();
