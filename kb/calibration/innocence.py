"""Hold every measured row against the hard ceiling: a row that was measured and stands above it would be accused."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from kb.calibration.observed import deployment_of, load_of
from kb.calibration.rows import Row, read_rows
from kb.calibration.tables import table_files
from kb.corpus import Corpus
from kb.estimate import MARGIN, Load, NotCheckable, decode_ceiling, least_tpot_ms, shortfalls, tpot_floor


@dataclass(frozen=True)
class Held:
    """One row and how far it goes: its rate over the ceiling, or the floor over its time; 1 is the bound itself.

    ``fits`` is False where the weights are larger than the memory of the cards.
    """

    table: str
    row: Row
    share: float
    fits: bool

    @property
    def accused(self) -> bool:
        """Tell whether the checks would call the row impossible."""
        return self.share > MARGIN or not self.fits


def hold(root: Path, corpus: Corpus) -> Iterator[Held | str]:
    """Yield every row of every table, or, for a row that does not say enough, the reason."""
    for file in table_files(root):
        for row in read_rows(file):
            try:
                yield _held(file.name, row, corpus)
            except NotCheckable as gap:
                yield str(gap)


def _held(table: str, row: Row, corpus: Corpus) -> Held:
    if row.role == "decode" and row.workers is None:
        raise NotCheckable("row", "how many decode workers share the requests is not stated")
    deployment, load = deployment_of(row, corpus), load_of(row)
    if row.load == "queued" or row.in_flight is None:
        # Nobody says how many ran at a time: any number is granted.
        load = Load(row.input_tokens, row.output_tokens)
    if row.draft_tokens is None and row.aside is not None and "specul" in row.aside:
        deployment = replace(deployment, speculates=True)
    shares = []
    rate = _rate(row, load)
    if rate is not None:
        shares.append(rate / decode_ceiling(deployment, load).tok_s)
    if row.tpot_ms is not None:
        floor = tpot_floor(deployment, load, row.decode_tok_s, row.tpot_ms / 1e3)
        shares.append(least_tpot_ms(floor) / row.tpot_ms)
    if not shares:
        raise NotCheckable("row", "no time per token follows from what is stated")
    return Held(table, row, max(shares), not shortfalls(deployment))


def _rate(row: Row, load: Load) -> float | None:
    if row.decode_tok_s is not None:
        return row.decode_tok_s
    if row.e2e_ms is not None and row.output_tokens and row.in_flight:
        return row.in_flight * row.output_tokens / row.e2e_ms * 1e3
    if row.tpot_ms is not None and load.static and load.batch:
        return load.batch / row.tpot_ms * 1e3
    return None
