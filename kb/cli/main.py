"""The way in: errors become sentences, and nothing is loaded that the command does not need."""

import contextlib
import io
import os
import sys
from typing import NoReturn

from kb._version import VERSION


def run() -> NoReturn:
    """Run the command line and leave with its exit code: 0 well, 1 findings or failures, 2 bad usage or input."""
    if sys.argv[1:] == ["--version"]:
        print(f"kb {VERSION}")
        sys.exit(0)
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a letter shows its number; an answer never fails for that.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    code = _offered() if os.environ.get("_KB_COMPLETE") else _guarded()
    sys.exit(_flushed(code))


def _offered() -> int:
    """Answer a shell that asks what may follow. What goes wrong is not told: it would stand in the line being typed."""
    try:
        from kb.cli.app import app
        from kb.cli.shells import get_ready_to_be_asked

        get_ready_to_be_asked()
        app(prog_name="kb")
    except SystemExit as leave:
        return leave.code if isinstance(leave.code, int) else 0
    except (Exception, KeyboardInterrupt):
        return 1
    return 0


def _guarded() -> int:
    from kb.errors import KbError

    stdout = sys.stdout
    try:
        from kb.cli.app import app

        app(prog_name="kb")
    except KbError as error:
        return _say(str(error))
    except KeyboardInterrupt:
        return _say("interrupted", 130)
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        return _say(f"{error.strerror or error}{where}")
    except MemoryError:
        return _say("out of memory")
    except RecursionError:
        return _say("the input is nested too deeply")
    except SystemExit as leave:
        if sys.stdout is not stdout:
            # typer puts another stream there when the reader went away (kb list | head); there is nobody left to tell.
            return 0
        code = leave.code if isinstance(leave.code, int) else 0
        return _say("interrupted", 130) if code == 130 else code
    except Exception as error:
        if os.environ.get("KB_TRACEBACK"):
            raise
        return _say(
            f"internal error: {type(error).__name__}: {error}; set KB_TRACEBACK=1 to see where, and report it", 70
        )
    return 0


def _flushed(code: int) -> int:
    """Write out what is still held back: a full disk or a reader that left must not be news at the very end."""
    try:
        sys.stdout.flush()
    except OSError as error:
        # Else the interpreter tries again while it shuts down, and complains.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return code if isinstance(error, BrokenPipeError) else _say(f"{error.strerror or error} (standard output)")
    return code


def _say(sentence: str, code: int = 2) -> int:
    from kb.cli.terminal import printable

    with contextlib.suppress(OSError, ValueError):
        # The name of a file can hold a line break, or what would steer a terminal.
        print("kb: " + printable(sentence).replace("\n", "\\n"), file=sys.stderr)
    return code
