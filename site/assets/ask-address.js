// Runs before Material's script, whose search opens by itself where the address has a q. Here q is the question of
// ask.md: it is taken out of the address until python.js has read it.
"use strict";

{
  const address = new URL(location.href);
  if (address.searchParams.has("q")) {
    document.documentElement.dataset.kbAsked = address.search;
    history.replaceState(null, "", address.pathname);
  }
}
