"""Keep what is known to share one origin, and why."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, or_
from sqlmodel import col

from api.custody.roles import Role
from api.dependencies import repository
from api.dependencies.models import Dependency, DependencyMember
from api.dependencies.schemas import DependencyDraft, DependencyRecord
from api.errors import Invalid
from api.formats.json import pointer
from api.sources.service import service as sources
from api.storage.ledger import Ledger
from api.storage.parts import has_part
from api.storage.reading import Reading
from api.storage.references import models
from api.web.keeping import Keeper
from api.web.records import recorded
from api.web.references import resolve
from api.web.values import KindId


class Dependencies(Keeper[Dependency, DependencyDraft, DependencyRecord]):
    """The rules of dependencies."""

    model = Dependency
    draft = DependencyDraft
    answer = DependencyRecord
    path = "dependencies"
    brief = True
    role = Role.EDITOR

    def content(self, ledger: Ledger, draft: DependencyDraft, row: Dependency | None) -> dict[str, Any]:
        known = models()
        members = dict.fromkeys(
            (member.kind, resolve(ledger, known[member.kind], member, pointer("members", place)).id)
            for place, member in enumerate(draft.members)
        )
        if len(members) < 2:
            raise Invalid("These are one and the same: name two members at least.", "/members")
        return {"members": [{"kind": kind, "id": str(member)} for kind, member in members], "reason": draft.reason}

    def answers(self, reading: Reading, rows: Sequence[Dependency]) -> list[DependencyRecord]:
        return [
            DependencyRecord.model_construct(
                **recorded(reading, row),
                members=members_of(row),
                reason=row.reason,
            )
            for row in reading.numbered(rows)
        ]

    def conditions(self, reading: Reading, view: type[Dependency], filters: Any) -> Iterator[ColumnElement[bool]]:
        yield from super().conditions(reading, view, filters)
        if filters.member is not None:
            members = (DependencyMember.attribution_id, DependencyMember.source_id)
            yield has_part(view, DependencyMember, or_(*(col(member) == filters.member for member in members)))

    def binding(self, reading: Reading, attributions: Iterable[UUID], family: frozenset[UUID]) -> list[Dependency]:
        """Return the dependencies that touch these, closed over all members, whether or not they spoke on a claim.

        A source's family (all who in the end speak for the same) is one voice: what touches one touches all. The
        families of members are found here; `family` has those of the speakers.
        """
        found: dict[UUID, Dependency] = {}
        said, spoken = set(attributions), family
        new_said, new_spoken = frozenset(said), spoken
        while new_said or new_spoken:
            touched = {row.id: row for row in repository.touching(reading, new_said, new_spoken)}
            members = [member for one in touched.keys() - found.keys() for member in members_of(touched[one])]
            found |= touched
            new_said = frozenset(one.id for one in members if one.kind == "attribution") - said
            new_spoken = sources.find_family(reading, {one.id for one in members if one.kind == "source"} - spoken)
            said |= new_said
            spoken |= new_spoken
        return [found[one] for one in sorted(found)]


def members_of(row: Dependency) -> list[KindId]:
    """Name the members of a dependency."""
    return [KindId.model_construct(kind=one["kind"], id=UUID(one["id"])) for one in row.members]


service = Dependencies()
