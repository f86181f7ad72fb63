"""Build each statement to the record once, as of now and as of any instant: building takes longer than running."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, select
from sqlmodel import col

from api.storage.history import Layer, as_it_stood, columns, layers, table_of
from api.storage.records import Recorded

R = TypeVar("R", bound=Recorded)

_views: dict[type[Recorded], type[Recorded]] = {}


@dataclass(frozen=True, slots=True)
class Views:
    """What statements are put together of: the current rows of a kind, or with `past` those that stood at an instant.

    The parameter of that instant is `history.KNOWN_AT`, which whoever asks gives (`Reading`).
    """

    dialect: str
    past: bool

    def of(self, model: type[R]) -> type[R]:
        """Return the model to query."""
        return _past(model) if self.past else model  # type: ignore[return-value]

    def layers(self, model: type[Recorded]) -> Sequence[Layer]:
        """Return the tables that it is made of, for what looks each of them up by its own indexes."""
        return layers(model) if self.past else [Layer(table_of(model))]


# Each takes `Views`, and what else the statement depends on; whoever asks names the values of its parameters.
Rows = Select[*tuple[Any, ...]]
Recipe = Callable[..., Rows]
Which = Callable[..., ColumnElement[bool]]


@cache
def put_together(recipe: Recipe, views: Views, *about: Any) -> Rows:
    """Return the statement that a recipe makes of these views."""
    return recipe(views, *about)


def of_kind(views: Views, model: type[Recorded], which: Which, *about: Any) -> Rows:
    """Ask for the whole rows of a kind that meet a condition."""
    view = views.of(model)
    return select(*(col(getattr(view, name)) for name in columns(model))).where(which(views, *about))


def _past(model: type[Recorded]) -> type[Recorded]:
    """Return one and the same view to all who ask, even at once: the parts of a statement must mean the same."""
    if model not in _views:
        _views.setdefault(model, as_it_stood(model))
    return _views[model]
