"""Processes as people start them, by the clock, with the memory that they took."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from kb.errors import KbError

if TYPE_CHECKING:
    import resource

# What a command line costs before it does anything; a ratio to it means the same on a slow machine and on a busy one.
EMPTY = """import typer

app = typer.Typer()


@app.command()
def nothing() -> None:
    pass


app()
"""
_KIB = 1 if sys.platform == "darwin" else 1024


class Failed(KbError):
    """A process that was measured did not end well."""


class Ran(NamedTuple):
    """Seconds by the clock and of the processors, the memory of the largest process, and what was printed."""

    seconds: float
    cpu_s: float
    peak_mb: float
    out: str


def kb(*words: str) -> list[str]:
    """Return ``kb WORDS`` as a command, in the environment that runs this."""
    script = Path(sys.executable).with_name("kb")
    return [*([str(script)] if script.is_file() else [sys.executable, "-m", "kb"]), *words]


def environment(**places: Path) -> dict[str, str]:
    """Return the variables that a user's process has; ``places`` go to ``KB_ROOT`` and ``KB_BUNDLE``.

    Compiled modules are kept between runs, as they are where people work.
    """
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return kept | {f"KB_{name.upper()}": str(path) for name, path in places.items()}


def run(
    command: Sequence[str], env: Mapping[str, str], *, fine: tuple[int, ...] = (0,), longest: float | None = None
) -> Ran:
    """Run ``command`` to its end.

    Args:
        command: what to run.
        env: its variables.
        fine: the exit codes that are no failure.
        longest: seconds after which it is stopped.

    Raises:
        Failed: it left with another code, or was stopped.
    """
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=out, stderr=err, env=dict(env))
        code, used = _waited(process, None if longest is None else start + longest)
        seconds = time.perf_counter() - start
        out.seek(0)
        err.seek(0)
        said = out.read().decode("utf-8", "replace")
        if code not in fine:
            why = "was stopped" if code < 0 else f"left with {code}"
            raise Failed(
                f"{' '.join(command)[:200]} {why} after {seconds:.0f} s: {err.read().decode('utf-8', 'replace')[-300:]}"
            )
    return Ran(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss * _KIB / 1e6, said)


def _waited(process: "subprocess.Popen[bytes]", until: float | None) -> "tuple[int, resource.struct_rusage]":
    """Wait for a process by the one call that tells what it used, children of it that it waited for included."""
    while until is not None:
        found, status, used = os.wait4(process.pid, os.WNOHANG)
        if found:
            break
        if time.perf_counter() > until:
            process.kill()
            until = None
        else:
            time.sleep(0.05)
    else:
        _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, used
