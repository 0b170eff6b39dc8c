"""The index pages: one table per kind, one of the checks."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from kb.checks import rules
from kb.records import KINDS
from kb.site.case_index import case_pages
from kb.site.figures import exact, plural
from kb.site.library import Here, Item, Library, check_address
from kb.site.pages.lists import claim_table, sortable
from kb.site.parts import said, severity, tier
from kb.site.text import blocks, escape, link

Table = Callable[[Sequence[Item], Library, Here], str]


def _day(item: Item) -> str:
    day = said(item, "released")
    return f'<span class="kb-day">{day}</span>' if day else ""


def _number(item: Item, *path: str) -> str:
    value: object = item
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    if not isinstance(value, dict):
        return ""
    return exact(value["value"]) + ("*" if "disputed" in value else "")


def _name(item: Item, kind: str, library: Library, here: Here) -> str:
    chinese = item.get("names", {}).get("zh", ())
    beside = f' <small lang="zh">{escape(chinese[0])}</small>' if chinese else ""
    return library.link(here, kind, item["id"]) + beside


def _hardware(items: Sequence[Item], library: Library, here: Here) -> str:
    rows = [
        (
            _name(item, "hardware", library, here),
            said(item, "vendor"),
            _day(item),
            _number(item, "memory", "capacity_gb"),
            _number(item, "memory", "bandwidth_gb_s"),
            _number(item, "peak", "bf16_tflops"),
            _number(item, "peak", "fp8_tflops"),
            _number(item, "tdp_w"),
            exact(len(library.cases_with("hardware_ids", item["id"])) or None),
            tier(item["tier"]),
        )
        for item in items
    ]
    headers = (
        "Accelerator",
        "Vendor",
        "Released",
        "Memory GB",
        "Bandwidth GB/s",
        "BF16 TFLOPS",
        "FP8 TFLOPS",
        "Power W",
        "Cases",
        "Tier",
    )
    return sortable(headers, rows, range(3, 9))


def _servers(items: Sequence[Item], library: Library, here: Here) -> str:
    rows = [
        (
            _name(item, "server", library, here),
            said(item, "vendor"),
            said(item, "form"),
            _number(item, "count"),
            ", ".join(library.link(here, "hardware", card) for card in item["hardware"]),
            _number(item, "total_memory_gb"),
            _number(item, "power_kw"),
            tier(item["tier"]),
        )
        for item in items
    ]
    return sortable(("Server", "Vendor", "Form", "Count", "Cards", "Memory GB", "Power kW", "Tier"), rows, (3, 5, 6))


def _interconnects(items: Sequence[Item], library: Library, here: Here) -> str:
    rows = [
        (
            _name(item, "interconnect", library, here),
            said(item, "vendor"),
            said(item, "scope"),
            _number(item, "per_direction_gb_s"),
            _number(item, "port_gbit_s"),
            tier(item["tier"]),
        )
        for item in items
    ]
    return sortable(("Link", "Vendor", "Scope", "GB/s per direction", "Port Gbit/s", "Tier"), rows, (3, 4))


def _models(items: Sequence[Item], library: Library, here: Here) -> str:
    rows = [
        (
            _name(item, "model", library, here),
            said(item, "lab"),
            _day(item),
            _number(item, "parameters", "total"),
            _number(item, "parameters", "active"),
            library.link(here, "quantization", item.get("native_quantization")),
            exact(len(library.cases_with("model", item["id"])) or None),
            tier(item["tier"]),
        )
        for item in items
    ]
    headers = ("Model", "Lab", "Released", "Parameters", "Active", "Stored as", "Cases", "Tier")
    return sortable(headers, rows, (3, 4, 6))


def _engines(items: Sequence[Item], library: Library, here: Here) -> str:
    rows = [
        (
            _name(item, "engine", library, here),
            said(item, "maintainer"),
            said(item, "licence"),
            exact(len(item["releases"]) or None),
            escape(max((release["date"] for release in item["releases"]), default="")),
            exact(len(library.cases_with("engine", item["id"])) or None),
        )
        for item in items
    ]
    return sortable(("Engine", "Maintainer", "Licence", "Releases known", "Latest known", "Cases"), rows, (3, 5))


def _quantizations(items: Sequence[Item], library: Library, here: Here) -> str:
    rows = [
        (
            _name(item, "quantization", library, here),
            said(item, "family"),
            "<br>".join(
                f"{exact(part['bits_per_weight']['value'])} ({escape(', '.join(part['covers']).replace('_', ' '))})"
                for part in item["stored"]
            ),
            said(item, "arithmetic"),
            exact(len(library.cases_with("quantization", item["id"])) or None),
            tier(item["tier"]),
        )
        for item in items
    ]
    return sortable(("Format", "Family", "Bits per weight", "Arithmetic", "Cases", "Tier"), rows, (4,))


def _sources(items: Sequence[Item], library: Library, here: Here) -> str:
    rows = [
        (
            library.link(here, "source", item["id"]),
            said(item, "publisher"),
            said(item, "source_kind"),
            said(item, "date"),
            exact(len(library.citing.get(item["id"], ())) or None),
        )
        for item in items
    ]
    return sortable(("Source", "Publisher", "What it is", "Published", "Records"), rows, (4,))


# A list of cases is longer than a page; it is made in kb.site.case_index.
TABLES: dict[str, tuple[str, str, Table | None]] = {
    "hardware": ("Accelerators", "One row per exact SKU.", _hardware),
    "server": ("Servers", "Servers, racks and pods: cards that are sold together.", _servers),
    "interconnect": ("Interconnects", "Links between cards, to the host, and between servers.", _interconnects),
    "model": ("Models", "Enough of each architecture to count bytes.", _models),
    "engine": ("Engines", "Who maintains them, and which releases are known.", _engines),
    "quantization": ("Quantizations", "Bits per weight, scales included.", _quantizations),
    "case": ("Cases", "Deployments, with what was claimed and what physics says of it.", None),
    "claim": ("Claims", "Published ratios and levels that are no deployment.", claim_table),
    "source": ("Sources", "What the figures rest on.", _sources),
}


def index_pages(kind: str, library: Library) -> Iterator[tuple[Here, str]]:
    """Yield the pages of the index of a kind, each with its place; one, but for cases."""
    title, what, render = TABLES[kind]
    if render is None:
        yield from case_pages(library, title, what)
        return
    here = Here(f"{KINDS[kind].plural}/")
    items = list(library.items[kind].values())
    if not items:
        yield here, blocks(f"# {title}", f"<p>{what}</p>", "<p>There are no records of this kind yet.</p>")
        return
    shown = render(items, library, here)
    star = "<p>A figure with * is disputed: its page shows what others say.</p>" if "*</td>" in shown else ""
    yield here, blocks(f"# {title}", f"<p>{what} {plural(len(items), 'record')}.</p>", star, shown)


def check_table(library: Library, here: Here) -> str:
    """Return all checks with what they found in the present data."""
    found = Counter(row["code"] for row in library.findings)
    rows = [
        (
            link(escape(entry.rule.code), here.to(check_address(entry.rule.code))),
            link(escape(entry.rule.name), here.to(check_address(entry.rule.code))),
            severity(entry.rule.severity),
            escape(entry.family),
            escape(entry.summary),
            exact(found[entry.rule.code] or None),
        )
        for entry in rules()
    ]
    return sortable(("Code", "Name", "Severity", "Family", "What is wrong", "Findings now"), rows, (5,))
