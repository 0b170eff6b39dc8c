// Runs while the page is being read, before anything of it is painted: the reader's colours, and everything of the
// shell that works with scripts only. Material's theme has all this inside each page; here it is loaded once, a page is
// a third smaller, and the site's policy can forbid scripts inside pages.
"use strict"

// The theme says so too, but only when all of the page has been read and shown.
document.documentElement.classList.replace("no-js", "js")

// What Material's own script expects to find.
var __md_scope = new URL("..", document.currentScript.src)
var __md_hash = text => [...text].reduce((sum, letter) => (sum << 5) - sum + letter.charCodeAt(0), 0)
var __md_get = (key, storage = localStorage, scope = __md_scope) => JSON.parse(storage.getItem(scope.pathname + "." + key))
var __md_set = (key, value, storage = localStorage, scope = __md_scope) => {
  // Storage may be full, or forbidden.
  try { storage.setItem(scope.pathname + "." + key, JSON.stringify(value)) } catch {}
}

{
  const icon = name => `<i class="kb-icon kb-icon--${name}"></i>`
  const escaped = text => text.replace(/[&<>"]/g, sign => `&#${sign.charCodeAt(0)};`)
  const scheme = (number, media, name, other) =>
    `<input class="md-option" data-md-color-media="(prefers-color-scheme: ${media})" data-md-color-scheme="${name}"
      data-md-color-primary="custom" data-md-color-accent="custom" aria-label="${other}" type="radio" name="__palette"
      id="__palette_${number}"><label class="md-header__button md-icon" title="${other}" for="__palette_${1 - number}"
      hidden>${icon(name)}</label>`

  // Boxes that the theme ticks when the menu or the search is open, the shade behind the menu, and words for a moment.
  const body = document.body
  if (!document.getElementById("__search")) {
    const box = name => `<input class="md-toggle" data-md-toggle="${name}" type="checkbox" id="__${name}" autocomplete="off">`
    body.insertAdjacentHTML("afterbegin", `${box("drawer")}${box("search")}<label class="md-overlay" for="__drawer"></label>
      <div class="md-dialog" data-md-component="dialog"><div class="md-dialog__inner md-typeset"></div></div>`)
  }

  // The site's name becomes a sign, and what the theme shows beside it: the name, or the page's when it is scrolled.
  const home = document.querySelector(".kb-home")
  const site = home.textContent.trim()
  home.className = "md-header__button md-logo"
  home.setAttribute("aria-label", site)
  home.innerHTML = icon("logo")
  const topic = (title, rest = "") => `<div class="md-header__topic"${rest}><span class="md-ellipsis">${escaped(title)}</span></div>`
  const page = document.title.replace(` - ${site}`, "")

  document.currentScript.insertAdjacentHTML("beforebegin", `
    <div class="md-header__title" data-md-component="header-title"><div class="md-header__ellipsis">
      ${topic(site)}${topic(page, ' data-md-component="header-topic"')}
    </div></div>
    <form class="md-header__option" data-md-component="palette">
      ${scheme(0, "light", "default", "Dark colours")}${scheme(1, "dark", "slate", "Light colours")}
    </form>
    <label class="md-header__button md-icon" for="__search" title="Search">${icon("search")}</label>
    <div class="md-search" data-md-component="search" role="dialog" aria-label="Search">
      <label class="md-search__overlay" for="__search"></label>
      <div class="md-search__inner" role="search">
        <form class="md-search__form" name="search">
          <input type="text" class="md-search__input" name="query" aria-label="Search" placeholder="Search"
            autocapitalize="off" autocorrect="off" autocomplete="off" spellcheck="false"
            data-md-component="search-query" required>
          <label class="md-search__icon md-icon" for="__search">${icon("search")}${icon("back")}</label>
          <nav class="md-search__options" aria-label="Search">
            <button type="reset" class="md-search__icon md-icon" aria-label="Clear" tabindex="-1">${icon("close")}</button>
          </nav>
        </form>
        <div class="md-search__output"><div class="md-search__scrollwrap" tabindex="0" data-md-scrollfix>
          <div class="md-search-result" data-md-component="search-result">
            <div class="md-search-result__meta">Reading the index</div>
            <ol class="md-search-result__list" role="presentation"></ol>
          </div>
        </div></div>
      </div>
    </div>`)

  // The headings of a page without a side bar, for the column that the page keeps free for them.
  const listed = headings => headings.map(({ heading, below }) => `<li class="md-nav__item">
    <a class="md-nav__link" href="#${escaped(heading.id)}">${escaped(heading.textContent)}</a>${below.length
      ? `<nav class="md-nav" aria-label="${escaped(heading.textContent)}"><ul class="md-nav__list">${listed(below)}</ul></nav>`
      : ""}</li>`).join("")
  const list = () => {
    const column = document.querySelector(".md-sidebar--secondary:empty")
    if (!column) return
    const sections = []
    for (const heading of document.querySelectorAll("article :is(h2, h3)[id]")) {
      const into = heading.localName === "h3" && sections.length ? sections.at(-1).below : sections
      into.push({ heading, below: [] })
    }
    column.innerHTML = `<div class="md-sidebar__scrollwrap"><div class="md-sidebar__inner">
      <nav class="md-nav md-nav--secondary" aria-label="Table of contents">
        <label class="md-nav__title" for="__toc"><span class="md-nav__icon md-icon"></span>Table of contents</label>
        <ul class="md-nav__list" data-md-component="toc" data-md-scrollfix>${listed(sections)}</ul>
      </nav></div></div>`
  }
  // Before the theme looks at the page, which it does when all scripts have run.
  document.addEventListener("readystatechange", list, { once: true })

  const dark = matchMedia("(prefers-color-scheme: dark)").matches
  let chosen = null
  try { chosen = __md_get("__palette") } catch {}
  const colours = chosen?.color?.scheme ?? (dark ? "slate" : "default")
  body.setAttribute("data-md-color-scheme", ["slate", "default"].includes(colours) ? colours : "default")
}
