// The site serves records and tables gzipped. Who clicks on one gets it plain; the address stays that of the packed file.
import { inflated } from "./inflated.js";

const PACKED = [".json.gz", ".csv.gz", ".yaml.gz"];
const TYPES = { json: "application/json", csv: "text/csv", yaml: "application/yaml" };

for (const way of document.querySelectorAll(PACKED.map((end) => `a[href$="${end}"]`).join())) {
  way.addEventListener("click", async (event) => {
    // With a key held down the reader wants the browser's own way.
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    try {
      save(await inflated(new URL(way.href)), way.pathname.split("/").at(-1).replace(/\.gz$/, ""));
    } catch {
      location.assign(way.href);
    }
  });
}

function save(bytes, name) {
  const address = URL.createObjectURL(new Blob([bytes], { type: TYPES[name.split(".").at(-1)] }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  // Some browsers begin to read it only after a while.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
