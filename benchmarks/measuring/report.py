"""Lay figures out: a table in Markdown, and a plot of the ratios as SVG, with the mark that each is to reach."""

import os
import platform
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

WIDTH, LEFT, LINE = 860, 430, 26
REACHED, MISSED = "#2b7a4b", "#b5532a"


@dataclass(frozen=True, slots=True)
class Figure:
    """One ratio: where, of what, what it came to, and the mark that it is to reach, or not to pass."""

    where: str
    what: str
    milliseconds: float
    limit: float
    ratio: float
    mark: float | None = None
    at_most: bool = False

    @property
    def holds(self) -> bool:
        """Say whether the mark is reached; where there is none, it is."""
        if self.mark is None:
            return True
        return self.ratio <= self.mark if self.at_most else self.ratio >= self.mark


def table(figures: Iterable[Figure]) -> str:
    """Lay the figures out."""
    rows = []
    for one in figures:
        mark = "–" if one.mark is None else f"{'at most' if one.at_most else 'at least'} {one.mark:g}"
        numbers = (f"{number:.2f}" for number in (one.milliseconds, one.limit, one.ratio))
        rows.append([one.where, one.what, *numbers, mark])
    return markdown(["store", "what", "ms", "limit, ms", "ratio", "mark"], rows)


def markdown(names: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Lay rows out below the names of their columns."""
    return "\n".join(f"| {' | '.join(one)} |" for one in (names, ["---"] * len(names), *rows))


def machine() -> dict[str, object]:
    """Name what was measured on."""
    return {"python": platform.python_version(), "machine": platform.platform(), "cores": os.cpu_count()}


def plot(figures: Sequence[Figure]) -> str:
    """Draw a bar for each ratio that has a mark, and the mark across it."""
    shown = [one for one in figures if one.mark is not None]
    longest = max((max(one.ratio, one.mark or 0) for one in shown), default=1)
    scale = (WIDTH - LEFT - 60) / longest
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{LINE * len(shown) + 10}"'
        ' font-family="sans-serif" font-size="12">'
    ]
    for number, one in enumerate(shown):
        top, colour, mark = LINE * number + 6, REACHED if one.holds else MISSED, LEFT + (one.mark or 0) * scale
        parts += [
            f'<text x="{LEFT - 8}" y="{top + 13}" text-anchor="end">{escape(f"{one.where}: {one.what}")}</text>',
            f'<rect x="{LEFT}" y="{top}" width="{one.ratio * scale:.1f}" height="18" fill="{colour}"/>',
            f'<line x1="{mark:.1f}" x2="{mark:.1f}" y1="{top - 3}" y2="{top + 21}" stroke="black" stroke-width="2"/>',
            f'<text x="{LEFT + one.ratio * scale + 6:.1f}" y="{top + 13}">{one.ratio:.2f}</text>',
        ]
    return "\n".join([*parts, "</svg>\n"])
