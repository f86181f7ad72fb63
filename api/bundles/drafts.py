"""Turn the records of a bundle into what would be posted alone."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from typing import Any, TypeVar, get_args

from api.attributions.schemas import AttributionDraft
from api.bundles.schemas import Carried
from api.errors import Invalid
from api.web.keeping import Keeper
from api.web.records import Draft
from api.web.references import named_references
from api.web.values import Reference

D = TypeVar("D", bound=Draft)

# What a record refers to of its own kind may refer back to it: an export leaves one out first, and adds it at the end.
CIRCLING = ("responds_to", "replaces")


def draft_of(entry: Any, keeper: Keeper[Any, Any, Any]) -> Any:
    """Turn a record of a bundle into what would be posted alone: its values are checked already."""
    model: type[Draft] = keeper.draft
    sent: type[Carried] = type(entry)
    said, names = vars(entry), _names(model, sent)
    draft = model.__new__(model)
    draft.__setstate__(
        {
            "__dict__": {name: said[own] for name, own in names},
            "__pydantic_fields_set__": {name for name, own in names if own in entry.model_fields_set},
            "__pydantic_extra__": None,
            "__pydantic_private__": None,
        }
    )
    return draft


@contextmanager
def pointing_as_sent(kind: str) -> Iterator[None]:
    """Have what is wrong with a draft's own `kind` point at the field that says it in a bundle."""
    try:
        yield
    except Invalid as wrong:
        own = f"/{kind}_kind"
        wrong.problems = tuple(replace(one, pointer=own) if one.pointer == "/kind" else one for one in wrong.problems)
        raise


def draft_with(draft: D, fields: set[str]) -> D | None:
    """Return a draft that says only some of what another one does, None where that is nothing."""
    if not fields:
        return None
    model = type(draft)
    kept = {name for name, one in model.model_fields.items() if name in fields or one.is_required()}
    return model.model_construct(_fields_set=fields, **{name: getattr(draft, name) for name in kept})


@cache
def _names(draft: type[Draft], entry: type[Carried]) -> list[tuple[str, str]]:
    """List the fields of a draft, each with its name in a bundle: there `kind` says which record it is."""
    kind = f"{get_args(entry.model_fields['kind'].annotation)[0]}_kind"
    return [(name, kind if name == "kind" else name) for name in draft.model_fields]


def needed_first(entry: Any) -> Iterator[tuple[str, Reference]]:
    """Walk what a record needs on record before itself, of its own kind, each with its field: not what it cites."""
    if isinstance(entry, AttributionDraft):
        return ((name, one) for name in CIRCLING if (one := getattr(entry, name)) is not None)
    return (("controlled_by", reference) for _, reference in named_references(entry))
