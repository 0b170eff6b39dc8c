// The file of a record, fetched when its part of the page is unfolded.
import { inflated } from "./inflated.js";

for (const part of document.querySelectorAll("details.kb-source")) {
  part.addEventListener("toggle", async () => {
    const way = part.querySelector("a");
    try {
      const code = document.createElement("code");
      code.textContent = new TextDecoder().decode(await inflated(new URL(way.href)));
      const text = document.createElement("pre");
      text.tabIndex = 0;
      text.append(code);
      part.append(text);
    } catch {
      // The link is still there.
      way.after(" could not be read here; open it instead.");
    }
  }, { once: true });
}
