"""Say in which order the records of a bundle can be recorded, whatever the order in which they name each other."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from api.bundles.drafts import needed_first
from api.bundles.origins import stores
from api.bundles.schemas import ABOUT_KNOWN
from api.graph.loops import components

# What may be referred to comes first; a relation comes before the citations that it allows, and records that are one
# source before what stands in its documents.
ORDER = (
    "source",
    "document",
    "same_as",
    "claim",
    "relation",
    "attribution",
    "citation",
    "retraction",
    "dependency",
    "assessment",
)
WITHIN = ("source", "attribution")  # the kinds whose records may need others of their kind first

Needs = dict[int, dict[int, str]]  # of places in a bundle: which others have to come before each, and by which field


def needs_of(entries: Sequence[Any], places: Collection[int], by_ref: Mapping[str, int]) -> Needs:
    """Say which of the records of a kind, at these places, need which others of them to be recorded before."""
    keys: dict[str, int] = {}
    origins: dict[UUID | None, int] = {}
    for place in places:  # of two places that speak of one record the first is the one that makes it
        if (key := entries[place].external_id) is not None:
            keys.setdefault(key, place)
        for said in stores(entries[place].origin):
            origins.setdefault(said.id, place)
    needs: Needs = {place: {} for place in places}
    for place, others in needs.items():
        entry = entries[place]
        for field, reference in needed_first(entry):
            named = by_ref.get(reference.ref or ""), keys.get(reference.external_id or "")
            others |= {one: field for one in (*named, origins.get(reference.id)) if one in needs}
        makes = keys.get(entry.external_id, place)
        if makes != place and isinstance(entry, ABOUT_KNOWN[entry.kind].draft):
            others[makes] = "external_id"
    return needs


def in_order(needs: Needs, stands: Callable[[int], bool]) -> Iterator[tuple[int, str | None]]:
    """Give the places, each after those that it needs, and where it needs itself in a circle the field that closes it.

    What `stands` already may come later where it cannot come first.
    """
    circles = components(needs, needs.__getitem__)
    on_record = [
        (place, needed)
        for place, others in needs.items()
        for needed in others
        if circles[needed] == circles[place] and stands(needed)
    ]
    for place, needed in on_record:
        del needs[place][needed]
    if on_record:
        circles = components(needs, needs.__getitem__)
    for place, circle in circles.items():
        yield place, next((field for needed, field in needs[place].items() if circles[needed] == circle), None)
