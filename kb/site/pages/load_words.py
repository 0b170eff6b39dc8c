"""What a case was asked to do, in a few words, and who says how it went: by these a list tells its cases apart."""

from collections.abc import Iterable, Sequence

from kb.site.figures import about
from kb.site.library import Item, Library, Row
from kb.site.text import clip

# Room for a name of a data set or of a source in a cell.
_MOST = 44
_UNKNOWN = "load not stated"


def load_words(points: Sequence[Row]) -> str:
    """Return the load of a case from the rows of its points, not escaped.

    Such as ``1,024 in / 8,192 out, 4 to 64 at once``: tokens of a request, and how many requests. Where none of it is
    stated it is the data set, or that nothing is.
    """
    lengths = [
        f"{span} {side}"
        for side, field in (("in", "input_tokens"), ("out", "output_tokens"))
        if (span := _span(point[field] for point in points))
    ]
    at_once = _span(point["concurrency"] or point["batch"] for point in points)
    rate = _span(point["request_rate_s"] for point in points)
    how = f"{at_once} at once" if at_once else f"{rate} requests/s" if rate else ""
    if not lengths and not how:
        datasets = list(dict.fromkeys(point["dataset"] for point in points if point["dataset"]))
        return clip(datasets[0], _MOST) if len(datasets) == 1 else _UNKNOWN
    return ", ".join(part for part in (" / ".join(lengths), how) if part)


def _span(values: Iterable[float | None]) -> str:
    """Return the lowest and the highest of the values that are known."""
    known = sorted(value for value in values if value is not None)
    low, high = (about(value) for value in (known[0], known[-1])) if known else ("", "")
    return low if low == high else f"{low} to {high}"


def origin(item: Item, library: Library) -> str:
    """Return the name of the source that a record's figures come from by default, not escaped; empty for none."""
    evidence = {entry["id"]: entry for entry in item["evidence"]}
    entry = evidence.get(item.get("default_evidence") or "") or next(iter(evidence.values()), None)
    if entry is None:
        return ""
    source = entry["source"]
    if not isinstance(source, str):
        return clip(source["title"], _MOST)
    known = library.current("source", source)
    return clip(library.title("source", known) if known else source, _MOST)
