// Runs while the page is being read, before anything of it is painted: the reader's colours, and everything of the
// shell that works with scripts only. Material's theme has all this inside each page; here it is loaded once, a page is
// a third smaller, and the site's policy can forbid scripts inside pages.
"use strict"

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
  const scheme = (number, media, name, other) =>
    `<input class="md-option" data-md-color-media="(prefers-color-scheme: ${media})" data-md-color-scheme="${name}"
      data-md-color-primary="custom" data-md-color-accent="custom" aria-label="${other}" type="radio" name="__palette"
      id="__palette_${number}"><label class="md-header__button md-icon" title="${other}" for="__palette_${1 - number}"
      hidden>${icon(name)}</label>`

  document.currentScript.insertAdjacentHTML("beforebegin", `
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

  // The theme shows it in place of the site's name when the page is scrolled.
  const [site, title] = document.querySelectorAll(".md-header__topic .md-ellipsis")
  title.textContent = document.title.replace(` - ${site.textContent}`, "")

  const dark = matchMedia("(prefers-color-scheme: dark)").matches
  let chosen = null
  try { chosen = __md_get("__palette") } catch {}
  const colours = chosen?.color?.scheme ?? (dark ? "slate" : "default")
  if (["slate", "default"].includes(colours)) document.body.setAttribute("data-md-color-scheme", colours)
}
