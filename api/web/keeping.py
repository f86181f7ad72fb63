"""What can be done with every kind of record: record, get, list, edit, delete, restore, and read what it was."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar
from uuid import UUID

from api.errors import Conflict, Invalid, NotFound, under
from api.formats.edtf import write_instant
from api.formats.json import pointer
from api.storage import deletion, listing
from api.storage.ledger import Ledger
from api.storage.listing import Cut, Slice
from api.storage.reading import Reading
from api.storage.records import Recorded
from api.storage.rows import new_row
from api.web.desk import Desk
from api.web.kinds import Answer, Kind, Restricted, Row, Sent
from api.web.known import require_whole
from api.web.merging import ReadAhead, hidden_of, merged, own_columns
from api.web.records import Draft, HistoryEntry
from api.web.references import resolve
from api.web.states import gone, require_tag
from api.web.values import Reference


class Keeper(Kind[Row, Sent, Answer]):
    """What is done with one kind of record."""

    # Fields of a draft that may be whole new records: whose rules they follow, and the column that refers to them.
    nested: ClassVar[Mapping[str, tuple["Keeper[Any, Any, Any]", str]]] = {}

    # Reading -------------------------------------------------------------------------------------------------------

    def row(self, reading: Reading, record_id: UUID) -> Row:
        """Return a live record. Raises `NotFound` or `Gone`."""
        found = reading.find(self.model, record_id)
        if found is None:
            when = "" if reading.known_at is None else f" that was known at {write_instant(reading.known_at)}"
            raise NotFound(f"There is no {self.kind} {record_id}{when}.")
        if found.deleted_at is not None:
            raise gone(found, f"/v1/{self.path}/{found.id}/history")
        return found

    def get(self, reading: Reading, record_id: UUID) -> Answer:
        """Return one record's answer. Raises `NotFound` or `Gone`."""
        reading.expect_numbered(self.model, [record_id])
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
        view = reading.views.of(self.model)
        conditions = list(self.conditions(reading, view, filters))
        found = listing.rows(reading, self.model, conditions, self.order(view), cut)
        return Slice(self.answers(reading, found.items), found.after, reading.certain)

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
                record=self.as_of(reading, version),
            )
            for before, version in zip([None, *versions][first:], shown, strict=False)
        ]
        following = [shown[-1].version] if first + cut.limit < len(versions) else None
        return Slice(entries, following, reading.certain)

    def as_of(self, reading: Reading, version: Row) -> Answer:
        """Answer a version with what was derived when it was made: its citations and documents of that time."""
        (answer,) = self.answers(reading.at(version.updated_at), [version])
        return answer

    # Writing -------------------------------------------------------------------------------------------------------

    def record(self, ledger: Ledger, draft: Sent) -> Row:
        """Make a record, or update the one that has the draft's external_id with what the draft gives."""
        known = self.known(ledger, draft)
        if known is not None:
            return self.update(ledger, known, draft)
        require_whole(draft, self.draft, self.kind)
        self._require_role(ledger)
        columns = {**own_columns(draft), **self.content(ledger, draft, None)}
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
        """Do the same where there may be nothing to take."""
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
        """Say whether a record already says all that a draft gives."""
        try:
            _, columns = merged(self, ledger, row, self._patch(ledger, row, draft))
        except (Invalid, Conflict):
            return False
        return not columns

    def expect(self, ledger: Ledger, rows: Sequence[Row]) -> None:
        """Read ahead what is asked of known records that drafts will be merged into."""
        ledger.notes(ReadAhead).update((answer.id, answer) for answer in self.answers(ledger, rows))

    def edit(self, ledger: Ledger, record_id: UUID, patch: dict[str, Any], tag: str | None) -> Row:
        """Apply a JSON merge patch (RFC 7396). Raises `TagRequired`, `Stale`, `Invalid`, `Conflict`."""
        row = self.row(ledger, record_id)
        require_tag(tag, row)
        return self.apply(ledger, row, patch)

    def apply(self, ledger: Ledger, row: Row, patch: dict[str, Any]) -> Row:
        """Merge a patch into a record, check the whole, and keep it where it changed."""
        draft, changed = merged(self, ledger, row, patch)
        if changed:
            if not self.editable:
                none_is = f"{self.path.capitalize()} are never edited"
                raise Conflict(f"{none_is}: delete this one, with the reason, and add another.")
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
        ledger.caller.require(self.role, f"Recording or correcting {self.path}")

    def _require_unrestricted(self, ledger: Ledger, row: Row | None, columns: Mapping[str, Any]) -> None:
        """Raise `Forbidden` where a column changes that takes a higher role than the caller's."""
        standing = {} if row is None else {"protected": Restricted("protected")}  # a new record anybody may protect
        for name, one in {**self.restrictions(row), **standing}.items():
            before = one.at_first if row is None else getattr(row, name)
            if name in columns and columns[name] != before:
                ledger.caller.require(one.role, f"To change `{one.field}` of {self.path}")

    def _patch(self, ledger: Ledger, row: Row, draft: Draft) -> dict[str, Any]:
        """Turn a draft of a known record into a patch; what is nested in it is what the record refers to already.

        So sending the same draft again changes nothing and makes nothing. Raises `Invalid` where it is another.
        """
        hidden = hidden_of(self, ledger, row)  # left as they stand: what became of them would tell what they are
        patch = draft.model_dump(mode="json", by_alias=True, exclude_unset=True, exclude={*self.elsewhere, *hidden})
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

    def _check_key(self, ledger: Ledger, row: Row, draft: Sent) -> None:
        if draft.external_id is not None and draft.external_id != row.external_id:
            other = ledger.find_named(self.model, draft.external_id)
            if other is not None and other.id != row.id:
                raise Conflict(f"Another {self.kind}, {other.id}, has the external_id “{draft.external_id}”.")


Keepers = Mapping[str, Keeper[Any, Any, Any]]  # by the kind of record


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
