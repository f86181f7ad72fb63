"""Find the records that a request refers to."""

from collections.abc import Iterator
from functools import cache
from typing import Any, TypeVar, get_args

from pydantic import BaseModel

from api.errors import Absent, Invalid
from api.storage.history import kind_of, table_of
from api.storage.ledger import Ledger
from api.storage.records import Recorded
from api.web.records import Draft
from api.web.values import Reference

R = TypeVar("R", bound=Recorded)
NO_BUNDLE = 'A "$ref" is for bundles, in which another record has the ref “{}”. Elsewhere, refer by id or external_id.'


class Refs(dict[str, Recorded]):
    """The records of a bundle by the names that it gives them."""


def resolve(ledger: Ledger, model: type[R], reference: Reference, pointer: str) -> R:
    """Return the live record that a reference means. Raises `Invalid`, pointing at the reference."""
    kind = table_of(model).name
    if reference.ref is not None:
        refs = ledger.notes(Refs)
        if not refs:
            raise Absent(NO_BUNDLE.format(reference.ref), pointer)
        row = refs.get(reference.ref)
        named = f'"$ref": "{reference.ref}"'
        if row is not None and not isinstance(row, model):
            raise Invalid(f"{named} is of the kind {kind_of(row)}, and here the kind {kind} is needed.", pointer)
    elif reference.id is not None:
        row, named = ledger.find_brought(model, reference.id), f"id {reference.id}"
    else:
        row, named = ledger.find_named(model, reference.external_id or ""), f"external_id “{reference.external_id}”"
    if row is None:
        where = "this bundle" if reference.ref is not None else "the record"
        raise Absent(f"No {kind} in {where} has {named}: record it first, or send it whole.", pointer)
    if row.deleted_at is not None:
        raise Invalid(f"The {kind} with {named} was deleted: restore it, or refer to another.", pointer)
    return row


def find(ledger: Ledger, model: type[R], reference: Reference | None, pointer: str) -> R | None:
    """Return the live record that a reference means, None for no reference. Raises `Invalid`."""
    return None if reference is None else resolve(ledger, model, reference, pointer)


# Which kind of record a field of this name refers to, where the reference itself does not say.
FIELDS = {
    "controlled_by": "source",
    "source": "source",
    "publisher": "source",
    "authors": "source",
    "claim": "claim",
    "from_": "claim",
    "to": "claim",
    "document": "document",
    "attribution": "attribution",
    "responds_to": "attribution",
    "replaces": "attribution",
    "citing": "attribution",
    "cited": "attribution",
}


def named_references(draft: BaseModel) -> list[tuple[str, Reference]]:
    """List the references that a draft and everything nested in it makes, each with its kind of record."""
    return [
        (getattr(one, "kind", None) or FIELDS[name], one)
        for part in nested(draft)
        for name, one in _values(part)
        if isinstance(one, Reference)
    ]


def nested(draft: BaseModel) -> list[BaseModel]:
    """List a draft and everything nested in it that may refer to something, references left out."""
    parts = [draft]
    for part in parts:  # which grow meanwhile
        parts += [one for _, one in _values(part) if not isinstance(one, Reference)]
    return parts


def _values(draft: BaseModel) -> list[tuple[str, BaseModel]]:
    said, values = vars(draft), list[tuple[str, BaseModel]]()
    for name in _holding(type(draft)):
        if value := said[name]:
            values += [(name, one) for one in (value if isinstance(value, list) else [value])]
    return values


@cache
def _holding(draft: type[BaseModel]) -> tuple[str, ...]:
    """Name the fields of a draft that may hold references or drafts: most hold none, and need not be looked at."""
    fields = draft.model_fields.items()
    return tuple(
        name for name, field in fields if any(one is not draft and _refers(one) for one in _named(field.annotation))
    )


def _refers(model: type[BaseModel]) -> bool:
    return issubclass(model, Reference | Draft) or bool(_holding(model))


def _named(annotation: Any) -> Iterator[type[BaseModel]]:
    """Give the models that an annotation names."""
    parts = get_args(annotation)
    if not parts and isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in parts:
        yield from _named(part)
