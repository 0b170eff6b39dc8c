// A link beside each heading, to copy the address of its section; the table of contents has the same without scripts.
for (const heading of document.querySelectorAll(".md-typeset :is(h1, h2, h3, h4, h5, h6)[id]")) {
  const way = document.createElement("a");
  way.className = "headerlink";
  way.href = `#${heading.id}`;
  way.title = "Link to this section";
  way.textContent = "¶";
  heading.append(way);
}

/** Return the words of a heading: with those that a search has marked in it, without the link above. */
export function wordsOf(heading) {
  const copy = heading.cloneNode(true);
  copy.querySelector(".headerlink")?.remove();
  return copy.textContent.replace(/\s+/g, " ").trim();
}
