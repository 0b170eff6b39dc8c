"""What is worked out once for a whole corpus, however many records ask."""

from collections.abc import Callable
from functools import wraps
from typing import TypeVar
from weakref import WeakKeyDictionary

from kb.corpus import Corpus

T = TypeVar("T")


def per_corpus(work: Callable[[Corpus], T]) -> Callable[[Corpus], T]:
    """Return ``work`` with its answer kept for as long as the corpus lives."""
    answers: WeakKeyDictionary[Corpus, T] = WeakKeyDictionary()

    @wraps(work)
    def once(corpus: Corpus) -> T:
        if corpus not in answers:
            answers[corpus] = work(corpus)
        return answers[corpus]

    return once
