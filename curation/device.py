"""Turn the tables of single devices and small boxes into rows: one sequence in flight, mostly llama-bench.

Run as ``python -m curation.device FOLDER``, where FOLDER holds the gathered tables.

- ``input_tokens`` of a llama-bench row is the context before the first generated token; where a table states no length
  of the prompt, the cell is empty.
- ``weights_gb`` is the size that a tool printed or stored; a size computed from parameters is not taken.
- ``spread_pct`` is the printed deviation over the printed rate.
- Which card is meant: see ``curation/device_names.py``.
- The seeds by which an estimate is judged (the tables ``modelfit_*`` and ``m_seed001_*``) are not read.
- ``m_llmfit_community.csv`` states neither the size of a model nor how much of it is offloaded; it is left out whole.
- ``datacentre_batch1_tp.csv`` repeats rows of other tables, the seed among them; only those of XiongjieDai's benchmark
  stand nowhere else and are taken.
"""

import dataclasses
from collections import Counter
from pathlib import Path

from curation.cases import Collection
from curation.device_hand import SOURCES, hand
from curation.device_tables import Reader, engines, four_cards, geerling, gpt_fast, scoreboard, strix
from curation.measured import Measured
from curation.tables import Log, read_table, run

TABLES: dict[str, Reader] = {
    "m_strix_lhl.csv": strix,
    "m_llamacpp_scoreboards.csv": scoreboard,
    "m_gpt_fast.csv": gpt_fast,
    "m_geerlingguy.csv": geerling,
    "m_engines_batch1.csv": engines,
    "m_hand_transcribed.csv": hand,
}
_SCORES = frozenset({"llmbox-4da4162c-public-speeds", "willitrun-22bb93d7-llama-cpp"})
_STRIX = frozenset({"strix-halo-testing-5ee14b5b"})
_GEERLING = frozenset({"geerlingguy-ai-benchmarks-bdf94413"})
_ENGINES = frozenset({"gpt-fast-readme-6ecad9b5", "mlc-llm-perf-bench-d401356f", "exllamav2-readme-da07facd"})
_CARDS = frozenset({"xiongjiedai-gpu-benchmarks-00dd2bde"})
COLLECTIONS = (
    Collection("llama-cpp-scoreboards", "in llama.cpp's score boards", grid=True, sources=_SCORES),
    Collection("strix-halo-testing", "by lhl", grid=True, sources=_STRIX),
    Collection("geerlingguy", "by Jeff Geerling", grid=True, sources=_GEERLING),
    Collection("engine-tables", "in its engine's own table", grid=True, sources=_ENGINES),
    Collection("xiongjiedai", "by XiongjieDai", grid=True, sources=_CARDS),
    Collection("threads", "from a public thread", grid=True, sources=frozenset(SOURCES.values())),
)
COMMUNITY = "m_llmfit_community.csv"
REPEATS = "datacentre_batch1_tp.csv"
SEEDS = {"seed001"}


def curate(folder: Path, log: Log) -> list[Measured]:
    """Return the rows, in the order of the tables."""
    rows: list[Measured] = []
    seen: set[Measured] = set()
    printed: set[tuple[str, float]] = set()
    for name, reader in TABLES.items():
        for line in read_table(folder / name):
            printed.add((line["source_id"], float(line["decode_tok_s"])))
            row = reader(line)
            if isinstance(row, str):
                log.left_out(row)
                continue
            key = dataclasses.replace(row, note=None)
            if key in seen:
                log.left_out("the same run stands in the table already")
                continue
            seen.add(key)
            rows.append(row)
    community = len(read_table(folder / COMMUNITY))
    log.left_out("llmfit community: neither size nor offload is stated", community)
    repeats = read_table(folder / REPEATS)
    places: Counter[tuple[str, str]] = Counter()
    for line in repeats:
        if line["source_id"] in SEEDS:
            log.left_out("datacentre, batch 1: a seed")
        elif (line["source_id"], float(line["decode_tok_s"])) in printed:
            log.left_out("datacentre, batch 1: stands in another table")
        else:
            group = (line["hw"], line["model"])
            rows.append(four_cards(line, places[group]))
            places[group] += 1
    return rows


if __name__ == "__main__":
    names = frozenset({*TABLES, COMMUNITY, REPEATS})
    run(__doc__, lambda paths, log: curate(paths[0], log), *COLLECTIONS, reads=names)
