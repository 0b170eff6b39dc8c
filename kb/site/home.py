"""What the first page shows, in English and in Chinese: a box to ask, what there is, and what is new or in doubt."""

from kb.site.disputes import dispute_rows
from kb.site.figures import exact
from kb.site.library import Here, Library
from kb.site.pages.lists import case_table, place
from kb.site.text import link
from kb.verdicts import RULED_OUT

_FRESHEST = 5
_DISPUTES = 5
# Sentences that the tests of kb query hold to an answer.
_EXAMPLES = ("dsr1 on ascend", "qwen3 32b on h100 with sglang", "ttft under 500 ms on b200")
_EXAMPLES_ZH = ("昇腾上的 deepseek", "英伟达 H200 上的千问", "8 卡 h100 跑 llama 70b")
_TILES = (
    "cases",
    "operating points",
    "accelerators",
    "models",
    "sources",
    "numbers, each with its evidence",
    "other values that sources give",
    "claims that physics rules out",
)
_TILES_ZH = (
    "部署案例",
    "测点",
    "加速卡",
    "模型",
    "来源",
    "个数值，各有出处",
    "个有争议的其他取值",
    "条被物理上限否定的说法",
)


def ask_box(library: Library, here: Here) -> str:
    """Return a form that leads to the page that answers; it needs no script to get there."""
    return _box(here, "Ask in a sentence, in English or Chinese", "Ask", "For example:", _EXAMPLES)


def ask_box_zh(library: Library, here: Here) -> str:
    """Return the same form in Chinese."""
    return _box(here, "用一句话提问，中文或英文", "提问", "例如：", _EXAMPLES_ZH)


def _box(here: Here, label: str, button: str, such_as: str, examples: tuple[str, ...]) -> str:
    links = " · ".join(link(words, here.to(f"ask/?q={words.replace(' ', '+')}")) for words in examples)
    return (
        f'<form class="kb-ask" action="{here.to("ask/")}" method="get" role="search">\n'
        f'<label for="kb-q">{label}</label>\n'
        f'<input id="kb-q" name="q" type="search" required maxlength="500" placeholder="{examples[0]}">\n'
        f'<button type="submit">{button}</button>\n<p>{such_as} {links}</p>\n</form>'
    )


def counts(library: Library, here: Here) -> str:
    """Return the numbers that say what the base is worth, each with the way to what it counts."""
    return _tiles(library, here, _TILES)


def counts_zh(library: Library, here: Here) -> str:
    """Return the same numbers with Chinese words."""
    return _tiles(library, here, _TILES_ZH)


def _tiles(library: Library, here: Here, words: tuple[str, ...]) -> str:
    facts = [row for rows in library.facts.values() for row in rows]
    numbers = (
        (len(library.cases), "cases/"),
        (sum(map(len, library.points.values())), "sql-cookbook/"),
        (len(library.items["hardware"]), "hardware/"),
        (len(library.items["model"]), "models/"),
        (len(library.items["source"]), "sources/"),
        (len(facts), "tiers/"),
        (sum(row["disputed"] for row in facts), "disputes/"),
        (sum(row["verdict"] in RULED_OUT for row in library.cases.values()), f"cases/?verdict={','.join(RULED_OUT)}"),
    )
    tiles = [
        f'<a href="{here.to(address)}"><strong>{exact(number) or 0}</strong> {what}</a>'
        for (number, address), what in zip(numbers, words, strict=True)
    ]
    return '<div class="kb-tiles">\n' + "\n".join(tiles) + "\n</div>"


def freshest(library: Library, here: Here) -> str:
    """Return the cases that ran last, by what dates them; one from each source and model before the next."""
    dated = sorted((row for row in library.cases.values() if row["day"]), key=lambda row: (row["day"], row["id"]))
    seen: set[tuple[str, str]] = set()
    shown = []
    for row in reversed(dated):
        group = (row["day"], row["model"])
        if group not in seen:
            seen.add(group)
            shown.append(row)
    first = sorted(shown[:_FRESHEST], key=lambda row: (row["day"], place(row)), reverse=True)
    return case_table(first, library, here) if first else "<p>There are no cases yet.</p>"


def top_disputes(library: Library, here: Here) -> str:
    """Return the few numbers on which sources differ most, named."""
    return dispute_rows(library, here, _DISPUTES)


def users(library: Library, here: Here) -> str:
    """Return the ways in, by who comes."""
    ways = (
        (
            "You deploy models",
            "What was measured on cards like yours, and what to expect where nobody measured.",
            (("Ask", "ask/"), ("Calculator", "calculator/"), ("Cases", "cases/")),
        ),
        (
            "You choose or compare",
            "Two to six cards, models or deployments side by side, under equal loads only.",
            (("Compare", "compare/"), ("Accelerators", "hardware/"), ("Models", "models/")),
        ),
        (
            "You analyse",
            "The whole base as DuckDB, Parquet and JSON, with SQL in the browser.",
            (("SQL", "sql/"), ("Cookbook", "sql-cookbook/"), ("Data and API", "data/")),
        ),
        (
            "You know better",
            "One YAML file; the checks answer with line and mend before a person looks.",
            (("Contribute", "contribute/"), ("What is missing", "coverage/"), ("Checks", "checks/")),
        ),
    )
    tiles = []
    for who, what, links in ways:
        shown = " · ".join(link(label, here.to(address)) for label, address in links)
        tiles.append(f"<div><strong>{who}</strong><p>{what}</p><p>{shown}</p></div>")
    return '<div class="kb-ways">\n' + "\n".join(tiles) + "\n</div>"
