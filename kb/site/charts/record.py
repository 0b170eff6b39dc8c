"""Which charts a record's page has."""

from kb.site.charts.bandwidth import bandwidth_figure
from kb.site.charts.card import card_figure
from kb.site.charts.figure import Figure, section
from kb.site.charts.history import engine_history, model_history
from kb.site.charts.pareto import pareto_figure
from kb.site.library import Here, Library, address_of
from kb.site.memo import remembered
from kb.site.text import blocks

# The kinds of record whose pages have charts with files beside them.
KINDS_WITH_CHARTS = ("hardware", "model", "engine")


@remembered
def _of_model(library: Library, model: str) -> tuple[Figure, ...]:
    if not library.cases_with("model", model):
        return ()
    here = Here(address_of("model", model))
    found = (make(library, model, here) for make in (bandwidth_figure, pareto_figure, model_history))
    return tuple(figure for figure in found if figure is not None)


@remembered
def _of_engine(library: Library, engine: str) -> tuple[Figure, ...]:
    figure = engine_history(library, engine, Here(address_of("engine", engine)))
    return () if figure is None else (figure,)


@remembered
def _of_hardware(library: Library, card: str) -> tuple[Figure, ...]:
    figure = card_figure(library, card, Here(address_of("hardware", card)))
    return () if figure is None else (figure,)


def charts_of(kind: str, record_id: str, library: Library) -> tuple[Figure, ...]:
    """Return the charts of a record's page, in its order."""
    return {"hardware": _of_hardware, "model": _of_model, "engine": _of_engine}[kind](library, record_id)


def charts_section(kind: str, record_id: str, library: Library) -> str:
    """Return the charts of a record's page; nothing where it has none."""
    found = charts_of(kind, record_id, library)
    return blocks(*map(section, found)) if found else ""
