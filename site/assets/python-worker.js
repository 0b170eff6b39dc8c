// Runs the same Python as the kb command, beside the page so that the page stays quick. Everything it loads lies on
// this site: Python itself, pydantic, the modules of kb, and the index of the data.

import { inflated } from "./inflated.js";

const root = new URL("../", import.meta.url);
const python = new URL("runtime/python/", root);
const DATA = "/kb-data";
const CODE = "/kb-code";

let desk = null;
let tables = null;

function tell(id, words) {
  self.postMessage({ id, status: words });
}

async function fetched(address) {
  const answer = await fetch(new URL(address, root));
  if (!answer.ok) throw new Error(`${address} could not be loaded (${answer.status})`);
  return answer;
}

async function started(id) {
  const files = await (await fetched("runtime/python/files.json")).json();
  tell(id, `Loading Python and the data, ${(files.bytes / 1e6).toFixed(0)} MB; your browser keeps them.`);
  const waiting = Promise.all([
    inflated(new URL("data/search.sqlite.gz", root)),
    fetched(`runtime/python/${files.archive}`).then((answer) => answer.arrayBuffer()),
  ]);
  const { loadPyodide } = await import(new URL("pyodide.mjs", python));
  const pyodide = await loadPyodide({
    indexURL: python.href,
    env: { HOME: "/", RAPIDFUZZ_IMPLEMENTATION: "python" },
  });
  const quiet = { messageCallback: () => {}, errorCallback: (words) => { throw new Error(words); } };
  await pyodide.loadPackage(files.wheels.map((name) => new URL(`wheels/${name}`, python).href), quiet);
  const [index, code] = await waiting;
  tell(id, "Starting Python.");
  pyodide.FS.mkdirTree(DATA);
  pyodide.FS.writeFile(`${DATA}/search.sqlite`, index, { canOwn: true });
  pyodide.unpackArchive(code, "zip", { extractDir: CODE });
  const sys = pyodide.pyimport("sys");
  sys.path.insert(0, CODE);
  const { Desk } = pyodide.pyimport("kb.site.in_browser.answer");
  return { pyodide, answers: Desk(DATA, JSON.stringify(files.removed)) };
}

async function answered(id, name, asked, way) {
  // A failed start may be tried again: the network may be back.
  desk ??= started(id).catch((error) => { desk = null; throw error; });
  const { pyodide, answers } = await desk;
  if (name === "compare") {
    // Only comparisons read the tables.
    tables ??= inflated(new URL("data/tables.sqlite.gz", root))
      .then((bytes) => pyodide.FS.writeFile(`${DATA}/tables.sqlite`, bytes, { canOwn: true }))
      .catch((error) => { tables = null; throw error; });
    await tables;
  }
  tell(id, "Working.");
  return JSON.parse(answers.call(name, JSON.stringify(asked), way));
}

self.addEventListener("message", async ({ data: { id, name, asked, way } }) => {
  try {
    self.postMessage({ id, reply: await answered(id, name, asked, way) });
  } catch (error) {
    self.postMessage({ id, failure: String(error?.message ?? error) });
  }
});
