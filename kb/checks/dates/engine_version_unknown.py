"""The engine's version is not given, or is no release that is known.

## What it does
Reports a case whose engine has neither version nor commit nor image, and a version that names no release: a word such
as `latest`, a series such as `0.6.x`, a number that no release in the engine's record starts with. A patch, a
pre-release or a local build of a known release is fine.

## Why
Engines get twice as fast between versions. Without the version a result cannot be repeated, nor compared.

## Example
```yaml
engine:
  id: vllm
  version: latest
```
Use instead:
```yaml
engine:
  id: vllm
  version: "0.10.2"
```

## Mend
Write the exact version, or the image or commit. If it is a real release that the record lacks, add it there with its
date and source. If the source does not say, leave the version out and let the warning stand.
"""

from collections.abc import Iterator

from kb.checks.context import Context
from kb.checks.finding import Problem
from kb.checks.rule import Rule
from kb.checks.versions import is_vague, parse
from kb.records import Case, Engine

RULE = Rule("KB454", "engine-version-unknown", "warning", on="case")


def check(case: Case, context: Context) -> Iterator[Problem]:
    """Yield a problem when nobody can tell which build of the engine ran."""
    use = case.stack.engine
    if use is None or use.commit is not None:
        return
    if use.version is None:
        if use.image is None:
            yield Problem(
                "/stack/engine",
                f"the version of {use.id} is not given",
                "write the version, the image or the commit, if the source gives it",
                {"engine": use.id},
            )
        return
    engine = context.corpus.engines.get(use.id)
    if is_vague(use.version):
        message = f"{use.version!r} is no version of {use.id}"
    elif engine is not None and _is_no_release(engine, use.version):
        message = f"the record of {engine.id} knows no release {use.version}"
    else:
        return
    yield Problem(
        "/stack/engine/version",
        message,
        "write the exact version; if it is a real release, add it to the engine's record with date and source",
        {"engine": use.id, "version": use.version},
    )


def _is_no_release(engine: Engine, text: str) -> bool:
    """Tell whether ``engine`` lists releases, and none of them shares its first two numbers with ``text``."""
    wanted = parse(text)
    known = [version for version in (parse(release.version) for release in engine.releases) if version is not None]
    if wanted is None or not known or "." not in text:
        return False  # builds are numbered without end; nobody lists them all
    series = (*wanted.numbers, 0)[:2]
    return not any((*version.numbers, 0)[:2] == series for version in known)
