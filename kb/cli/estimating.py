"""``kb estimate``: one request from options, or many from a file."""

import json
import sys
from pathlib import Path
from typing import Any

from kb.cli.estimate_view import print_estimate
from kb.cli.json_text import json_line, json_text
from kb.cli.opening import bundle
from kb.cli.places import of_this_system
from kb.cli.tidying import seldom_tidying
from kb.errors import BadRequest, KbError
from kb.estimate import EstimateRequest, estimate
from kb.search.lookup import BundleLibrary

_LONGEST_LINE = 64 * 1024


def run_one(options: dict[str, Any], as_json: bool) -> None:
    """Answer one request and print it."""
    missing = [f"--{name}" for name in ("model", "hardware") if name not in options]
    if missing:
        raise BadRequest(f"an estimate needs {' and '.join(missing)} (or --from FILE.jsonl)")
    request = EstimateRequest.from_mapping(options)
    with bundle() as opened:
        answer = estimate(request, BundleLibrary(opened))
    if as_json:
        print(json_text(answer))
    else:
        print_estimate(answer)


def run_file(path: Path) -> int:
    """Answer one request per line of ``path`` (``-`` is standard input); return 1 when a line was bad."""
    failed = False
    with bundle() as opened, seldom_tidying():
        library = BundleLibrary(opened)
        for number, line in enumerate(_lines(path), 1):
            if not line.strip():
                continue
            answer = _answer(line, number, library)
            failed = failed or "error" in answer
            sys.stdout.write(json_line(answer) + "\n")
    return 1 if failed else 0


def _lines(path: Path) -> list[bytes]:
    if str(path) == "-":
        return sys.stdin.buffer.read().splitlines()
    try:
        return of_this_system(path).read_bytes().splitlines()
    except OSError as error:
        raise BadRequest(f"{path}: {error.strerror or error}") from None


def _answer(line: bytes, number: int, library: BundleLibrary) -> dict[str, Any]:
    named: Any = None
    try:
        if len(line) > _LONGEST_LINE:
            raise BadRequest(f"longer than {_LONGEST_LINE:,} bytes")
        data = json.loads(line.decode("utf-8"))
        named = data.get("id") if isinstance(data, dict) else None
        # Who reads ten thousand answers reads no sums; without them the answers take half the time.
        return estimate(EstimateRequest.from_mapping(data), library, explain=False)
    except KbError as error:
        return {"id": named, "error": f"line {number}: {error}"}
    except (ValueError, RecursionError):
        return {"id": named, "error": f"line {number}: not a JSON object"}
