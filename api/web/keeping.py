"""What can be done with every kind of record: record, get, list, edit, delete, restore, and read what it was."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy import ColumnElement
from sqlmodel import col

from api.custody.roles import Role, Scope
from api.errors import Conflict, Contradictory, Forbidden, Gone, Invalid, NotFound, Problem, Stale, TagRequired, under
from api.formats.json import merge_patch, pointer
from api.storage import deletion, listing
from api.storage.history import table_of
from api.storage.ledger import Ledger
from api.storage.listing import Cut, Slice
from api.storage.reading import Reading
from api.storage.records import Recorded, Sealable, new_row
from api.storage.vault import is_sealed
from api.web.desk import Desk
from api.web.records import Draft, HistoryEntry, Record
from api.web.references import resolve
from api.web.values import Reference, pointer_to

# What an answer tells of a version that may come to be only after it was made: sent back, it changes nothing.
NUMBERED = frozenset({"log_index"})

Row = TypeVar("Row", bound=Sealable)
Sent = TypeVar("Sent", bound=Draft)
Answer = TypeVar("Answer", bound=Record)


@dataclass(frozen=True, slots=True)
class Restricted:
    """A column that takes a higher role than its record does: its field, and what anybody may keep there."""

    field: str
    at_first: Any = None  # in a new record
    role: Role = Role.EDITOR


class Keeper(ABC, Generic[Row, Sent, Answer]):
    """The rules of one kind of record; a feature's service fills in what is its own."""

    model: type[Row]
    draft: type[Sent]
    answer: type[Answer]
    # Where the kind stands under /v1.
    path: ClassVar[str]
    # Fields of an answer that stand for one value: a patch replaces them whole.
    whole: ClassVar[frozenset[str]] = frozenset()
    # Fields of a draft that steer the request and are not kept.
    steering: ClassVar[frozenset[str]] = frozenset()
    # Fields of a draft that change by paths of their own.
    read_only: ClassVar[frozenset[str]] = frozenset()
    # Fields that only an item of a list has: sent back in a patch, they are nothing that it changes.
    of_lists: ClassVar[frozenset[str]] = frozenset()
    # Fields of a draft that may be whole new records: whose rules they follow, and the column that refers to them.
    nested: ClassVar[Mapping[str, tuple["Keeper[Any, Any, Any]", str]]] = {}
    editable: ClassVar[bool] = True
    # What recording and correcting take.
    role: ClassVar[Role] = Role.CONTRIBUTOR

    @abstractmethod
    def content(self, ledger: Ledger, draft: Sent, row: Row | None) -> dict[str, Any]:
        """Check a draft against the rules and the record, and return it as columns. Raises `Invalid`."""

    @abstractmethod
    def answers(self, reading: Reading, rows: Sequence[Row]) -> list[Answer]:
        """Say what these records say, with what is derived, in as few statements as there are kinds."""

    def conditions(self, reading: Reading, view: type[Row], filters: Any) -> Iterator[ColumnElement[bool]]:
        """Turn a list's filters into conditions."""
        if filters.id:
            yield col(view.id).in_(filters.id)
        if filters.external_id:
            yield col(view.external_id).in_(filters.external_id)

    def order(self, view: type[Row]) -> listing.Order:
        """Name what a list can be sorted by."""
        return {"recorded_at": col(view.recorded_at), "updated_at": col(view.updated_at)}

    def check_restored(self, ledger: Ledger, row: Row) -> None:
        """Raise `Conflict` where a restored record breaks a rule that the record has come to meet since."""

    def restrictions(self, row: Row | None) -> Mapping[str, Restricted]:
        """Name the columns of a record, None for a new one, whose change takes a higher role."""
        return {}

    def check_joined(self, ledger: Ledger, one: Row, other: Row) -> None:
        """Raise `Conflict` where two records cannot be one."""

    # Reading -------------------------------------------------------------------------------------------------------

    @property
    def kind(self) -> str:
        """Name the kind, singular."""
        return table_of(self.model).name

    def row(self, reading: Reading, record_id: UUID) -> Row:
        """Return a live record. Raises `NotFound` or `Gone`."""
        found = reading.find(self.model, record_id)
        if found is None:
            when = "" if reading.known_at is None else f" that was known at {reading.known_at.isoformat()}"
            raise NotFound(f"There is no {self.kind} {record_id}{when}.")
        if found.deleted_at is not None:
            raise gone(found, f"/v1/{self.path}/{found.id}/history")
        return found

    def get(self, reading: Reading, record_id: UUID) -> Answer:
        """Return one record's answer. Raises `NotFound` or `Gone`."""
        (answer,) = self.answers(reading, [self.row(reading, record_id)])
        return answer if reading.known_at is None else answer.model_copy(update={"settled": reading.settled})

    @property
    def listed(self) -> type[Answer]:
        """Name what the items of the list are."""
        return self.answer

    def page(self, desk: Desk, filters: Any, cut: Cut) -> Slice[Answer]:
        """Return one page of live records, from a snapshot of its own."""
        with desk.reading(filters.known_at) as reading:
            return self.list(reading, filters, cut)

    def list(self, reading: Reading, filters: Any, cut: Cut) -> Slice[Answer]:
        """Return one page of live records."""
        view = reading.of(self.model)
        conditions = list(self.conditions(reading, view, filters))
        found = listing.rows(reading, view, conditions, self.order(view), cut)
        settled = reading.certain
        return Slice(self.answers(reading, found.items), found.after, settled)

    def history(self, reading: Reading, record_id: UUID, cut: Cut) -> Slice[HistoryEntry[Answer]]:
        """Return one page of the versions, oldest first, each as it was answered then. Raises `NotFound`."""
        versions = reading.versions(self.model, record_id)
        if not versions:
            raise NotFound(f"There is no {self.kind} {record_id}.")
        first = _first_after(versions, cut.after)
        shown = versions[first : first + cut.limit]
        entries = [
            HistoryEntry[Answer].model_construct(
                version=version.version,
                action=_action(before, version),
                recorded_at=version.updated_at,
                recorded_by=version.updated_by,
                reason=version.deletion_reason,
                record=self._as_of(reading, version),
            )
            for before, version in zip([None, *versions][first:], shown, strict=False)
        ]
        following = [shown[-1].version] if first + cut.limit < len(versions) else None
        return Slice(entries, following, reading.certain)

    # Writing -------------------------------------------------------------------------------------------------------

    def record(self, ledger: Ledger, draft: Sent) -> Row:
        """Make a record, or update the one that has the draft's external_id with what the draft gives."""
        known = self.known(ledger, draft)
        if known is not None:
            return self.update(ledger, known, draft)
        self._require_role(ledger)
        columns = {**_own(draft), **self.content(ledger, draft, None)}
        self._require_unrestricted(ledger, None, columns)
        return ledger.add(new_row(self.model, **columns, **ledger.stamp()))

    def take(self, ledger: Ledger, sent: Reference | Sent, pointer: str) -> Row:
        """Return the record that a reference means, or record the draft; one of a known external_id is a reference."""
        with under(pointer):
            if isinstance(sent, Reference):
                return resolve(ledger, self.model, sent, "")
            known = self.known(ledger, sent)
            return known if known is not None else self.record(ledger, sent)

    def find_or_take(self, ledger: Ledger, sent: Reference | Sent | None, pointer: str) -> Row | None:
        """Do the same where nothing may be sent."""
        return None if sent is None else self.take(ledger, sent, pointer)

    def known(self, ledger: Ledger, draft: Draft) -> Row | None:
        """Return the live record that has a draft's external_id, None where it is new. Raises `Conflict`."""
        row = None if draft.external_id is None else ledger.find_named(self.model, draft.external_id)
        if row is not None and row.deleted_at is not None:
            raise Conflict(
                f"The {self.kind} with external_id “{draft.external_id}” was deleted, and its key stays taken: restore"
                f" {row.id}, or use another key.",
                extra={"deleted": [{"kind": self.kind, "id": str(row.id)}]},
            )
        return row

    def update(self, ledger: Ledger, row: Row, draft: Sent) -> Row:
        """Merge the fields that a draft gives into a record; where nothing changes, nothing is written."""
        return self.apply(ledger, row, self._patch(ledger, row, draft))

    def agrees(self, ledger: Ledger, row: Row, draft: Draft) -> bool:
        """Say whether a record says already all that a draft gives."""
        try:
            _, columns = self._merged(ledger, row, self._patch(ledger, row, draft))
        except (Invalid, Conflict):
            return False
        return not columns

    def expect(self, ledger: Ledger, rows: Sequence[Row]) -> None:
        """Read ahead what is asked of known records that drafts will be merged into."""
        ledger.answers |= {answer.id: answer for answer in self.answers(ledger, rows)}

    def edit(self, ledger: Ledger, record_id: UUID, patch: dict[str, Any], tag: str | None) -> Row:
        """Apply a JSON merge patch (RFC 7396). Raises `TagRequired`, `Stale`, `Invalid`, `Conflict`."""
        row = self.row(ledger, record_id)
        require_tag(tag, row)
        return self.apply(ledger, row, patch)

    def apply(self, ledger: Ledger, row: Row, patch: dict[str, Any]) -> Row:
        """Merge a patch into a record, check the whole, and keep it where it changed."""
        draft, changed = self._merged(ledger, row, patch)
        if changed:
            if not self.editable:
                raise Conflict(f"A {self.kind} is never edited: delete it, with the reason, and add another.")
            self._require_role(ledger)
            self._require_unrestricted(ledger, row, changed)
            self._check_key(ledger, row, draft)
            ledger.change(row, changed)
        return row

    def delete(self, ledger: Ledger, record_id: UUID, tag: str | None, reason: str, cascade: bool) -> Row:
        """Withdraw a record made in error. Raises `TagRequired`, `Stale`, `Referenced`."""
        row = self.row(ledger, record_id)
        require_tag(tag, row)
        withdraw = deletion.delete_with_all if cascade else deletion.delete
        withdraw(ledger, row, reason)
        return row

    def deleted(self, ledger: Ledger, record_id: UUID) -> Row:
        """Return a deleted record. Raises `NotFound`, or `Conflict` where it is live."""
        row = ledger.find(self.model, record_id)
        if row is None:
            raise NotFound(f"There is no {self.kind} {record_id}.")
        if row.deleted_at is None:
            raise Conflict(f"This {self.kind} is not deleted.")
        return row

    # How -----------------------------------------------------------------------------------------------------------

    def _require_role(self, ledger: Ledger) -> None:
        ledger.caller.require(self.role, f"Recording or correcting a {self.kind}")

    def _require_unrestricted(self, ledger: Ledger, row: Row | None, columns: Mapping[str, Any]) -> None:
        """Raise `Forbidden` where a column changes that takes a higher role than the caller's."""
        standing = {} if row is None else {"protected": Restricted("protected")}  # a new record anybody may protect
        for name, one in {**self.restrictions(row), **standing}.items():
            before = one.at_first if row is None else getattr(row, name)
            if name in columns and columns[name] != before:
                ledger.caller.require(one.role, f"To change `{one.field}` of a {self.kind}")

    def _merged(self, ledger: Ledger, row: Row, patch: dict[str, Any]) -> tuple[Sent, dict[str, Any]]:
        """Merge a patch into what a record says: the whole as a draft, and the columns that change."""
        answer = ledger.answers.pop(row.id, None) or self.answers(ledger, [row])[0]
        now = answer.model_dump(mode="json", exclude={"settled"})
        seen = self._seen(ledger, row, now, numbered="log_index" in patch)
        hidden = _hidden(now, seen)
        given = {
            name: value
            for name, value in patch.items()
            if name not in self.steering | self.of_lists
            and not (name in hidden and value == seen[name])
            and not (name in NUMBERED and value is None)
        }
        self._require_sight(row, hidden & given.keys())
        merged: dict[str, Any] = merge_patch(now, given)  # type: ignore[assignment]
        merged |= {name: given[name] for name in self.whole & set(given)}
        self._refuse_read_only(seen, {name: merged.get(name) for name in given})
        fields = self._fields()
        draft = self._parsed({name: value for name, value in merged.items() if name in fields})
        (true,) = ledger.shown([row])
        columns = {**self.content(ledger, draft, true), **_own(draft)}
        return draft, {name: value for name, value in columns.items() if getattr(true, name) != value}

    def _patch(self, ledger: Ledger, row: Row, draft: Draft) -> dict[str, Any]:
        """Turn a draft of a known record into a patch; what is nested in it is what the record refers to already.

        So sending the same draft again changes nothing and makes nothing. Raises `Invalid` where it is another.
        """
        hidden = self._hidden_of(ledger, row)  # as they stand: what came of them would tell what they are
        patch = draft.model_dump(mode="json", by_alias=True, exclude_unset=True, exclude={*self.read_only, *hidden})
        for name, (keeper, column) in self.nested.items():
            sent = getattr(draft, name)
            if name in patch and isinstance(sent, Draft):
                patch[name] = {"id": str(keeper.meant(ledger, sent, getattr(row, column), pointer(name)))}
        return patch

    def meant(self, ledger: Ledger, sent: Draft, current: UUID | None, at: str) -> UUID:
        """Return the record that a draft nested in a known one means. Raises `Invalid` where that is a new one."""
        row = self.known(ledger, sent)
        if row is None and current is not None:
            kept = ledger.find(self.model, current)
            row = kept if kept is not None and self.agrees(ledger, kept, sent) else None
        if row is None:
            raise Invalid(
                f"The record is known, with another {self.kind} than this: send a reference, or record this"
                f" {self.kind} first.",
                at,
            )
        return row.id

    def _seen(self, ledger: Ledger, row: Row, now: dict[str, Any], *, numbered: bool) -> dict[str, Any]:
        """Return what a record says as the writer may see it, given what it says; and where the log has it."""
        if not is_sealed(row):
            return {**now, "log_index": ledger.as_caller().log_index(row)} if numbered else now
        return self.answers(ledger.as_caller(), [row])[0].model_dump(mode="json", exclude={"settled"})

    def _hidden_of(self, ledger: Ledger, row: Row) -> set[str]:
        """Name the fields of a record that the writer may not see."""
        if not is_sealed(row):
            return set()
        now = self.answers(ledger, [row])[0].model_dump(mode="json", exclude={"settled"})
        return _hidden(now, self._seen(ledger, row, now, numbered=False))

    def _require_sight(self, row: Row, fields: set[str]) -> None:
        """Raise `Forbidden`, or `Conflict` for what was erased, where fields would change that are not seen."""
        if fields - NUMBERED and row.sealed is None:
            raise Conflict(f"What this {self.kind} says in {', '.join(sorted(fields))} was erased for good.")
        if fields - NUMBERED:
            raise Forbidden(
                f"Of a protected {self.kind}, {', '.join(sorted(fields))} can be changed only with a key that has the"
                f" scope {Scope.REVEAL}, which no role implies."
            )

    def _as_of(self, reading: Reading, version: Row) -> Answer:
        """Answer a version with what was derived when it was made: its citations and documents of that time."""
        (answer,) = self.answers(reading.at(version.updated_at), [version])
        return answer

    def _fields(self) -> set[str]:
        names = {field.alias or name for name, field in self.draft.model_fields.items()}
        return names - self.steering - self.read_only

    def _refuse_read_only(self, now: dict[str, Any], wanted: dict[str, Any]) -> None:
        fields = self._fields()
        problems = [
            Problem("There is no field of this name; check the spelling.", pointer(name))
            if name not in now
            else Problem("This cannot be changed here; leave it out, or send it back as it is.", pointer(name))
            for name, value in wanted.items()
            if name not in fields and (name not in now or value != now[name])
        ]
        if problems:
            raise Contradictory(problems)

    def _parsed(self, fields: dict[str, Any]) -> Sent:
        try:
            return self.draft.model_validate(fields)
        except ValidationError as wrong:
            raise Contradictory(problems_of(wrong)) from None

    def _check_key(self, ledger: Ledger, row: Row, draft: Sent) -> None:
        if draft.external_id is not None and draft.external_id != row.external_id:
            other = ledger.find_named(self.model, draft.external_id)
            if other is not None and other.id != row.id:
                raise Conflict(f"Another {self.kind}, {other.id}, has the external_id “{draft.external_id}”.")


def _own(draft: Draft) -> dict[str, Any]:
    """Return the columns that every kind has of its draft."""
    return {"external_id": draft.external_id, "protected": draft.protected}


def _hidden(now: dict[str, Any], seen: dict[str, Any]) -> set[str]:
    """Name the fields that are other than they are seen to be; and the one that a reader may know as null still."""
    return {name for name in now if now[name] != seen[name]} | NUMBERED


def gone(row: Recorded, history: str) -> Gone:
    """Say of a deleted record when and why it was deleted, and where its history is."""
    deleted_at = "" if row.deleted_at is None else row.deleted_at.isoformat()
    return Gone(
        f"This {deletion.kind_of(row)} was deleted on {deleted_at}: {row.deletion_reason}",
        extra={
            "deleted_at": deleted_at,
            "deleted_by": row.deleted_by,
            "reason": row.deletion_reason,
            "history": history,
        },
    )


def require_tag(tag: str | None, row: Recorded) -> None:
    """Check If-Match against a record's version. Raises `TagRequired` or `Stale`."""
    if tag is None:
        raise TagRequired("Send If-Match with the ETag that you read, so that nobody's edit is overwritten unseen.")
    given = {one.strip().strip('"').partition(".")[0] for one in tag.split(",")}
    if "*" not in given and str(row.version) not in given:
        raise Stale(f"The record is at version {row.version} now, and If-Match says {tag[:100]}.")


def problems_of(wrong: ValidationError) -> Sequence[Problem]:
    """Point at each value that did not fit."""
    return [
        Problem(
            str(one["ctx"]["error"]) if one["type"] == "value_error" else f"{one['msg']}.",
            pointer_to(one["loc"], one["type"]),
        )
        for one in wrong.errors()
    ]


def _first_after(versions: Sequence[Recorded], after: Sequence[Any] | None) -> int:
    if after is None:
        return 0
    if len(after) != 1 or not isinstance(after[0], int):
        raise listing.no_cursor()
    return sum(version.version <= after[0] for version in versions)


def _action(before: Recorded | None, version: Recorded) -> str:
    if before is None:
        return "created"
    if version.deleted_at is not None:
        return "deleted"
    return "restored" if before.deleted_at is not None else "updated"
