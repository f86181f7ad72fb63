"""Read what a bundle will need before it is recorded: a statement for thousands, not one for each record."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from typing import Any
from uuid import UUID

from api.attributions.citing import service as citations
from api.attributions.models import Attribution, Citation
from api.attributions.schemas import CitedDraft
from api.bundles.origins import expect_bases, found_by_origin, stores
from api.bundles.schemas import DocumentEntry
from api.documents.models import Document, DocumentSameAs
from api.documents.schemas import DocumentDraft
from api.documents.service import service as documents
from api.sources import naming
from api.sources.models import SourceSameAs
from api.sources.schemas import SourceDraft
from api.storage.ledger import Ledger
from api.storage.records import Recorded
from api.storage.references import models
from api.web.keeping import Keepers
from api.web.records import Draft, Origin
from api.web.references import Refs, named_references, nested

At = Callable[[int], AbstractContextManager[None]]


def read_ahead(ledger: Ledger, entries: Sequence[Any], keepers: Keepers, at: At) -> None:
    """Read everything that a bundle refers to, and give the known records the names that the bundle has for them.

    Raises `Conflict` where a record is meant that was deleted, within `at` its place.
    """
    drafts = [part for entry in entries for part in nested(entry) if isinstance(part, Draft)]
    known = _expect(ledger, entries, drafts, keepers)
    _name(ledger, entries, keepers, at)
    citations.expect(ledger, [row for row in known if isinstance(row, Attribution)])
    documents.texts(ledger, [row for row in known if isinstance(row, Document)])
    named = [one for one in drafts if isinstance(one, SourceDraft) and one.name is not None]
    naming.expect(ledger, [name for draft in named for name in (draft.name, *draft.aliases)])
    documents.expect_texts(ledger, _new_texts(ledger, drafts))


def _expect(ledger: Ledger, entries: Iterable[Any], drafts: Iterable[Draft], keepers: Keepers) -> list[Recorded]:
    """Read the records that are meant by id or external_id, and return them."""
    ids: dict[type[Recorded], set[UUID]] = {}
    keys: dict[type[Recorded], set[str]] = {}
    known = models()
    for entry in entries:
        for said in stores(getattr(entry, "origin", None)):
            ids.setdefault(_model_of(entry, keepers), set()).add(said.id)
        for kind, reference in named_references(entry):
            model = known[kind]
            if reference.id is not None:
                ids.setdefault(model, set()).add(reference.id)
            if reference.external_id is not None:
                keys.setdefault(model, set()).add(reference.external_id)
    by_draft = {keeper.draft: keeper.model for keeper in keepers.values()} | {CitedDraft: Attribution}
    for draft in drafts:
        if draft.external_id is not None:
            model = next(by_draft[one] for one in type(draft).__mro__ if one in by_draft)
            keys.setdefault(model, set()).add(draft.external_id)
    found: list[Recorded | None] = []
    for model in {*ids, *keys}:
        ledger.expect(model, ids.get(model, ()), keys.get(model, ()))
        ledger.expect_brought(model, ids.get(model, ()))
        found += [ledger.find_brought(model, one) for one in ids.get(model, ())]
        found += [ledger.find_named(model, key) for key in keys.get(model, ())]
    return [row for row in found if row is not None]


def _model_of(entry: Any, keepers: Keepers) -> type[Recorded]:
    if entry.kind == "same_as":
        return SourceSameAs if entry.one.kind == "source" else DocumentSameAs
    return Citation if entry.kind == "citation" else keepers[entry.kind].model


def _name(ledger: Ledger, entries: Iterable[Any], keepers: Keepers, at: At) -> None:
    known: dict[str, list[Recorded]] = {}
    came: list[tuple[Recorded, Origin | None]] = []
    for place, entry in enumerate(entries):
        if entry.kind not in keepers:
            continue
        with at(place):
            keeper = keepers[entry.kind]
            row = found_by_origin(ledger, keeper, entry) or keeper.known(ledger, entry)
            if row is not None:
                known.setdefault(entry.kind, []).append(row)
                came.append((row, entry.origin))
            if row is not None and entry.ref is not None:
                ledger.notes(Refs)[entry.ref] = row
    for kind, rows in known.items():
        keepers[kind].expect(ledger, rows)
    expect_bases(ledger, came)


def _new_texts(ledger: Ledger, drafts: Iterable[Draft]) -> list[str]:
    """Return the texts that will be kept: not those of drafts that only refer to a document on record."""
    return [
        draft.text
        for draft in drafts
        if isinstance(draft, DocumentDraft)
        and draft.text is not None
        and (isinstance(draft, DocumentEntry) or documents.known(ledger, draft) is None)
    ]
