"""What a query may take, and that nothing of it stays behind."""

import mmap
import os
import resource
import threading

import pytest

from kb.cli.limits import _address_space, hard_limits
from tests.cli.conftest import Command


def address_space() -> tuple[int, int]:
    return resource.getrlimit(resource.RLIMIT_AS)


def refuse(_: str) -> int:
    raise ValueError


class TestHardLimits:
    def test_memory_is_refused_within_the_block(self) -> None:
        with hard_limits(60), pytest.raises(MemoryError):
            bytearray(7 * 2**30)

    def test_what_the_process_has_reserved_before_is_not_counted(self) -> None:
        # Neither read nor written, so that it takes no memory.
        reserved = mmap.mmap(-1, 7 * 2**30, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, prot=0)
        with reserved, hard_limits(60):
            started = threading.Thread(target=bytearray, args=(2**20,))
            started.start()
            started.join()

    def test_without_knowing_what_is_reserved_it_is_the_bare_limit(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(os, "sysconf", refuse)
        with hard_limits(60):
            assert address_space()[0] == 6 * 2**30

    def test_and_allowed_again_after_it(self) -> None:
        before = address_space()
        with hard_limits(60):
            assert address_space() != before
        assert address_space() == before

    def test_also_after_a_fault(self) -> None:
        before = address_space()
        with pytest.raises(ZeroDivisionError), hard_limits(60):
            raise ZeroDivisionError
        assert address_space() == before

    def test_a_narrower_limit_stays_the_narrower_one(self) -> None:
        before = address_space()
        own = _address_space() + 5 * 2**30
        resource.setrlimit(resource.RLIMIT_AS, (own, before[1]))
        try:
            with hard_limits(60):
                assert address_space()[0] == own
            assert address_space()[0] == own
        finally:
            resource.setrlimit(resource.RLIMIT_AS, before)

    def test_a_command_leaves_no_limit_to_who_called_it(self, kb: Command) -> None:
        before = address_space()
        kb("sql", "select 1")
        assert address_space() == before
