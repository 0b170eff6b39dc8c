"""The frame of a case's drawing: where its axes stand, and the lines and names along them."""

from collections.abc import Sequence
from dataclasses import dataclass

from kb.plots.scale import Scale, named
from kb.plots.shapes import short

_TICKS = 5


@dataclass(frozen=True, slots=True)
class Frame:
    """A drawing of ``width`` by ``height`` units with room for names on the left and below."""

    width: int = 400
    height: int = 236
    left: int = 60
    right: int = 388
    top: int = 20
    bottom: int = 194

    def across(self, share: float) -> float:
        """Return what lies at a share of the way from left to right."""
        return self.left + share * (self.right - self.left)

    def up(self, share: float) -> float:
        """Return what lies at a share of the way from the bottom up."""
        return self.bottom - share * (self.bottom - self.top)

    def begin(self, name: str, title: str, words: str, rows: Sequence[int] = ()) -> str:
        """Return the start of the ``svg`` element with its axes; ``title`` and ``words`` are safe text.

        ``rows`` are those of the tables on the page, counted from 0, that the places from left to right stand for.
        """
        told = f' data-rows="{" ".join(map(str, rows))}"' if rows else ""
        return (
            f'<svg class="kb-roof"{told} viewBox="0 0 {self.width} {self.height}" role="img" '
            f'aria-labelledby="{name}-t {name}-d"><title id="{name}-t">{title}</title>'
            f'<desc id="{name}-d">{words}</desc>'
            f'<path class="axis" d="M{self.left} {self.top}V{self.bottom}H{self.right}"/>'
        )

    def grid(self, x: Scale | None, y: Scale) -> str:
        """Return lines at the round values of both axes, and their names."""
        across = [(short(self.across(x.place(value))), named(value)) for value in x.ticks(_TICKS)] if x else []
        up = [(self.up(y.place(value)), named(value)) for value in y.ticks(_TICKS)]
        lines = [f"M{at} {self.top}V{self.bottom}" for at, _ in across]
        lines += [f"M{self.left} {short(level)}H{self.right}" for level, _ in up]
        names = "".join(f'<text x="{self.left - 4}" y="{short(level + 4)}">{name}</text>' for level, name in up)
        return f'<path class="grid" d="{"".join(lines)}"/><g class="end">{names}</g>{self.below(across)}'

    def below(self, names: Sequence[tuple[str, str]]) -> str:
        """Return names under the axis, each with how far to the right it stands."""
        shown = "".join(f'<text x="{at}" y="{self.bottom + 15}">{name}</text>' for at, name in names)
        return f'<g class="mid">{shown}</g>' if shown else ""

    def titles(self, x: str, y: str) -> str:
        """Return what the axes are, as safe text."""
        return (
            f'<text class="mid" x="{(self.left + self.right) // 2}" y="{self.height - 6}">{x}</text>'
            f'<text class="end" x="{self.left - 4}" y="{self.top - 6}">{y}</text>'
        )
