// The site serves records and tables gzipped. Who clicks on one gets it plain; the address stays that of the packed file.
import { inflated } from "./inflated.js";
import { save } from "./save.js";

const PACKED = [".json.gz", ".csv.gz", ".yaml.gz"];
const TYPES = { json: "application/json", csv: "text/csv", yaml: "application/yaml" };

for (const way of document.querySelectorAll(PACKED.map((end) => `a[href$="${end}"]`).join())) {
  way.addEventListener("click", async (event) => {
    // With a key held down the reader wants the browser's own way.
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    try {
      const name = way.pathname.split("/").at(-1).replace(/\.gz$/, "");
      save(await inflated(new URL(way.href)), TYPES[name.split(".").at(-1)], name);
    } catch {
      location.assign(way.href);
    }
  });
}
