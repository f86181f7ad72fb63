"""Merge a patch into what a record says, as far as its writer may see that (RFC 7396)."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from api.custody.roles import Scope
from api.errors import Conflict, Contradictory, Forbidden, Problem
from api.formats.json import merge_patch, pointer
from api.storage.ledger import Ledger
from api.storage.records import Recorded, Sealable
from api.storage.vault import is_erased, is_sealed
from api.web.kinds import Answer, Kind, Row, Sent
from api.web.records import Draft, Record
from api.web.validation import validating

# What an answer as of an instant tells of itself, and not of the record: sent back, it is nothing that it changes.
OF_ANSWERS = frozenset({"settled"})
# What an answer says of a version, and may know only some time after it was made: sent back, it changes nothing.
NUMBERED = frozenset({"log_index"})
Fields = dict[str, Any]


class ReadAhead(dict[UUID, Record]):
    """What the records say that one write is going to change, by id, read together."""


def merged(kind: Kind[Row, Sent, Answer], ledger: Ledger, row: Row, patch: Fields) -> tuple[Sent, Fields]:
    """Merge a patch into what a record says: the whole as a draft, and the columns that change.

    Raises `Invalid` for what no record can say, `Forbidden` or `Conflict` for what the writer does not see.
    """
    answer = ledger.notes(ReadAhead).pop(row.id, None) or kind.answers(ledger, [row])[0]
    now = answer.model_dump(mode="json", exclude={*OF_ANSWERS})
    seen = _seen(kind, ledger, row, now, numbered="log_index" in patch)
    hidden = _other(now, seen)
    given = {
        name: value
        for name, value in patch.items()
        if name not in kind.steering | kind.of_lists
        and not (name in OF_ANSWERS and isinstance(value, bool))
        and not (name in seen and _is_same(value, seen[name]))  # merged, its nulls would be taken out
        and not (name in NUMBERED and value is None)
    }
    _require_sight(kind.kind, row, hidden & given.keys())
    whole: Fields = merge_patch(now, given)  # type: ignore[assignment]
    whole |= {name: given[name] for name in kind.whole & set(given)}
    fields = kind.fields
    elsewhere = {name: how.format(row.id) for name, how in kind.elsewhere.items()}
    _refuse_read_only(fields, elsewhere, seen, {name: whole.get(name) for name in given})
    with validating():
        draft = kind.draft.model_validate({name: value for name, value in whole.items() if name in fields})
    (true,) = ledger.shown([row])
    columns = {**kind.content(ledger, draft, true), **own_columns(draft)}
    erased = _erased(row)
    return draft, {
        name: value
        for name, value in columns.items()
        if getattr(true, name) != value and not (name in erased and value is None)
    }


def _is_same(sent: Any, read: Any) -> bool:
    """Say whether a value was sent back as it was read: to Python, 0 is false too."""
    return type(sent) is type(read) and bool(sent == read)


def _erased(row: Recorded) -> Collection[str]:
    """Name the columns that an erased record has placeholders in, which no draft repeats."""
    return row.sealable if is_erased(row) else ()


def hidden_of(kind: Kind[Row, Sent, Answer], ledger: Ledger, row: Row) -> set[str]:
    """Name the fields of a record that the writer may not see."""
    if not is_sealed(row):
        return set()
    now = kind.answers(ledger, [row])[0].model_dump(mode="json", exclude={*OF_ANSWERS})
    return _other(now, _seen(kind, ledger, row, now, numbered=False))


def own_columns(draft: Draft) -> Fields:
    """Return the columns that every kind takes from its draft."""
    return {"external_id": draft.external_id, "protected": draft.protected}


def _seen(kind: Kind[Row, Sent, Answer], ledger: Ledger, row: Row, now: Fields, *, numbered: bool) -> Fields:
    """Return what a record says as the writer may see it, given what it says; and where the log has it."""
    if not is_sealed(row):
        return {**now, "log_index": ledger.as_caller().log_index(row)} if numbered else now
    return kind.answers(ledger.as_caller(), [row])[0].model_dump(mode="json", exclude={*OF_ANSWERS})


def _other(now: Fields, seen: Fields) -> set[str]:
    """Name the fields whose value is not what the writer sees; and the one that a reader may still know as null."""
    return {name for name in now if now[name] != seen[name]} | NUMBERED


def _require_sight(kind: str, row: Sealable, fields: set[str]) -> None:
    """Raise `Forbidden`, or `Conflict` for what was erased, where fields would change that are not seen."""
    if fields - NUMBERED and is_erased(row):
        raise Conflict(f"What this {kind} says in {', '.join(sorted(fields))} was erased for good.")
    if fields - NUMBERED:
        raise Forbidden(
            f"Of a protected {kind}, {', '.join(sorted(fields))} can be changed only with a key that has the scope"
            f" {Scope.REVEAL}, which no role implies."
        )


def _refuse_read_only(fields: set[str], elsewhere: Mapping[str, str], seen: Fields, wanted: Fields) -> None:
    problems = [
        Problem(_why_not(name, elsewhere, seen), pointer(name))
        for name, value in wanted.items()
        if name not in fields and (name not in seen or value != seen[name])
    ]
    if problems:
        raise Contradictory(problems)


def _why_not(name: str, elsewhere: Mapping[str, str], seen: Fields) -> str:
    if name not in seen:
        return "There is no field of this name; check the spelling."
    if name in elsewhere:
        return f"This changes by {elsewhere[name]}. Here, leave it out, or send it back as it is."
    return "This cannot be changed here; leave it out, or send it back as it is."
