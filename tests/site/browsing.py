"""A browser page that keeps a record of dialogs, errors and requests to elsewhere."""

from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Dialog, Page, Request


class Watched:
    """A page with what went wrong on it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.wrongs: list[str] = []
        page.on("dialog", self._dialog)
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.wrongs.append(f"error: {error}"))
        page.on("request", self._request)

    def visit(self, url: str) -> Page:
        """Open ``url``, wait until all is loaded, and give what would go off a moment to do so."""
        self.page.goto(url)
        self.page.wait_for_timeout(100)
        return self.page

    def search(self, words: str) -> list[str]:
        """Type ``words`` into the search box and return the titles that it finds; none is a failure."""
        box = "[data-md-component=search-query]"
        self.page.click(box)
        self.page.fill(box, "")
        # The search listens to keys, and inserted text makes none.
        self.page.keyboard.press("Shift")
        self.page.wait_for_selector(".md-search-result__item", state="detached")
        self.page.keyboard.insert_text(words)
        self.page.keyboard.press("Shift")
        self.page.wait_for_selector(".md-search-result__item")
        return [title.inner_text() for title in self.page.query_selector_all(".md-search-result__item h1")]

    def _dialog(self, dialog: Dialog) -> None:
        self.wrongs.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.wrongs.append(f"{message.type}: {message.text}")

    def _request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.hostname != "127.0.0.1" and address.scheme not in ("data", "blob"):
            self.wrongs.append(f"request: {request.url}")
