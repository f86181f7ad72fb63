"""Record many things at once, or nothing: whatever the order in which they name each other."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from api.assessments.service import service as assessments
from api.attributions.citing import service as citations
from api.attributions.models import Attribution, Citation
from api.attributions.schemas import AttributionDraft
from api.attributions.service import service as attributions
from api.bundles.ahead import read_ahead
from api.bundles.schemas import Bundle, BundleResult, CitationEntry, RetractionEntry
from api.claims.service import service as claims
from api.dependencies.service import service as dependencies
from api.documents.service import service as documents
from api.errors import Invalid, under
from api.formats.json import pointer
from api.relations.service import service as relations
from api.sources.service import service as sources
from api.storage.ledger import Ledger
from api.storage.records import Recorded
from api.web.keeping import Keeper
from api.web.references import named_references, resolve
from api.web.values import Reference

KEEPERS: Mapping[str, Keeper[Any, Any, Any]] = {
    "source": sources,
    "document": documents,
    "claim": claims,
    "relation": relations,
    "attribution": attributions,
    "dependency": dependencies,
    "assessment": assessments,
}
# What may be referred to comes first; a relation comes before the citations that it allows.
ORDER = (
    "source",
    "document",
    "claim",
    "relation",
    "attribution",
    "citation",
    "retraction",
    "dependency",
    "assessment",
)


def record_bundle(ledger: Ledger, bundle: Bundle) -> list[BundleResult]:
    """Record everything in a bundle, and say what became of each record, in its order. Raises `Invalid`, `Conflict`."""
    return _Recording(ledger, bundle.records).carry_out()


class _Recording:
    def __init__(self, ledger: Ledger, entries: Sequence[Any]) -> None:
        self.ledger = ledger
        self.entries = entries
        self.rows: dict[int, Recorded] = {}
        self.created: dict[int, bool] = {}
        self.made: set[UUID] = set()
        self.by_name = self._names()

    def carry_out(self) -> list[BundleResult]:
        read_ahead(self.ledger, self.entries, KEEPERS)
        steps: Mapping[str, Callable[[int, Any], None]] = {
            "citation": self._cite,
            "retraction": self._retract,
        }
        for kind in ORDER:
            for place in self._in_order(kind):
                with under(pointer("records", place)):
                    steps.get(kind, self._record)(place, self.entries[place])
            if kind == "attribution":
                self._add_citations()
            self.ledger.flush()
        return [
            BundleResult(
                ref=entry.ref,
                kind=entry.kind,
                id=self.rows[place].id,
                version=self.rows[place].version,
                created=self.created[place],
            )
            for place, entry in enumerate(self.entries)
        ]

    def _record(self, place: int, entry: Any) -> None:
        keeper = KEEPERS[entry.kind]
        draft = draft_of(entry, keeper)
        row = attributions.state(self.ledger, draft) if keeper is attributions else keeper.record(self.ledger, draft)
        self._keep(place, entry, row, created=self.ledger.is_new(row) and row.id not in self.made)

    def _add_citations(self) -> None:
        for place in self._of("attribution"):
            row = self.rows[place]
            if isinstance(row, Attribution) and self.created[place]:
                with under(pointer("records", place)):
                    attributions.add_citations(self.ledger, row, self.entries[place].cites)

    def _cite(self, place: int, entry: CitationEntry) -> None:
        citing = resolve(self.ledger, Attribution, entry.citing, "/citing")
        cited = resolve(self.ledger, Attribution, entry.cited, "/cited")
        row: Citation | None = citations.find(self.ledger, citing, cited, entry.citation_kind)
        created = row is None
        self._keep(place, entry, row or citations.add(self.ledger, citing, cited, entry.citation_kind), created=created)

    def _retract(self, place: int, entry: RetractionEntry) -> None:
        row = resolve(self.ledger, Attribution, entry.attribution, "/attribution")
        when = row.retracted_at if entry.retracted_at is None else entry.retracted_at.value
        same = row.retracted_at is not None and row.retracted_at == when
        if not same:
            attributions.retract(self.ledger, row.id, entry)
        self._keep(place, entry, row, created=not same)

    def _keep(self, place: int, entry: Any, row: Recorded, *, created: bool) -> None:
        self.rows[place], self.created[place] = row, created
        self.made.add(row.id)
        if entry.ref is not None and entry.kind in KEEPERS:
            self.ledger.names[entry.ref] = row

    def _names(self) -> dict[str, int]:
        places: dict[str, int] = {}
        for place, entry in enumerate(self.entries):
            if entry.ref is None:
                continue
            if entry.ref in places:
                raise Invalid(f"Two records have the ref “{entry.ref}”.", pointer("records", place, "ref"))
            places[entry.ref] = place
        return places

    def _of(self, kind: str) -> list[int]:
        return [place for place, entry in enumerate(self.entries) if entry.kind == kind]

    def _in_order(self, kind: str) -> Iterator[int]:
        """List the records of a kind, each after those of its kind that it refers to."""
        keys = {self.entries[place].external_id: place for place in self._of(kind) if kind in KEEPERS}
        needs: dict[int, set[int]] = {place: set() for place in self._of(kind)}
        for place, others in needs.items():
            for _, reference in _needed_first(self.entries[place]):
                other = self.by_name.get(reference.ref or "", keys.get(reference.external_id or ""))
                if other is not None and other in needs:
                    others.add(other)
        try:
            yield from TopologicalSorter(needs).static_order()
        except CycleError as loop:
            place = loop.args[1][0]
            raise Invalid(
                f"This {kind} refers to itself through others of the bundle.", pointer("records", place)
            ) from None


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


def _needed_first(entry: BaseModel) -> Iterator[tuple[Any, Reference]]:
    """Walk what a record refers to and needs on record before itself: all but what it cites."""
    if isinstance(entry, AttributionDraft):
        entry = entry.model_copy(update={"cites": []})
    return named_references(entry)
