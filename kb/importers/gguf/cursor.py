"""A walk through the bytes of a header that trusts no length it reads."""

import hashlib
import struct
from typing import BinaryIO

from kb.importers.failure import ImportFailed

# A vocabulary of 256,000 tokens with its merges takes about 15 MB, a chat template less than one.
MAX_HEADER = 64 * 1024 * 1024
_MAX_TEXT = 16 * 1024 * 1024


class Cursor:
    """Little-endian values, one after another; every one that is not there is an :class:`ImportFailed`."""

    def __init__(self, file: BinaryIO, size: int, name: str) -> None:
        """Start at the beginning of ``file``, which has ``size`` bytes and goes by ``name`` in messages."""
        self._file = file
        self._digest = hashlib.sha256()
        self.name = name
        self.size = size
        self.at = 0

    @property
    def left(self) -> int:
        """Return how many bytes may still be read."""
        return min(self.size, MAX_HEADER) - self.at

    @property
    def sha256(self) -> str:
        """Return the checksum of all bytes read so far."""
        return self._digest.hexdigest()

    def fail(self, problem: str) -> ImportFailed:
        """Return the exception that says ``problem``, and where."""
        return ImportFailed(f"{self.name}: at byte {self.at} {problem}")

    def bytes(self, count: int, what: str) -> bytes:
        """Return the next ``count`` bytes, which hold ``what``."""
        if count > self.left:
            if self.size > MAX_HEADER:
                raise self.fail(f"{what} ends beyond the {MAX_HEADER} bytes that a header may have")
            raise self.fail(f"the file ends within {what}; a header has to be whole, so fetch more of the file")
        data = self._file.read(count)
        if len(data) != count:
            raise self.fail(f"the file ends within {what}")
        self._digest.update(data)
        self.at += count
        return data

    def skip(self, count: int, what: str) -> None:
        """Pass over ``count`` bytes."""
        while count > 0:
            step = min(count, 1 << 20)
            self.bytes(step, what)
            count -= step

    def number(self, code: str, what: str) -> int | float | bool:
        """Return the next value of a :mod:`struct` code."""
        return self.numbers(code, 1, what)[0]

    def numbers(self, code: str, count: int, what: str) -> tuple[int | float | bool, ...]:
        """Return the next ``count`` values of a :mod:`struct` code."""
        return struct.unpack(f"<{count}{code}", self.bytes(count * struct.calcsize(f"<{code}"), what))

    def whole(self, code: str, what: str) -> int:
        """Return the next whole number."""
        return int(self.number(code, what))

    def count(self, what: str, least: int) -> int:
        """Return a 64-bit count of things that take ``least`` bytes each, and that the file has room for."""
        number = self.whole("Q", f"the number of {what}")
        if number * least > self.left:
            raise self.fail(f"{number:,} {what} are said to follow, and the file has room for fewer; it is damaged")
        return number

    def text(self, what: str, most: int = _MAX_TEXT) -> str:
        """Return the next string, UTF-8 behind a 64-bit length."""
        length = self.whole("Q", f"the length of {what}")
        if length > most:
            raise self.fail(f"{what} is said to be {length:,} bytes long; it may have {most:,}")
        try:
            return self.bytes(length, what).decode("utf-8")
        except UnicodeDecodeError:
            raise self.fail(f"{what} is not UTF-8 text") from None
