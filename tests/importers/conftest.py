"""A small corpus and the export fixture that the tests of the importers share."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kb.corpus import Corpus, Origin
from kb.records import KINDS

FIXTURES = Path(__file__).parent / "fixtures"
_EVIDENCE = {"id": "ev-x", "source": "some-source"}
_RECORDS: list[dict[str, Any]] = [
    {
        "kind": "hardware",
        "id": "ascend-910b",
        "name": "Ascend 910B",
        "vendor": "huawei",
        "released": "2023",
        "memory": {
            "capacity_gb": {
                "value": 32,
                "evidence": ["ev-x"],
                "disputed": [{"value": 64, "evidence": ["ev-x"], "why": "another bin"}],
            },
            "type": "hbm2E",
        },
        "peak": {"bf16_tflops": {"value": 313, "evidence": ["ev-x"]}},
        "evidence": [_EVIDENCE],
    },
    {
        "kind": "hardware",
        "id": "h200-sxm-141gb",
        "name": "H200",
        "vendor": "nvidia",
        "former_ids": ["h200-sxm"],
    },
    {"kind": "hardware", "id": "l40s", "name": "L40S", "vendor": "nvidia"},
    {
        "kind": "server",
        "id": "huawei-atlas-800t-a3",
        "name": "Atlas 800T A3",
        "vendor": "huawei",
        "form": "server",
        "hardware": ["ascend-910c"],
        "count": 8,
    },
    {"kind": "interconnect", "id": "hccs", "name": "HCCS", "scope": "scale-up"},
    {"kind": "interconnect", "id": "infiniband-ndr", "name": "InfiniBand NDR", "scope": "scale-out"},
    {"kind": "interconnect", "id": "pcie-4-x16", "name": "PCIe 4.0 x16", "scope": "host"},
    {
        "kind": "model",
        "id": "deepseek-r1",
        "name": "DeepSeek R1",
        "lab": "deepseek",
        "hugging_face": ["deepseek-ai/DeepSeek-R1"],
        "released": "2025-01-20",
        "parameters": {
            "total": {
                "value": 671026404352,
                "evidence": [],
                "disputed": [{"value": 684489845504, "evidence": [], "why": "with the prediction layer"}],
            },
            "active": {"value": 38552300000, "evidence": []},
            "published_active": "0.037T",
        },
        "layers": 61,
        "attention": [{"kind": "latent", "layers": 61, "heads": 128}],
        "moe": {"layers": 58, "experts": 256, "top_k": 8, "width": 2048, "shared": 1},
        "native_quantization": "fp8-block-128",
    },
    {
        "kind": "quantization",
        "id": "bf16",
        "name": "BF16",
        "stored": [{"covers": ["everything"], "format": "bf16", "bits_per_weight": 16}],
        "lossless": True,
    },
    {"kind": "engine", "id": "mindie", "name": "MindIE"},
]


@pytest.fixture(scope="session")
def library() -> Corpus:
    """Some of the records that the fixture names, and none of the others."""
    records = [KINDS[data["kind"]].model.model_validate(data) for data in _RECORDS]
    return Corpus(Path(), [(record, Origin("", "")) for record in records], [], len(records))


@pytest.fixture(scope="session")
def fixture_file() -> Path:
    """The path of an export with three real items."""
    return Path(__file__).parent / "fixtures" / "evokernel-three-cases.json"


@pytest.fixture(scope="session")
def pristine(fixture_file: Path) -> Any:
    return json.loads(fixture_file.read_text(encoding="utf-8"))


@pytest.fixture
def export(pristine: Any) -> Any:
    """The content of the fixture, to be spoilt at will."""
    return copy.deepcopy(pristine)


@pytest.fixture
def written(tmp_path: Path) -> Callable[[Any], Path]:
    """Write what a test has made of an export to a file, and return its path."""

    def write(content: Any) -> Path:
        path = tmp_path / "export.json"
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        return path

    return write
