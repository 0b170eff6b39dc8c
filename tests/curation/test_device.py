"""Single devices: which card a name means, which size a tool printed, and what is no measurement of ours."""

import shutil
from pathlib import Path

import pytest

from curation import device
from curation.device_names import HARDWARE, date_in, printed_size_gb, version_in
from curation.device_tables import FOUR_CARDS, GENERATED
from curation.measured import Measured
from curation.tables import Log, read_table
from kb import Corpus
from tests.curation.excerpts import FIXTURES, Line, at, curated, reasons, write_table

FOLDER = FIXTURES / "device"


def rows() -> list[Measured]:
    return curated("device")


def line(table: str, **cells: str) -> Line:
    """Return the line of a table that has these cells."""
    found = [one for one in read_table(FOLDER / table) if cells.items() <= one.items()]
    return found[0]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the tables, to be changed."""
    return Path(shutil.copytree(FOLDER, tmp_path / "device"))


def curated_with(folder: Path, table: str, *lines: Line) -> tuple[list[Measured], dict[str, int]]:
    """Curate with some lines in place of a table's own."""
    write_table(folder / table, list(lines))
    log = Log()
    found = device.curate(folder, log)
    return found, reasons(log, found)


def datacentre(hardware: str, model: str, rate: str, source: str = "xiongjiedai") -> Line:
    """Return a line in the form of the table of datacentre cards, with a rate that nobody printed."""
    return {
        "source_id": source,
        "hw": hardware,
        "device_count": "4",
        "parallelism": "layer split",
        "engine": "llama.cpp",
        "model": model,
        "quant": "F16",
        "prompt_tokens": "",
        "decode_tok_s": rate,
        "mbuN": "",
    }


class TestScoreboards:
    """llama.cpp's discussions."""

    def test_a_row(self) -> None:
        row = at(rows(), "RTX 5090; CUDA, Llama 2 7B Q4_0 tg128, FA off")
        assert (row.hardware, row.quantization, row.engine_version) == ("rtx-5090", "gguf-q4-0", "8cf6b42")
        assert (row.decode_tok_s, row.spread_pct, row.weights_gb) == (290.02, 0.379, None)
        assert (row.input_tokens, row.output_tokens, row.in_flight, row.load) == (0, 128, 1, "static")

    def test_a_computed_size_is_not_taken(self) -> None:
        assert at(rows(), "Apple M1; Metal, LLaMA 7B Q8_0 tg128").weights_gb is None

    def test_a_vendor_before_the_name(self) -> None:
        assert at(rows(), "Nvidia RTX 4070 Ti; Vulkan, Llama 2 7B Q4_0 tg128, FA off").hardware == "rtx-4070-ti"

    @pytest.mark.parametrize(("discussion", "said"), [("15013", True), ("10879", False)])
    def test_what_the_transcriber_rounded(self, folder: Path, discussion: str, said: bool) -> None:
        of = line("m_llamacpp_scoreboards.csv", source_id="llamacpp_scoreboard_4167_llmbox")
        url = f"https://github.com/ggml-org/llama.cpp/discussions/{discussion}"
        of |= {"source_url": url, "notes": "value rounded to 0.1 by transcriber"}
        found, _ = curated_with(folder, "m_llamacpp_scoreboards.csv", of)
        row = at(found, f"discussion {discussion}; Apple M3; Metal, LLaMA 7B Q4_0 tg128")
        assert ("rounded to 0.1 by the transcriber" in (row.note or "")) == said

    def test_faster_than_its_memory(self) -> None:
        row = at(rows(), "Apple M3; Vulkan, Llama 2 7B Q4_0 tg128, FA off")
        assert row.aside == "faster than the memory of this chip"
        assert at(rows(), "Apple M3; Metal, LLaMA 7B Q4_0 tg128").aside is None

    def test_a_card_that_may_be_two_is_left_out(self, folder: Path) -> None:
        # "H100 80 GB" is an SXM module or a PCIe card.
        log = Log()
        device.curate(folder, log)
        assert reasons(log, [])["no record, or no single SKU: H100 80 GB"] == 1
        assert "H100 80 GB" not in HARDWARE


class TestStrix:
    """Raw output of llama-bench."""

    def test_a_row(self) -> None:
        row = at(rows(), "vulkan_amdvlk, tg32, 2025-08-08T11:37:29Z")
        assert (row.hardware, row.backend, row.engine_version) == ("ryzen-ai-max-395", "vulkan", "b6111")
        assert (row.weights_gb, row.date) == (73.028549632, "2025-08-08")
        assert "Unsloth's UD-Q4_K_XL, a mix that llama-bench calls Q4_K_M" in (row.note or "")

    def test_hip_is_rocm(self) -> None:
        assert at(rows(), "Qwen3-32B-Q8_0/results.jsonl, hip, tg32, 2025-07-16T03:03:36Z").backend == "rocm"

    def test_one_run_stands_once(self) -> None:
        log = Log()
        found = curated("device", log)
        assert reasons(log, found)["the same run stands in the table already"] == 1


class TestTables:
    """Tables of projects."""

    def test_gpt_fast(self) -> None:
        row = at(rows(), "Benchmarks: Llama-2-70B, int4-g32, 8 GPU, 90.77 tok/s")
        # 330 W are too much for the PCIe card.
        assert (row.hardware, row.count, row.tp) == ("a100-sxm4-80gb", 8, 8)
        row = at(rows(), "Speculative Sampling: Llama-2-70B, int4-g32, 1 GPU, 48.4 tok/s")
        assert row.aside == "speculative decoding; how many tokens are drafted is not stated"

    @pytest.mark.parametrize(
        ("place", "backend", "why"),
        [
            ("DeepSeek R1 14b: Intel 265K Custom PC (Nvidia RTX 4090) (issues/43)", "vulkan", None),
            ("DeepSeek R1 14b: Pi CM5 - 16GB (Nvidia RTX 4090) (issues/43)", "vulkan", "weak host"),
            ("DeepSeek R1 14b: Mac Studio (M3 Ultra 512GB) (issues/42)", "metal", None),
            ("DeepSeek R1 14b: Intel 265K Custom PC (Nvidia RTX 3080 Ti) (issues/39)", None, None),
            (
                "gpt-oss 20b: Mac Studio (M3 Ultra 512GB) (issues/42)",
                "metal",
                "format not known: the gathered table assumes MXFP4, the threads name a Q4_K_M file",
            ),
        ],
    )
    def test_geerling(self, place: str, backend: str | None, why: str | None) -> None:
        row = at(rows(), place)
        assert (row.backend, row.aside) == (backend, why)

    def test_the_length_is_that_of_the_thread(self) -> None:
        row = at(rows(), "DeepSeek R1 14b: Intel 265K Custom PC (Nvidia RTX 4090) (issues/43)")
        assert (row.input_tokens, row.output_tokens, row.engine) == (0, 128, "llama.cpp")
        row = at(rows(), "DeepSeek R1 14b: Mac Studio (M3 Ultra 512GB) (issues/42)")
        assert (row.input_tokens, row.engine) == (None, None)

    @pytest.mark.parametrize(
        ("engine", "cut", "quantization"),
        [
            ("MLC LLM", (2, None), "mlc-q4f16-1"),
            ("exllama", (None, 2), "gptq-int4-g128"),
            ("vLLM", (2, None), "awq-int4-g128"),
            ("Llama.cpp", (None, None), "gguf-q4-0"),
        ],
    )
    def test_engines_cut_differently(self, engine: str, cut: tuple[int | None, int | None], quantization: str) -> None:
        row = at(rows(), f"Multiple NVIDIA GPUs, 4-bit: Llama2-70B, A100 (PCIe) x 2, {engine}")
        assert ((row.tp, row.pp), row.quantization) == (cut, quantization)
        assert (row.aside == "how llama.cpp of 2023 cuts the model is not stated") == (engine == "Llama.cpp")


class TestHand:
    """Figures typed from issues and pull requests."""

    def test_a_time_is_taken_as_printed(self) -> None:
        # ITL p50 = 0.01378 s.
        row = at(rows(), "ITL p50 = 0.01378 s")
        assert (row.tpot_ms, row.decode_tok_s, row.load) == (13.78, None, "closed")
        assert (row.count, row.tp, row.ep) == (8, 8, 1)
        row = at(rows(), "prompt 1000, generated 1000: TPOT 14.94 ms")
        assert (row.tpot_ms, row.tp, row.ep) == (14.94, 2, 2)

    def test_a_checkpoint_that_drafts(self) -> None:
        row = at(rows(), "Qwen3.6-35B-A3B NVFP4, prompt 8192, generated 1024: TPOT 2.42 ms TTFT 110 ms")
        assert (row.model, row.quantization, row.draft_tokens) == ("qwen3.6-35b-a3b-nvfp4", "nvfp4-w4a16-fp8", 3)

    def test_gib_are_not_gb(self) -> None:
        (row,) = [row for row in rows() if row.source == "ds4-pr-706"]
        assert row.weights_gb == 86.76
        assert "size of the file 80.8 GiB" in (row.note or "")

    def test_a_label_that_breaks_the_bandwidth_is_left_out(self) -> None:
        log = Log()
        told = reasons(log, curated("device", log))
        assert told["mislabelled fp16: it would break the bandwidth bound, and NVIDIA used W4A16"] == 2
        assert not [row for row in rows() if row.hardware == "jetson-thor-t5000" and row.quantization == "fp16"]

    def test_what_an_issue_does_not_state(self) -> None:
        log = Log()
        told = reasons(log, curated("device", log))
        assert told["hardware not stated"] == 1
        assert told["neither size nor format of the model is stated"] == 1

    def test_an_unknown_format_stops(self, folder: Path) -> None:
        odd = line("m_hand_transcribed.csv", source_id="dgx_spark") | {"quant": "Q9_Z"}
        with pytest.raises(ValueError, match=r"format 'Q9_Z' of ggml-org/llama\.cpp"):
            curated_with(folder, "m_hand_transcribed.csv", odd)


class TestDatacentre:
    """A table that mostly repeats others."""

    def test_four_rows_are_four_lengths(self, folder: Path) -> None:
        lines = [
            datacentre("A40", f"llama {size} F16", f"{rate}.5") for size in ("8B", "70B") for rate in (40, 39, 38, 37)
        ]
        found, _ = curated_with(folder, "datacentre_batch1_tp.csv", *lines)
        mine = [row for row in found if row.source.startswith("xiongjiedai")]
        assert [row.output_tokens for row in mine] == [*GENERATED, *GENERATED]
        assert {row.model for row in mine} == {"meta-llama-3-8b", "meta-llama-3-70b"}
        assert {(row.hardware, row.count, row.pp) for row in mine} == {("a40", 4, 4)}

    def test_seeds_and_repeats_are_left_out(self, folder: Path) -> None:
        repeated = line("m_engines_batch1.csv", engine="MLC LLM", device_count="1")
        found, told = curated_with(
            folder,
            "datacentre_batch1_tp.csv",
            datacentre("H200 SXM", "Qwen3-235B", "1.5", source="seed001"),
            datacentre(repeated["hardware"], "Llama2-7B", repeated["decode_tok_s"], source=repeated["source_id"]),
        )
        assert told["datacentre, batch 1: a seed"] == 1
        assert told["datacentre, batch 1: stands in another table"] == 1
        assert found == rows()

    def test_the_tables_of_the_seeds_are_not_read(self) -> None:
        assert not [name for name in device.TABLES if "seed" in name or "modelfit" in name]

    def test_what_states_neither_size_nor_offload_is_left_out_whole(self) -> None:
        log = Log()
        told = reasons(log, curated("device", log))
        assert told["llmfit community: neither size nor offload is stated"] == 2


class TestNames:
    """Names, dates, versions and sizes."""

    def test_every_name_is_a_record(self, corpus: Corpus) -> None:
        assert {*HARDWARE.values(), *FOUR_CARDS.values()} <= set(corpus.hardware)

    @pytest.mark.parametrize(
        ("text", "date"),
        [
            ("abc 2025-12-18", "2025-12-18"),
            ("2025, in the text", "2025"),
            ("4c7e9893c4ca8eec35d032726d14b74fae76cff8", None),
            ("20251", None),
            ("", None),
        ],
    )
    def test_dates(self, text: str, date: str | None) -> None:
        assert date_in(text) == date

    @pytest.mark.parametrize(
        ("text", "version"),
        [
            ("build 2f68ce7cf (6918)", "b6918"),
            ("commit 8cf6b42", "8cf6b42"),
            ("0.5.16", "0.5.16"),
            ("N/A", None),
            ("", None),
        ],
    )
    def test_versions(self, text: str, version: str | None) -> None:
        assert version_in(text) == version

    @pytest.mark.parametrize(
        ("basis", "quant", "size"),
        [
            ("llama-bench model_size (bytes)", "Q4_0", 3.5),
            ("llama-bench size column", "Q8_0", 3.5),
            ("params x 4.5 bits", "Q4_0", None),
            ("llama-bench size for llama 7B (logs: ...)", "Q4_0", None),
        ],
    )
    def test_sizes(self, basis: str, quant: str, size: float | None) -> None:
        line = {"model_bytes_basis": basis, "quant": quant, "model_file_bytes": "3500000000"}
        assert printed_size_gb(line) == size
