"""How dependencies are kept."""

from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import JSON
from sqlmodel import Field

from api.storage.history import keep_history
from api.storage.parts import Part
from api.storage.records import NOWHERE, Blank, Recorded, Sealable


@keep_history
class Dependency(Sealable, table=True):
    """A recorded fact that several attributions or sources share one origin, and why."""

    sealable: ClassVar = {"reason": Blank("sealed")}

    members: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)
    reason: str

    def parts(self) -> list[Part]:
        return [
            DependencyMember(
                attribution_id=UUID(one["id"]) if one["kind"] == "attribution" else None,
                source_id=UUID(one["id"]) if one["kind"] == "source" else None,
            )
            for one in self.members
        ]


class DependencyMember(Part, table=True):
    """One of those that share an origin: an attribution or a source."""

    __tablename__ = "dependency_member"
    of: ClassVar[type[Recorded]] = Dependency

    record_id: UUID = Field(default=NOWHERE, primary_key=True, foreign_key="dependency.id")
    attribution_id: UUID | None = Field(default=None, foreign_key="attribution.id", index=True)
    source_id: UUID | None = Field(default=None, foreign_key="source.id", index=True)
