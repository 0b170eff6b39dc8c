"""Ctrl-C in the middle of what must not be cut in two."""

import os
import signal
import subprocess
import sys
import threading

import pytest

from kb.interrupts import deferred


def _press() -> None:
    os.kill(os.getpid(), signal.SIGINT)


def test_an_interrupt_waits_for_the_end_of_the_block() -> None:
    done = []

    def work() -> None:
        with deferred():
            _press()
            done.append("finished")
        done.append("never")

    with pytest.raises(KeyboardInterrupt):
        work()
    assert done == ["finished"]


def test_the_handler_is_put_back() -> None:
    before = signal.getsignal(signal.SIGINT)
    with deferred():
        assert signal.getsignal(signal.SIGINT) is not before
    assert signal.getsignal(signal.SIGINT) is before
    with pytest.raises(KeyboardInterrupt), deferred():
        _press()
    assert signal.getsignal(signal.SIGINT) is before


def test_several_interrupts_are_one() -> None:
    calls: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _: calls.append(number))
    try:
        with deferred():
            _press()
            _press()
            assert calls == []
        assert calls == [signal.SIGINT]
    finally:
        signal.signal(signal.SIGINT, before)


def test_an_error_goes_on_its_way() -> None:
    with pytest.raises(OSError, match="full"), deferred():
        raise OSError("full")


def test_an_interrupt_before_an_error_is_not_lost() -> None:
    def work() -> None:
        with deferred():
            _press()
            raise OSError("full")

    with pytest.raises(KeyboardInterrupt) as caught:
        work()
    assert isinstance(caught.value.__context__, OSError)


def test_blocks_can_be_nested() -> None:
    done = []

    def work() -> None:
        with deferred():
            with deferred():
                _press()
            done.append("inner has ended, outer goes on")

    with pytest.raises(KeyboardInterrupt):
        work()
    assert len(done) == 1


def test_who_ignores_interrupts_goes_on_ignoring_them() -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with deferred():
            _press()
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)


def test_another_thread_is_left_alone() -> None:
    seen: list[object] = []
    before = signal.getsignal(signal.SIGINT)

    def work() -> None:
        with deferred():
            seen.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [before]


def test_a_process_finishes_the_block_and_then_leaves() -> None:
    program = (
        "import os, signal\n"
        "from kb.interrupts import deferred\n"
        "with deferred():\n"
        "    os.kill(os.getpid(), signal.SIGINT)\n"
        "    print('finished')\n"
        "print('never')\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout == "finished\n"
    assert done.returncode != 0
    assert "KeyboardInterrupt" in done.stderr
