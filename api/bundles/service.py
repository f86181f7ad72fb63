"""Record many things at once, or nothing: whatever the order in which they name each other."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Literal
from uuid import UUID

from api.assessments.service import service as assessments
from api.attributions import retracting
from api.attributions.citing import service as citations
from api.attributions.models import Attribution, Citation
from api.attributions.service import service as attributions
from api.bundles.ahead import read_ahead
from api.bundles.drafts import draft_of, pointing_as_sent
from api.bundles.order import ORDER, WITHIN, in_order, needs_of
from api.bundles.origins import Base, base_of, found_by_origin, know, news, of_origin, stores, take_note
from api.bundles.schemas import Bundle, BundleResult, CitationEntry, RetractionEntry, SameAsEntry
from api.claims.service import service as claims
from api.dependencies.service import service as dependencies
from api.documents.models import DocumentSameAs
from api.documents.service import service as documents
from api.errors import Conflict, Invalid, under
from api.formats.json import pointer
from api.relations.service import service as relations
from api.sources.models import SourceSameAs
from api.sources.service import service as sources
from api.storage.ledger import Ledger
from api.storage.records import Portable, Recorded
from api.storage.sameness import SameAs
from api.web.joining import find_link, join
from api.web.keeping import Keeper, Keepers
from api.web.references import Refs, resolve

KEEPERS: Keepers = {
    "source": sources,
    "document": documents,
    "claim": claims,
    "relation": relations,
    "attribution": attributions,
    "dependency": dependencies,
    "assessment": assessments,
}
JOINED: Mapping[str, type[SameAs]] = {"source": SourceSameAs, "document": DocumentSameAs}


def record_bundle(ledger: Ledger, bundle: Bundle) -> list[BundleResult]:
    """Record everything in a bundle, and say what became of each record, in its order. Raises `Invalid`, `Conflict`."""
    recording = Recording(ledger, bundle.records)
    recording.carry_out()
    return [
        BundleResult(ref=entry.ref, kind=entry.kind, id=row.id, version=row.version, created=became == "created")
        for place, entry in enumerate(bundle.records)
        for row, became in [recording.done[place]]
    ]


Became = Literal["created", "updated", "known"]


class Spoken(set[UUID]):
    """The records that one write has spoken of, in all of its batches."""


class Recording:
    """Many records on their way into the ledger; `done` says by their place what became of each."""

    def __init__(self, ledger: Ledger, entries: Sequence[Any]) -> None:
        self.ledger = ledger
        self.entries = entries
        self.done: dict[int, tuple[Recorded, Became]] = {}
        self._bases: dict[UUID, Base] = {}  # what the lines of records that are known from elsewhere were made from
        self._by_ref = self._refs()

    def carry_out(self) -> None:
        """Record everything. Raises `Invalid`, `Conflict`."""
        read_ahead(self.ledger, self.entries, KEEPERS, self.at)
        steps: Mapping[str, Callable[[int, Any], None]] = {
            "citation": self._cite,
            "retraction": self._retract,
            "same_as": self._join,
        }
        for kind in ORDER:
            for place in self._in_order(kind):
                entry = self.entries[place]
                with self.at(place), pointing_as_sent(kind):
                    self._refuse_future(entry)
                    steps.get(kind, self._record)(place, entry)
            if kind == "attribution":
                self._add_citations()
            self.ledger.flush()

    def at(self, place: int) -> AbstractContextManager[None]:
        """Do something about the record at a place of the bundle: what fails points there."""
        return under(pointer("records", place))

    def _record(self, place: int, entry: Any) -> None:
        keeper, acts = KEEPERS[entry.kind], self.ledger.acts
        draft = draft_of(entry, keeper)
        standing = found_by_origin(self.ledger, keeper, entry) or keeper.known(self.ledger, draft)
        if standing is not None:
            row = self._merge(keeper, entry, draft, standing)
        else:
            with self._taking_over(entry):
                record = attributions.state if keeper is attributions else keeper.record
                row = record(self.ledger, draft)
            if self.ledger.acts == acts and entry.origin is not None:  # a namesake that is used as it is
                take_note(self.ledger, keeper, row, entry.origin, 0)
        new = self.ledger.is_new(row) and row.id not in self.ledger.notes(Spoken)
        self._keep(place, entry, row, "created" if new else self._since(acts))

    def _merge(self, keeper: Keeper[Any, Any, Any], entry: Any, draft: Any, row: Any) -> Any:
        """Take what is new of what a line says of a record on record, and note where it comes from."""
        if self.ledger.is_touched(row):
            self.ledger.flush()  # it may come to refer to what is newer than itself, and is sealed as it stands
        base = base_of(self.ledger, row, entry.origin)
        taken = news(self.ledger, row, entry.origin, base, draft)
        same = base.version if base is not None and any(base.changed(self.ledger, row)) else None
        acts = self.ledger.acts
        if taken is not None:
            keeper.update(self.ledger, row, taken)
        if base is not None:
            self._bases.setdefault(row.id, base)
        if entry.origin is not None and (base is None or (base.version and (base.later or self.ledger.acts != acts))):
            take_note(self.ledger, keeper, row, entry.origin, same)
        return row

    def _add_citations(self) -> None:
        for place in self._of("attribution"):
            row, became = self.done[place]
            if isinstance(row, Attribution) and became == "created" and self.entries[place].cites:
                with self.at(place), self._taking_over(self.entries[place]):
                    attributions.add_citations(self.ledger, row, self.entries[place].cites)

    def _cite(self, place: int, entry: CitationEntry) -> None:
        citing = resolve(self.ledger, Attribution, entry.citing, "/citing")
        cited = resolve(self.ledger, Attribution, entry.cited, "/cited")
        row: Citation | None = citations.find(self.ledger, citing, cited, entry.citation_kind)
        if row is not None:
            return self._keep(place, entry, row, "known")
        self._refuse_withdrawn(Citation, entry)
        with self._taking_over(entry):
            row = citations.add(self.ledger, citing, cited, entry.citation_kind)
        self._keep(place, entry, row, "created")

    def _join(self, place: int, entry: SameAsEntry) -> None:
        if entry.one.kind != entry.other.kind:
            raise Invalid(f"A {entry.one.kind} is no {entry.other.kind}: name two of one kind.", "/other")
        keeper, model = KEEPERS[entry.one.kind], JOINED[entry.one.kind]
        one = resolve(self.ledger, keeper.model, entry.one, "/one")
        other = resolve(self.ledger, keeper.model, entry.other, "/other")
        row = find_link(self.ledger, model, one, other)
        if row is not None:
            return self._keep(place, entry, row, "known")
        self._refuse_withdrawn(model, entry)
        self._keep(place, entry, join(self.ledger, keeper, model, one, other, entry.reason), "created")

    def _retract(self, place: int, entry: RetractionEntry) -> None:
        row, acts = resolve(self.ledger, Attribution, entry.attribution, "/attribution"), self.ledger.acts
        if not retracting.has_retracted(self.ledger, row, entry) and self._is_news(row, entry):
            if row.retracted_at is not None and row.id in self._bases:
                retracting.reinstate(self.ledger, row.id, "*")
            with self.ledger.taking_over() if row.origin_id is not None else nullcontext():
                retracting.retract(self.ledger, row.id, entry)
        self.done[place] = row, "known" if self.ledger.acts == acts else "created"

    def _is_news(self, row: Attribution, entry: RetractionEntry) -> bool:
        """Say whether a retraction is to be taken: of what is known from elsewhere a later one, or the first."""
        base = self._bases.get(row.id)
        if base is None and entry.attribution.id is not None:
            known = self.ledger.foreign.find(Attribution, entry.attribution.id)
            base = Base(known.base, known.became, later=False) if known is not None and known.version else None
        if base is None:
            return True
        if not base.version:
            return False
        said = retracting.columns_told(self.ledger, row, entry)
        here = [before for before in base.changed(self.ledger, row) if said.keys() & before.keys()]
        if not here:
            return base.later or row.retracted_at is None
        told = {name: value for name, value in said.items() if value is not None}
        return base.later and not any(
            all(before.get(name, getattr(row, name)) == value for name, value in told.items()) for before in here
        )

    def _keep(self, place: int, entry: Any, row: Recorded, became: Became) -> None:
        self.done[place] = row, became
        self.ledger.notes(Spoken).add(row.id)
        if became == "created" and entry.origin is not None and isinstance(row, Portable):
            came = [(said.id, said.version) for said in stores(entry.origin)]
            self.ledger.bring(row, came, entry.origin.model_dump(mode="json"))
        else:
            know(self.ledger, row, entry.origin)
        if entry.ref is not None and entry.kind in KEEPERS:
            self.ledger.notes(Refs)[entry.ref] = row

    def _taking_over(self, entry: Any) -> AbstractContextManager[None]:
        """Take over what is new here, if it has an origin."""
        return nullcontext() if entry.origin is None else self.ledger.taking_over()

    def _refuse_future(self, entry: Any) -> None:
        """Raise `Invalid` where another store is said to have learned something after this moment."""
        for depth, said in enumerate(stores(getattr(entry, "origin", None)), 1):
            for name in ("recorded_at", "updated_at"):
                if getattr(said, name) > self.ledger.now:
                    at = pointer(*["origin"] * depth, name)
                    raise Invalid("This is still to come: no store can have said it yet.", at)

    def _since(self, acts: int) -> Became:
        return "known" if self.ledger.acts == acts else "updated"

    def _refuse_withdrawn(self, model: type[Portable], entry: Any) -> None:
        """Raise `Conflict` where a link came from the same origin before and was deleted here since."""
        row = of_origin(self.ledger, model, entry.origin)
        if row is not None:
            raise Conflict(f"This {entry.kind} was on record as {row.id} and was withdrawn here: leave it out.")

    def _refs(self) -> dict[str, int]:
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
        """List the records of a kind, each after those of its kind that it refers to, else as they came.

        What refers to itself in a circle is refused.
        """
        if kind not in WITHIN:
            yield from self._of(kind)
            return
        for place, closing in in_order(needs_of(self.entries, self._of(kind), self._by_ref), self._stands):
            if closing is None:
                yield place
                continue
            with self.at(place):
                raise Invalid(
                    f"Through this, the {kind} refers to itself: leave out one link of the circle.", f"/{closing}"
                )

    def _stands(self, place: int) -> bool:
        """Say whether the record at a place of the bundle is on record already."""
        entry, keeper = self.entries[place], KEEPERS[self.entries[place].kind]
        return (found_by_origin(self.ledger, keeper, entry) or keeper.known(self.ledger, entry)) is not None
