"""Turn the tables of single devices and small boxes into rows: one sequence in flight, mostly llama-bench.

Run as ``python -m curation.device FOLDER --out calibration/rows/device.csv``; FOLDER holds the gathered tables.

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

import argparse
import dataclasses
import sys
from collections import Counter
from pathlib import Path

from curation.device_hand import hand
from curation.device_tables import Reader, engines, four_cards, geerling, gpt_fast, scoreboard, strix
from curation.tables import Log, read_table
from kb.calibration.rows import Row, write_rows

TABLES: dict[str, Reader] = {
    "m_strix_lhl.csv": strix,
    "m_llamacpp_scoreboards.csv": scoreboard,
    "m_gpt_fast.csv": gpt_fast,
    "m_geerlingguy.csv": geerling,
    "m_engines_batch1.csv": engines,
    "m_hand_transcribed.csv": hand,
}
COMMUNITY = "m_llmfit_community.csv"
REPEATS = "datacentre_batch1_tp.csv"
SEEDS = {"seed001"}


def curate(folder: Path, log: Log) -> tuple[list[Row], int]:
    """Return the rows, in the order of the tables, and how many lines were read."""
    rows: list[Row] = []
    seen: set[tuple[object, ...]] = set()
    printed: set[tuple[str, float]] = set()
    read = 0
    for name, reader in TABLES.items():
        table = read_table(folder / name)
        read += len(table)
        for line in table:
            printed.add((line["source_id"], float(line["decode_tok_s"])))
            row = reader(line)
            if isinstance(row, str):
                log.left_out(row)
                continue
            key = dataclasses.astuple(dataclasses.replace(row, note=None))
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
    return rows, read + community + len(repeats)


def main() -> None:
    """Be the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--out", required=True, type=Path)
    parser.add_argument("--log", type=Path)
    said = parser.parse_args()
    log = Log()
    rows, read = curate(said.folder, log)
    write_rows(said.out, rows)
    text = log.text(read, rows)
    sys.stdout.write(text)
    if said.log:
        said.log.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
