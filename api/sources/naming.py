"""Tell which source a name means: of those that have it, the one that a draft asks for, or none."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from api.errors import Ambiguous, Conflict
from api.formats.folding import key
from api.sources import repository
from api.sources.models import Source, SourceSameAs
from api.sources.schemas import SourceDraft
from api.storage.ledger import Ledger
from api.storage.sameness import leaders_of
from api.storage.vault import is_sealed


class Namesakes(dict[str, list[Source]]):
    """The live sources that have a name, by the folded name, as far as one write has asked."""


def expect(ledger: Ledger, names: Iterable[str]) -> None:
    """Look for many names at once."""
    known = ledger.notes(Namesakes)
    folded = {key(name) for name in names} - known.keys()
    if not folded:
        return
    known.update(repository.named(ledger, folded))
    if ledger.caller.reveals:
        for row in ledger.shown(repository.protected(ledger)):
            for name in folded & {key(name) for name in (row.name, *row.aliases)}:
                known[name].append(row)


def remember(ledger: Ledger, row: Source) -> None:
    """Let a new source be found by its names in the rest of this write."""
    names = [row.name, *row.aliases]
    expect(ledger, names)
    for name in {key(name) for name in names}:
        ledger.notes(Namesakes)[name].append(row)


def namesake(ledger: Ledger, draft: SourceDraft) -> Source | None:
    """Return the source on record that a draft is content with, None where it is a new one. Raises `Ambiguous`."""
    if draft.if_named == "new" or draft.name is None:  # as in a draft of a known source
        return None
    candidates = _candidates(ledger, draft)
    if not candidates:
        return None
    if draft.if_named == "use":
        fitting = _fitting(draft, candidates)
        if _are_one(ledger, fitting):
            ledger.told |= _sealed(fitting)
            return _known_by(ledger, min(row.id for row in fitting), draft.external_id)
    instead = "`new`" if draft.if_named == "use" else "`use` or `new`"
    raise Ambiguous(
        f"{_who_has(ledger, candidates)} the name “{draft.name}” already: {_how_to_refer(ledger, candidates)}, or say"
        f" {instead} in if_named.",
        [{"id": str(row.id), "name": called(row), "kind": row.kind} for row in candidates[:20]],
        "/name",
        told=_sealed(candidates),
    )


def is_used(ledger: Ledger, draft: SourceDraft, row: Source) -> bool:
    """Say whether a source has the name, and the kind if given, of a draft that is content with whoever has it.

    Where the writer may not know its names, any may be one of them.
    """
    if is_sealed(row) and not ledger.caller.reveals:
        return bool(_fitting(draft, [row]))
    used = [one for one in _fitting(draft, _candidates(ledger, draft)) if one.id == row.id]
    ledger.told |= _sealed(used)
    return bool(used)


def _who_has(ledger: Ledger, candidates: Sequence[Source]) -> str:
    new = all(map(ledger.is_new, candidates))
    where = "recorded just now" if new else "on record"
    return f"A source {where} has" if len(candidates) == 1 else f"{len(candidates)} sources {where} have"


def _how_to_refer(ledger: Ledger, candidates: Sequence[Source]) -> str:
    """Say how to mean one of them; where the same request makes it, its id is gone with what is refused."""
    if any(map(ledger.is_new, candidates)):
        return "give it an external_id, and refer to the one that you mean by that"
    return "refer to the one that you mean by id"


def _candidates(ledger: Ledger, draft: SourceDraft) -> list[Source]:
    expect(ledger, [draft.name, *draft.aliases])
    return list({row.id: row for row in ledger.notes(Namesakes)[key(draft.name)]}.values())


def _fitting(draft: SourceDraft, candidates: Iterable[Source]) -> list[Source]:
    return [row for row in candidates if draft.kind is None or row.kind == draft.kind]


def _are_one(ledger: Ledger, rows: Sequence[Source]) -> bool:
    """Say whether these are one record, or records that are one source."""
    leaders = leaders_of(ledger, SourceSameAs, [row.id for row in rows]) if len(rows) > 1 else {}
    return len({leaders.get(row.id, row.id) for row in rows}) == 1


def _known_by(ledger: Ledger, source_id: UUID, external_id: str | None) -> Source | None:
    """Return the source that a draft is content with, from now on under the draft's key where it has none."""
    row = ledger.find(Source, source_id)
    if row is None or external_id is None:
        return row
    if row.external_id is not None:
        raise Conflict(
            f"“{called(row)}”, {row.id}, has the external_id “{row.external_id}”: use that, or leave yours out.",
            told=_sealed([row]),
        )
    ledger.change(row, {"external_id": external_id})
    return row


def _sealed(rows: Iterable[Source]) -> set[tuple[str, UUID]]:
    return {("source", row.id) for row in rows if row.sealed_under is not None}


def called(row: Source) -> str:
    """Name a source to whoever reads an error."""
    return row.alias or row.name
