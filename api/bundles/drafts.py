"""Turn the records of a bundle into what would be posted alone."""

from collections.abc import Iterator
from typing import Any

from api.attributions.schemas import AttributionDraft
from api.web.keeping import Keeper
from api.web.references import named_references
from api.web.values import Reference

# What a record refers to of its own kind may refer back to it: an export leaves one out first, and adds it at the end.
CIRCLING = ("responds_to", "replaces")


def draft_of(entry: Any, keeper: Keeper[Any, Any, Any]) -> Any:
    """Turn a record of a bundle into what would be posted alone."""
    own = f"{entry.kind}_kind"
    given = {name: getattr(entry, name) for name in keeper.draft.model_fields if name != "kind"}
    known = entry.model_fields_set & set(given)
    if hasattr(entry, own):
        given["kind"] = getattr(entry, own)
        known |= {"kind"} if own in entry.model_fields_set else set()
    elif "kind" in keeper.draft.model_fields:
        raise AssertionError(f"{entry.kind} has no {own}")
    return keeper.draft.model_construct(_fields_set=known, **given)


def needed_first(entry: Any) -> Iterator[Reference]:
    """Walk what a record refers to of its own kind and needs on record before itself: not what it cites."""
    if isinstance(entry, AttributionDraft):
        return (one for name in CIRCLING if (one := getattr(entry, name)) is not None)
    return (reference for _, reference in named_references(entry))
