"""What an import answers, and how an export ends."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field


class LineResult(BaseModel):
    """What became of one line."""

    line: int = Field(description="Its number, from 1.")
    status: Literal["created", "updated", "known", "refused"] = Field(
        description="`known`: it was on record already, and says nothing new. `refused`: nothing of it was stored."
    )
    kind: str | None = None
    id: UUID | None = None
    version: int | None = None
    problem: dict[str, Any] | None = Field(
        None, description="Why it was refused: a problem document, whose pointers lead into the line."
    )


class ImportSummary(BaseModel):
    """The last line of what an import answers."""

    status: Literal["complete", "incomplete", "stopped"] = Field(
        description="`incomplete`: every line was looked at, but the export that they are from is not all there, as"
        " `warnings` say. `stopped`: not every line was looked at."
    )
    dry_run: bool
    created: int = 0
    updated: int = 0
    known: int = 0
    refused: int = 0
    resume_from: int | None = Field(None, description="Where it stopped: send the same lines with this as `from_line`.")
    problem: dict[str, Any] | None = Field(None, description="Why it stopped: a problem document.")
    warnings: list[str] = Field(default_factory=list)


class ExportEnd(BaseModel):
    """The last line of an export; without it, it was cut short."""

    kind: Literal["end"] = "end"
    records: int = Field(description="How many lines came before.")
    known_at: datetime = Field(description="The instant as of which they are.")
    settled: bool = Field(description="False where a write that was still under way could change them.")
