"""The schema of the last release, and whether the present one keeps what was promised with it.

``schema/released/1.0/`` is a copy of ``schema/output/v1/`` as it was when that version was published. It is never
changed; the next release adds a folder beside it.
"""

import json
from pathlib import Path

from kb.bundle.export.schema.compatibility import Change, Schema, compare_all, level
from kb.bundle.export.schema.generate import HOME, output_schemas
from kb.bundle.reader import SCHEMA_VERSION

_SHOWN = 20


def broken_promise(schema: Path, version: str = SCHEMA_VERSION) -> str | None:
    """Return what is wrong with ``version`` for the present output, None where nothing is.

    Args:
        schema: the folder ``schema`` of the repository.
        version: that of the present output, as in 1.0.
    """
    last = last_release(schema)
    if last is None:
        return f"no release is kept in schema/released; copy schema/{HOME} to schema/released/{version}"
    return verdict(last, version, compare_all(read_release(schema, last), output_schemas()))


def verdict(last: str, version: str, changes: list[Change]) -> str | None:
    """Return why ``version`` may not follow ``last`` with these changes, and what to do; None where it may."""
    (major, minor), (major_now, minor_now) = numbers(last), numbers(version)
    needed = level(changes)
    enough = {
        "none": (major_now, minor_now) >= (major, minor),
        "minor": (major_now, minor_now) > (major, minor),
        "major": major_now > major,
    }[needed]
    if enough:
        return None
    worst = [change for change in changes if change.level == needed]
    listed = "".join(f"\n  {change}" for change in worst[:_SHOWN])
    more = f"\n  and {len(worst) - _SHOWN} more" if len(worst) > _SHOWN else ""
    if needed == "major":
        mend = (
            "Bring back what readers rely on; what replaces it can stand beside it. If it must go, set SCHEMA_VERSION"
            f" in kb/bundle/reader.py to {major + 1}.0: the export then goes to json/v{major + 1}/, and CHANGELOG.md"
            " says what readers have to do."
        )
    elif needed == "minor":
        mend = f"Set SCHEMA_VERSION in kb/bundle/reader.py to {major}.{minor + 1}, and tell it in CHANGELOG.md."
    else:
        mend = f"SCHEMA_VERSION in kb/bundle/reader.py may not go back: {last} is published."
    return (
        f"schema version {version} may not follow {last}, since the output has {needed} changes:{listed}{more}\n{mend}"
    )


def last_release(schema: Path) -> str | None:
    """Return the highest version that is kept, or None."""
    names = [path.name for path in (schema / "released").glob("*") if path.is_dir()]
    return max(names, key=numbers, default=None)


def read_release(schema: Path, version: str) -> dict[str, Schema]:
    """Return the schemas of a release by the name of their file."""
    home = schema / "released" / version
    return {
        path.relative_to(home).as_posix(): json.loads(path.read_text(encoding="utf-8"))
        for path in sorted(home.rglob("*.json"))
    }


def numbers(version: str) -> tuple[int, int]:
    """Return the two numbers of a version."""
    major, _, minor = version.partition(".")
    return int(major), int(minor)
