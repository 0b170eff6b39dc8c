"""Words for number formats that mean a whole class of them."""

from kb.search.words.tables import table

# The word, and what the id of a format in its class begins with, or holds between hyphens (written with a *).
CLASSES: dict[str, tuple[str, ...]] = table(
    (
        ("fp8-",),
        """
        fp8 | float8
        """,
    ),
    (
        ("fp4", "nvfp4", "mxfp4"),
        """
        fp4
        """,
    ),
    (
        ("nvfp4",),
        """
        nvfp4
        """,
    ),
    (
        ("mxfp4", "gguf-mxfp4"),
        """
        mxfp4
        """,
    ),
    (
        ("*int4", "w4a16"),
        """
        int4 | w4a16
        """,
    ),
    (
        ("int8",),
        """
        int8
        """,
    ),
    (
        ("awq",),
        """
        awq
        """,
    ),
    (
        ("gptq",),
        """
        gptq
        """,
    ),
    (
        ("exl2",),
        """
        exl2
        """,
    ),
    (
        ("mlx",),
        """
        mlx
        """,
    ),
    (
        ("gguf-",),
        """
        gguf
        """,
    ),
    (
        (
            "*int4",
            "w4a16",
            "fp4",
            "nvfp4",
            "mxfp4",
            "gguf-q4",
            "gguf-iq4",
            "gguf-block-q4",
            "gguf-mxfp4",
            "mlx-4bit",
            "mlc-q4",
            "exl2-4",
        ),
        """
        4bit | 4比特 | 4位 | 四比特
        """,
    ),
    (
        ("int8", "fp8-", "gguf-q8", "mlx-8bit", "mxfp8"),
        """
        8bit | 8比特 | 8位 | 八比特
        """,
    ),
    (
        ("bf16", "fp16", "gguf-f16"),
        """
        16bit | unquantized | full precision | 16比特 | 半精度 | 未量化
        """,
    ),
    (
        ("exl2-4",),
        """
        4bpw | 4.0bpw
        """,
    ),
    (
        ("gguf-q4",),
        """
        q4
        """,
    ),
    (
        ("gguf-q5",),
        """
        q5
        """,
    ),
    (
        ("gguf-q6",),
        """
        q6
        """,
    ),
    (
        ("gguf-q8",),
        """
        q8
        """,
    ),
    (
        ("gguf-q3",),
        """
        q3
        """,
    ),
    (
        ("gguf-q2",),
        """
        q2
        """,
    ),
)


def in_class(word: str, formats: list[str]) -> list[str]:
    """Return those of ``formats`` (ids) that a class word means; none where it is no class word."""
    begins = tuple(part for part in CLASSES.get(word, ()) if not part.startswith("*"))
    holds = {part.removeprefix("*") for part in CLASSES.get(word, ()) if part.startswith("*")}
    return [one for one in formats if (begins and one.startswith(begins)) or holds & set(one.split("-"))]
