// Asks the Python that the site carries, and puts its answers into a page: shared by ask.js, calculator.js, compare.js.

let worker = null;
let last = 0;
const waiting = new Map();

function started() {
  const made = new Worker(new URL("python-worker.js", import.meta.url), { type: "module" });
  made.addEventListener("message", ({ data }) => {
    const one = waiting.get(data.id);
    if (!one) return;
    if (data.status !== undefined) {
      one.status(data.status);
      return;
    }
    waiting.delete(data.id);
    if (data.failure === undefined) one.done(data.reply);
    else one.failed(new Error(data.failure));
  });
  made.addEventListener("error", (event) => {
    // The worker itself did not load; the next question starts another.
    worker = null;
    for (const one of waiting.values()) one.failed(new Error(event.message || "the worker did not start"));
    waiting.clear();
  });
  return made;
}

// Returns a promise of {html, said, data}. `name` is ask, estimate or compare, `asked` holds texts by entry, `way` leads
// from the page to the root of the site, `status` is told what goes on. The first call starts Python.
export function call(name, asked, way = "../", status = () => {}) {
  worker ??= started();
  const id = ++last;
  return new Promise((done, failed) => {
    waiting.set(id, { done, failed, status });
    worker.postMessage({ id, name, asked, way });
  });
}

// What a form holds that is not blank, and not what it stands at by itself.
function said(form) {
  const entries = [...new FormData(form)].filter(([, value]) => String(value).trim());
  return Object.fromEntries(entries.map(([key, value]) => [key, String(value)]));
}

function fill(form, search) {
  for (const field of form.elements) {
    if (field.name && search.has(field.name)) field.value = search.get(field.name);
  }
}

async function runtimeIsThere() {
  try {
    return (await fetch(new URL("../runtime/python/files.json", import.meta.url))).ok;
  } catch {
    return false;
  }
}

// Suggests names of some kinds of records, from lists that the build wrote: one by kind, and cases, of which there are
// thousands, by themselves. They are loaded when `place`, a field that wants them or a form of such, is first entered.
export function suggest(place, list, kinds) {
  const read = async (name) => {
    const answer = await fetch(new URL(`../runtime/python/${name}`, import.meta.url)).catch(() => null);
    return answer?.ok ? answer.json() : {};
  };
  place.addEventListener("focusin", async () => {
    const names = { ...await read("names.json"), ...(kinds.includes("case") ? await read("cases.json") : {}) };
    const options = kinds.flatMap((kind) => names[kind] ?? []).map(([id, title]) => {
      const option = document.createElement("option");
      option.value = id;
      option.textContent = title;
      return option;
    });
    list.replaceChildren(...options);
  }, { once: true });
}

// Makes a form answer in place. Its entries stand in the address, so that an answer can be linked to; the address is
// read when the page opens. `ready` tells whether what was said is enough to ask.
export async function answerForm(form, { name, output, status, ready }) {
  let asking = 0;

  const run = async (more = {}) => {
    const own = ++asking;
    const asked = { ...said(form), ...more };
    history.replaceState(null, "", `?${new URLSearchParams(asked)}`);
    output.setAttribute("aria-busy", "true");
    status.classList.remove("kb-heard", "kb-failed");
    const tell = (words) => { if (own === asking) status.textContent = words; };
    tell("Asking.");
    try {
      const reply = await call(name, asked, "../", tell);
      // Somebody has asked anew meanwhile.
      if (own !== asking) return;
      // Made, and escaped, by kb/site/in_browser.
      output.innerHTML = reply.html;
      status.textContent = reply.said;
      // What it says stands in the answer too, for those who see it.
      status.classList.add("kb-heard");
    } catch (error) {
      if (own !== asking) return;
      output.replaceChildren();
      status.classList.add("kb-failed");
      status.textContent = `This did not work: ${error.message}`;
    } finally {
      if (own === asking) output.removeAttribute("aria-busy");
    }
  };

  // What stood in the address when the page was opened; see ask-address.js.
  const search = new URLSearchParams(document.documentElement.dataset.kbAsked ?? location.search);
  fill(form, search);
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    run();
  });
  output.addEventListener("click", (event) => {
    const more = event.target.closest("[data-kb-limit]");
    const again = event.target.closest("a.kb-again");
    if (more) run({ limit: more.dataset.kbLimit });
    if (again) {
      event.preventDefault();
      fill(form, new URL(again.href).searchParams);
      run();
    }
  });

  if (!(await runtimeIsThere())) {
    document.querySelector(".kb-no-runtime").hidden = false;
    form.hidden = true;
    return;
  }
  if (ready(said(form))) run(search.has("limit") ? { limit: search.get("limit") } : {});
}
