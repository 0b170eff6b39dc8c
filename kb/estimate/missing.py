"""What keeps a figure from being computed."""


class NotCheckable(Exception):
    """A fact that a figure needs is unknown, or contradicts itself.

    ``fact`` is the path of the fact (``parameters.total``) with the record it belongs to in front;
    ``str()`` is a sentence.
    """

    def __init__(self, fact: str, sentence: str) -> None:
        self.fact = fact
        super().__init__(sentence)
