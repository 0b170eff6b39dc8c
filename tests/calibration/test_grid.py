"""The grid of kept estimates: what moved is told, by how much, and what is kept is what is estimated now."""

from pathlib import Path

import pytest

from kb import Corpus
from kb.calibration.grid import (
    COLUMNS,
    FILE,
    HARDWARE,
    LOADS,
    MODELS,
    TOLERANCE,
    Moved,
    grid,
    moved,
    read_grid,
    write_grid,
)
from kb.errors import BadRequest

KEY = dict(zip(COLUMNS[:8], ("m", "q", "h", "8", "1", "1024", "256", "False"), strict=True))
FIGURES = dict(zip(COLUMNS[8:], ("10.5", "True", "1000", "served-dense", "500", "400", "600"), strict=True))
WHERE = "m q h 8 1 1024 256 False"


def line(**said: str) -> dict[str, str]:
    return KEY | FIGURES | said


class TestMoved:
    """What differs between two grids."""

    def test_nothing_moves_by_itself(self) -> None:
        assert moved([line()], [line()]) == []
        assert moved([], []) == []

    def test_rounding_is_no_move(self) -> None:
        assert moved([line()], [line(tok_s=str(500 * (1 + 0.9 * TOLERANCE)))]) == []
        assert len(moved([line()], [line(tok_s=str(500 * (1 + 1.1 * TOLERANCE)))])) == 1

    @pytest.mark.parametrize(
        ("said", "sentence"),
        [
            ({"tok_s": "550"}, f"{WHERE}: tok_s was 500, is 550 (+10.00%)"),
            ({"low": "399"}, f"{WHERE}: low was 400, is 399 (-0.25%)"),
            ({"tok_s": ""}, f"{WHERE}: tok_s was 500, is nothing"),
            ({"fits": "False"}, f"{WHERE}: fits was True, is False"),
            ({"class": "served-moe"}, f"{WHERE}: class was served-dense, is served-moe"),
        ],
    )
    def test_a_move_is_told_with_how_much(self, said: dict[str, str], sentence: str) -> None:
        (found,) = moved([line()], [line(**said)])
        assert str(found) == sentence

    def test_a_figure_where_there_was_none(self) -> None:
        (found,) = moved([line(high="")], [line()])
        assert str(found) == f"{WHERE}: high was nothing, is 600"

    def test_from_nothing_there_is_no_share(self) -> None:
        assert str(Moved(WHERE, "low", "0", "5")) == f"{WHERE}: low was 0, is 5"

    def test_rows_come_and_go(self) -> None:
        gone, new = line(count="4"), line(count="16")
        assert [str(found) for found in moved([gone, line()], [line(), new])] == [
            "m q h 4 1 1024 256 False: row was there, is gone",
            "m q h 16 1 1024 256 False: row was nothing, is new",
        ]

    def test_all_that_moved_is_told_in_order(self) -> None:
        found = moved([line(), line(count="4")], [line(low="1", high="1"), line(count="4", ceiling_tok_s="1")])
        assert [(one.where.split()[3], one.column) for one in found] == [
            ("8", "low"),
            ("8", "high"),
            ("4", "ceiling_tok_s"),
        ]


class TestFile:
    """The file it is kept in."""

    @pytest.fixture
    def home(self, tmp_path: Path) -> Path:
        (tmp_path / FILE).parent.mkdir()
        return tmp_path

    def test_what_is_written_is_read(self, home: Path) -> None:
        write_grid(home, [line(), line(count="4", tok_s="")])
        assert read_grid(home) == [line(), line(count="4", tok_s="")]
        assert (home / FILE).read_text(encoding="utf-8").startswith("model,quantization,hardware,count,batch,")

    def test_without_a_file_there_is_a_command(self, home: Path) -> None:
        with pytest.raises(BadRequest, match=r"^calibration/grid\.csv: No such file.*; run: kb calibrate --accept$"):
            read_grid(home)

    @pytest.mark.parametrize("content", [b"\xff\xfe\n", b"model\n" + b"x" * 200_000 + b"\n"], ids=["bytes", "cell"])
    def test_a_broken_file_is_a_sentence(self, home: Path, content: bytes) -> None:
        (home / FILE).write_bytes(content)
        with pytest.raises(BadRequest, match=r"^calibration/grid\.csv: .*; run: kb calibrate --accept$"):
            read_grid(home)

    def test_lines_that_are_cut_off_have_moved(self, home: Path) -> None:
        write_grid(home, [line(), line(count="4")])
        text = (home / FILE).read_text(encoding="utf-8").rstrip("\n")
        (home / FILE).write_text(text[: text.rindex(",1000,")] + "\nm,q\n", encoding="utf-8")
        sentences = [str(found) for found in moved(read_grid(home), [line(), line(count="4")])]
        assert sentences[0].endswith(": row was there, is gone")
        assert sentences[1:] == [
            f"m q h 4 1 1024 256 False: {column} was nothing, is {FIGURES[column]}" for column in COLUMNS[10:]
        ]


class TestCommitted:
    """The grid of this repository."""

    def test_it_is_what_is_estimated_now(self, root: Path, corpus: Corpus) -> None:
        found = moved(read_grid(root), list(grid(corpus)))
        listed = "\n".join(map(str, found[:10]))
        assert not found, f"{len(found)} estimates moved; if that is meant, run: kb calibrate --accept\n{listed}"

    def test_it_holds_every_deployment_under_every_load(self, root: Path) -> None:
        rows = read_grid(root)
        assert len(rows) == len(MODELS) * sum(len(counts) for _, counts in HARDWARE) * len(LOADS)
        assert len({tuple(row[name] for name in COLUMNS[:8]) for row in rows}) == len(rows)
        assert sum(bool(row["tok_s"]) for row in rows) > len(rows) / 3
        # Where the weights do not fit, nothing is expected.
        assert not [row for row in rows if row["fits"] == "True" and not row["tok_s"] and row["batch"] == "1"]

    def test_figures_stand_in_order(self, root: Path) -> None:
        for row in read_grid(root):
            if row["tok_s"]:
                low, middle, high = (float(row[name]) for name in ("low", "tok_s", "high"))
                assert 0 < low < high
                assert low <= 1.5 * middle
                assert middle < 1.15 * float(row["ceiling_tok_s"] or "inf")
