from typing import Any

import pytest

from kb.estimate import Load
from kb.estimate.calibrated import calibration
from kb.estimate.classes import BACKENDS, backend_of, class_of, engine_use, is_module, is_old
from kb.records import Hardware
from tests.estimate import build
from tests.estimate.build import cards, deployment, engine, hardware

ONE, MANY = Load(1024, 256, batch=1), Load(1024, 256, concurrency=32, serving=True)
PLAIN: dict[str, Any] = {"scale_up": {}, "form_factor": "PCIe, two slots"}
SERVER, DESKTOP = engine("python", use="server"), engine("native", use="desktop")


def _card(vendor: str, **fields: Any) -> Hardware:
    shape = hardware(f"card-of-{vendor}", **fields).model_dump(exclude_none=True, exclude_defaults=True)
    return Hardware.model_validate(shape | {"vendor": vendor})


CONSUMER = {vendor: _card(vendor, **PLAIN) for vendor in ("nvidia", "amd", "apple", "intel", "acme")}
MODULE = {vendor: _card(vendor) for vendor in ("nvidia", "amd")}


@pytest.mark.parametrize(
    ("here", "load", "name"),
    [
        # one card that serves one sequence, and no engine is named: a desktop
        (deployment(build.LLAMA_8B, cards(1, CONSUMER["nvidia"])), ONE, "desktop-cuda"),
        (deployment(build.LLAMA_8B, cards(1, CONSUMER["amd"])), ONE, "desktop-rocm"),
        (deployment(build.LLAMA_8B, cards(1, CONSUMER["apple"])), ONE, "desktop-metal"),
        (deployment(build.LLAMA_8B, cards(1, CONSUMER["intel"])), ONE, "desktop-vulkan"),
        (deployment(build.LLAMA_8B, cards(1, CONSUMER["acme"])), ONE, "desktop-cuda"),
        (deployment(build.MIXTRAL, cards(1, CONSUMER["amd"]), backend="vulkan"), ONE, "desktop-vulkan"),
        (deployment(build.LLAMA_8B, cards(1, CONSUMER["nvidia"])), Load(1024), "desktop-cuda"),
        # many sequences, many cards, or a module: a server
        (deployment(build.LLAMA_8B, cards(1, CONSUMER["nvidia"])), MANY, "served-dense"),
        (deployment(build.LLAMA_8B, cards(2, CONSUMER["nvidia"])), ONE, "served-dense"),
        (deployment(build.LLAMA_8B, cards(1, MODULE["nvidia"])), ONE, "served-dense"),
        (deployment(build.MIXTRAL, cards(2, MODULE["nvidia"])), MANY, "served-moe"),
        (deployment(build.MIXTRAL, cards(2, MODULE["amd"])), MANY, "served-other-vendors"),
        (deployment(build.LLAMA_8B, cards(1, CONSUMER["apple"])), MANY, "served-other-vendors"),
        # unless the engine says otherwise
        (deployment(build.LLAMA_8B, cards(1, CONSUMER["nvidia"]), engine=SERVER), ONE, "served-dense"),
        (deployment(build.LLAMA_8B, cards(1, CONSUMER["nvidia"]), engine=engine()), ONE, "desktop-cuda"),
        (deployment(build.LLAMA_8B, cards(1, MODULE["nvidia"]), engine=DESKTOP), ONE, "desktop-cuda"),
        (deployment(build.LLAMA_8B, cards(1, CONSUMER["amd"]), engine=DESKTOP), MANY, "desktop-rocm"),
        (deployment(build.LLAMA_8B, cards(2, CONSUMER["nvidia"]), engine=DESKTOP), ONE, "desktop-several"),
        (deployment(build.LLAMA_8B, cards(2, CONSUMER["amd"]), engine=DESKTOP), ONE, "desktop-several"),
        # prompts are read elsewhere
        (
            deployment(build.LLAMA_8B, cards(4, role="prefill"), cards(4, MODULE["amd"], role="decode")),
            MANY,
            "disaggregated",
        ),
        (
            deployment(build.LLAMA_8B, cards(4, MODULE["nvidia"], role="decode"), engine_date="2024-05-01"),
            MANY,
            "served-before-2025",
        ),
        (
            deployment(build.LLAMA_8B, cards(2, CONSUMER["nvidia"], role="decode"), engine_date="2024-05-01"),
            MANY,
            "disaggregated",
        ),
        # old software, on every card of a server, and on every module
        (deployment(build.LLAMA_8B, cards(2, MODULE["nvidia"]), engine_date="2024"), MANY, "served-before-2025"),
        (
            deployment(build.LLAMA_8B, cards(2, CONSUMER["nvidia"]), engine_date="2024-12-31"),
            MANY,
            "served-before-2025",
        ),
        (deployment(build.MIXTRAL, cards(2, MODULE["amd"]), engine_date="2023-01-01"), MANY, "served-before-2025"),
        (
            deployment(build.LLAMA_8B, cards(1, MODULE["nvidia"]), engine=DESKTOP, engine_date="2024-06"),
            ONE,
            "served-before-2025",
        ),
        (
            deployment(build.LLAMA_8B, cards(1, CONSUMER["nvidia"]), engine=DESKTOP, engine_date="2024-06"),
            ONE,
            "desktop-cuda",
        ),
        (deployment(build.LLAMA_8B, cards(2), engine_date="2025-01-01"), MANY, "served-dense"),
    ],
)
def test_classes(here: Any, load: Load, name: str) -> None:
    assert class_of(here, load) == name
    assert name in calibration().classes


def test_every_class_that_is_fitted_can_be_met() -> None:
    desktops = {f"desktop-{backend}" for backend in BACKENDS} | {"desktop-several"}
    served = {"served-dense", "served-moe", "served-other-vendors", "served-before-2025", "disaggregated"}
    assert set(calibration().classes) == desktops | served


def test_what_an_engine_is_for() -> None:
    here = deployment(build.LLAMA_8B, cards(1, CONSUMER["nvidia"]))
    assert engine_use(here, ONE) == "desktop"
    assert engine_use(here, MANY) == "server"
    assert engine_use(deployment(build.LLAMA_8B, cards(8), engine=DESKTOP), MANY) == "desktop"


@pytest.mark.parametrize(
    ("fields", "module"),
    [
        ({}, True),
        (PLAIN, False),
        ({"scale_up": {}}, False),
        ({"scale_up": {}, "form_factor": "SXM5"}, True),
        ({"scale_up": {}, "form_factor": "oam module"}, True),
        ({"scale_up": {}, "form_factor": "Superchip"}, True),
        ({"scale_up": {}, "form_factor": "PCIe with SXM"}, False),
    ],
)
def test_modules(fields: dict[str, Any], module: bool) -> None:
    assert is_module(hardware(**fields)) is module


@pytest.mark.parametrize(
    ("date", "old"),
    [
        (None, False),
        ("2024", True),
        ("2024-12-31", True),
        ("2025", False),
        ("2025-01-01", False),
        ("spring of 2024", False),
        ("", False),
    ],
)
def test_old_software(date: str | None, old: bool) -> None:
    assert is_old(deployment(build.LLAMA_8B, engine_date=date)) is old


@pytest.mark.parametrize(
    ("said", "vendor", "backend"),
    [
        (None, "nvidia", "cuda"),
        ("vulkan", "nvidia", "vulkan"),
        ("rocm", "amd", "rocm"),
        ("mlx", "apple", "metal"),
        ("sycl", "intel", "vulkan"),
        ("sycl", "nvidia", "vulkan"),
        ("something", "amd", "rocm"),
    ],
)
def test_backends(said: str | None, vendor: str, backend: str) -> None:
    assert backend_of(deployment(build.LLAMA_8B, backend=said), CONSUMER[vendor]) == backend
