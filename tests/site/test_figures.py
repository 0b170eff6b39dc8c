import pytest

from kb.site.figures import about, exact, headline, label_of, latency_unit, plural, unit_of


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, ""),
        (850, "850"),
        (671026419200, "671,026,419,200"),
        (3350.0, "3,350"),
        (81.99, "81.99"),
        (-86.6, "-86.6"),
    ],
)
def test_a_published_number_keeps_its_digits(value: float | None, shown: str) -> None:
    assert exact(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"), [(None, ""), (1342.053, "1,342"), (27.6789, "27.68"), (0.00012345, "0.0001234"), (0, "0")]
)
def test_a_computed_number_has_four_digits(value: float | None, shown: str) -> None:
    assert about(value) == shown


@pytest.mark.parametrize(
    ("pointer", "label", "unit"),
    [
        ("/memory/bandwidth_gb_s", "memory bandwidth", "GB/s"),
        ("/peak/bf16_tflops", "peak BF16", "TFLOPS"),
        ("/tdp_w", "TDP", "W"),
        ("/points/0/results/ttft_ms/p50", "points 1 results TTFT ms p50", "ms"),
        ("decode_tok_s", "decode", "tok/s"),
        ("/port_gbit_s", "port", "Gbit/s"),
        ("/layers", "layers", ""),
        ("input_tokens", "input tokens", ""),
        ("", "", ""),
    ],
)
def test_a_field_is_named_in_words(pointer: str, label: str, unit: str) -> None:
    assert label_of(pointer) == label
    assert latency_unit(pointer) == unit


def test_a_unit_is_the_longest_that_fits() -> None:
    assert unit_of("per_direction_gb_s") == "GB/s"
    assert unit_of("count") == ""


def test_one_is_not_many() -> None:
    assert plural(1, "case") == "1 case"
    assert plural(1200, "case") == "1,200 cases"
    assert plural(2, "entry", "entries") == "2 entries"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (850, "850"),
        (850.0, "850"),
        (53.12, "53.12"),
        (85635.35853812343, "85,635.4"),
        (0.123456789, "0.123457"),
        (1234567.891, "1,234,568"),
        (143904, "143,904"),
        (12345678, "12,345,678"),
    ],
)
def test_large_type_leaves_long_fractions_to_the_table(value: float, shown: str) -> None:
    assert headline(value) == shown
