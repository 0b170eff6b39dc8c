// The file of a record, fetched when its part of the page is unfolded.
for (const part of document.querySelectorAll("details.kb-source")) {
  part.addEventListener("toggle", async () => {
    const way = part.querySelector("a")
    try {
      const answer = await fetch(way.href)
      if (!answer.ok) throw new Error(answer.statusText)
      const code = document.createElement("code")
      code.textContent = await answer.text()
      const text = document.createElement("pre")
      text.tabIndex = 0
      text.append(code)
      part.append(text)
    } catch {
      // The link is still there.
      way.after(" could not be read here; open it instead.")
    }
  }, { once: true })
}
