"""The way in: errors become sentences, and nothing is loaded that the command does not need."""

import contextlib
import os
import sys
from typing import NoReturn

from kb._version import VERSION


def run() -> NoReturn:
    """Run the command line and leave with its exit code: 0 well, 1 findings or failures, 2 bad usage or input."""
    if sys.argv[1:] == ["--version"]:
        print(f"kb {VERSION}")
        sys.exit(0)
    sys.exit(_guarded())


def _guarded() -> int:
    from kb.errors import KbError

    try:
        from kb.cli.commands import app

        app(prog_name="kb")
    except KbError as error:
        return _say(str(error))
    except KeyboardInterrupt:
        return _say("interrupted", 130)
    except BrokenPipeError:
        # The reader went away (kb list | head); there is nobody left to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        return _say(f"{error.strerror or error}{where}")
    except MemoryError:
        return _say("out of memory")
    except RecursionError:
        return _say("the input is nested too deeply")
    except SystemExit as leave:
        return leave.code if isinstance(leave.code, int) else 0 if leave.code is None else _say(str(leave.code))
    except Exception as error:
        if os.environ.get("KB_TRACEBACK"):
            raise
        return _say(
            f"internal error: {type(error).__name__}: {error}; set KB_TRACEBACK=1 to see where, and report it", 70
        )
    return 0


def _say(sentence: str, code: int = 2) -> int:
    with contextlib.suppress(OSError, UnicodeEncodeError):
        print(f"kb: {sentence}", file=sys.stderr)
    return code
