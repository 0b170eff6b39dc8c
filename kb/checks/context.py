"""What a rule may look at besides the record it is asked about."""

import datetime
from functools import cached_property

from kb.corpus import Corpus
from kb.records import Case, Hardware, Model, Quantization
from kb.records.case import Pool


class Context:
    """The corpus around a record, with answers that several rules need worked out once."""

    def __init__(self, corpus: Corpus) -> None:
        self.corpus = corpus

    @property
    def today(self) -> datetime.date | None:
        """Return the day on which dates are judged, or None to leave the future alone."""
        return self.corpus.today

    def model(self, case: Case) -> Model | None:
        """Return the model of a case, when the corpus has it."""
        return self.corpus.models.get(case.stack.model)

    def hardware(self, pool: Pool) -> Hardware | None:
        """Return the hardware of a pool, when the corpus has it."""
        return self.corpus.hardware.get(pool.hardware)

    def quantization(self, case: Case) -> Quantization | None:
        """Return how the weights are stored: as the case says, else as the model's publisher stores them."""
        model = self.model(case)
        named = case.stack.quantization or (model.native_quantization if model else None)
        return self.corpus.quantizations.get(named) if named else None

    @cached_property
    def vendors(self) -> frozenset[str]:
        """Return every vendor that makes hardware in the corpus."""
        return frozenset(h.vendor for h in self.corpus.hardware.values())
