"""The file of raw output is not there, or is another one.

## What it does
Looks for the file that `path` of an artifact names, below the root of the repository (for a draft that is handed in,
below the draft's own folder too), and compares its checksum with `sha256`. It must be a plain file, and no link may
lead out of the repository. Files of more than 64 MiB are looked for, and not read.

## Why
A number counts as measured because anybody can look into the raw output. A checksum without its file, or with another
one, shows nothing.

## Example
```yaml
artifact:
  path: artifacts/9d87191eb579bee9/forgotten-to-add-it.json
  sha256: 9d87191eb579bee942668e8604d62d96195cca66ef7c55df6695cd299f83dedb
```
Use instead:
```yaml
artifact:
  path: artifacts/9d87191eb579bee9/bench_serve.json
  sha256: 9d87191eb579bee942668e8604d62d96195cca66ef7c55df6695cd299f83dedb
```

## Mend
Add the file as the tool wrote it, every byte: an editor that adds a line end makes another file of it. `kb import` puts
a copy beside the draft, in `artifacts/`; move that folder's content to `artifacts/` of the repository together with the
record. If the output is published elsewhere, give its `url` in the place of `path`.
"""

from collections.abc import Iterator

from kb.checks.context import Context
from kb.checks.finding import Problem
from kb.checks.rule import Rule
from kb.corpus.artifacts import artifact_fault
from kb.records import Record

RULE = Rule("KB308", "artifact-mismatch", "error", on="record")


def check(record: Record, context: Context) -> Iterator[Problem]:
    """Yield a problem for each artifact whose file is absent or another one."""
    for index, evidence in enumerate(record.evidence):
        artifact = evidence.artifact
        fault = artifact_fault(artifact, record, context.corpus) if artifact else None
        if artifact and fault:
            yield Problem(
                f"/evidence/{index}/artifact/path",
                fault,
                "add the file as the tool wrote it, or give the address where it is published",
                {"path": artifact.path, "sha256": artifact.sha256, "evidence": evidence.id},
            )
