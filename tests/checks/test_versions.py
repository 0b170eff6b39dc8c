import datetime

import pytest

from kb.checks.versions import LatestDay, Version, is_older, is_vague, latest_day, parse
from kb.records import Engine

ENGINE = Engine.model_validate(
    {
        "kind": "engine",
        "id": "e",
        "name": "E",
        "releases": [
            {"version": "0.5.0", "date": "2024-03-01"},
            {"version": "0.6.0", "date": "2024-09-04"},
            {"version": "0.6.2", "date": "2024-09-25"},
            {"version": "0.8.0", "date": "2025"},
            {"version": "1.0.0rc3", "date": "2025-12-15", "upper_bound": True},
            {"version": "nightly", "date": "2026-01-01"},
        ],
    }
)


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("0.6.2", Version((0, 6, 2))),
        ("v0.6.0", Version((0, 6))),
        ("1.0.RC3", Version((1,), -1, 2003)),
        ("1.0.0rc3", Version((1,), -1, 2003)),
        ("1.0b1", Version((1,), -1, 1001)),
        ("0.5.3.post1", Version((0, 5, 3), 1, 1)),
        ("0.5.3-post", Version((0, 5, 3), 1, 0)),
        ("b4567", Version((4567,))),
        ("latest", None),
        ("0.9.1.dev3+g12ab", None),
        ("vLLM 0.9.0, ROCm 6.4", None),
        ("", None),
    ],
)
def test_parse(text: str, version: Version | None) -> None:
    assert parse(text) == version


def test_versions_are_in_order() -> None:
    texts = ["0.4.3", "0.10a1", "0.10b1", "0.10rc1", "0.10.0", "0.10.post1", "0.10.1", "1.0.RC1", "1.0", "2.0"]
    versions = [parse(text) for text in texts]
    assert versions == sorted(versions, key=lambda v: v or Version(()))


@pytest.mark.parametrize(
    ("one", "other", "older"),
    [
        ("0.6.0", "0.6.2", True),
        ("0.6.2", "0.6.0", False),
        ("0.6.0", "0.6.0", False),
        ("0.6", "0.6.2", False),
        ("0.5", "0.6.2", True),
        ("latest", "0.6.2", False),
        ("0.6.2", "main", False),
    ],
)
def test_is_older_favours_the_claim(one: str, other: str, older: bool) -> None:
    assert is_older(one, other) is older


@pytest.mark.parametrize("text", ["latest", "main", "Nightly", "0.6.x", "v1.*"])
def test_words_that_name_no_version(text: str) -> None:
    assert is_vague(text)
    assert not is_vague("0.6.0")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0.6.0", LatestDay(datetime.date(2024, 9, 4), "0.6.0", True)),
        ("0.6", LatestDay(datetime.date(2024, 9, 25), "0.6.2", True)),
        ("0.6.1", LatestDay(datetime.date(2024, 9, 25), "0.6.2", False)),
        ("0.7.0", LatestDay(datetime.date(2025, 12, 31), "0.8.0", False)),
        ("0.14.0", LatestDay(datetime.date(2025, 12, 15), "1.0.0rc3", False)),
        ("1.0.0", None),
        ("nightly", None),
    ],
)
def test_latest_day(text: str, expected: LatestDay | None) -> None:
    assert latest_day(ENGINE, text) == expected
