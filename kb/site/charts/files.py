"""The files beside the pages: the numbers behind each chart, and the chart where it stands alone."""

from pathlib import Path

from kb.plots.svg import svg
from kb.site.charts.errors import FOLDER, error_files
from kb.site.charts.heat_map import coverage_csv
from kb.site.charts.record import KINDS_WITH_CHARTS, charts_of
from kb.site.library import Library, address_of
from kb.site.packed import write_packed


def write_chart_files(library: Library, out: Path) -> None:
    """Write ``NAME.csv.gz`` and ``NAME.svg`` of each chart beside its page below ``out``; the same bytes every time."""
    for kind in KINDS_WITH_CHARTS:
        for record_id in library.items[kind]:
            for figure in charts_of(kind, record_id, library):
                folder = out / address_of(kind, record_id)
                write_packed(folder / f"{figure.name}.csv", figure.data.csv)
                _write(folder / f"{figure.name}.svg", svg(figure.chart))
    write_packed(out / "coverage" / "coverage.csv", coverage_csv(library))
    for name, text in error_files():
        (write_packed if name.endswith(".csv") else _write)(out / FOLDER / name, text)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="")
