"""Rate sources, attributions and claims: many ratings coexist, none is ever edited."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, or_
from sqlmodel import col

from api.assessments import repository
from api.assessments.models import Assessment
from api.assessments.schemas import TARGETS, VALUES, AssessmentDraft, AssessmentRecord
from api.custody.roles import Role
from api.errors import Invalid, under
from api.graph.vocabulary import Scale
from api.storage.ledger import Ledger
from api.storage.reading import Reading
from api.storage.references import models
from api.web.keeping import Keeper
from api.web.records import recorded
from api.web.references import resolve
from api.web.values import KindId, SpokenDate, columns_of


class Assessments(Keeper[Assessment, AssessmentDraft, AssessmentRecord]):
    """The rules of assessments."""

    model = Assessment
    draft = AssessmentDraft
    answer = AssessmentRecord
    path = "assessments"
    brief = True
    role = Role.EDITOR
    whole = frozenset({"target", "assessed_at"})
    editable = False

    def content(self, ledger: Ledger, draft: AssessmentDraft, row: Assessment | None) -> dict[str, Any]:
        values, kinds = VALUES.get(draft.scale), TARGETS.get(draft.scale)
        if values is not None and (len(draft.value) != 1 or draft.value not in values):
            raise Invalid(f"On {draft.scale} a value is one of {', '.join(values)}.", "/value")
        if kinds is not None and draft.target.kind not in kinds:
            raise Invalid(
                f"On {draft.scale} the target is {' or '.join(kinds)}, not {draft.target.kind}.", "/target/kind"
            )
        with under("/target"):
            target = resolve(ledger, models()[draft.target.kind], draft.target, "")
        return {
            "target_source_id": target.id if draft.target.kind == "source" else None,
            "target_attribution_id": target.id if draft.target.kind == "attribution" else None,
            "target_claim_id": target.id if draft.target.kind == "claim" else None,
            "scale": draft.scale.value,
            "value": draft.value,
            "rationale": draft.rationale,
            "assessor": draft.assessor,
            **columns_of("assessed_at", draft.assessed_at),
        }

    def answers(self, reading: Reading, rows: Sequence[Assessment]) -> list[AssessmentRecord]:
        return [
            AssessmentRecord.model_construct(
                **recorded(reading, row),
                target=target_of(row),
                scale=Scale(row.scale),
                value=row.value,
                rationale=row.rationale,
                assessor=row.assessor,
                assessed_at=SpokenDate.of(row.assessed_at, row.assessed_at_earliest, row.assessed_at_latest),
            )
            for row in reading.numbered(rows)
        ]

    def conditions(self, reading: Reading, view: type[Assessment], filters: Any) -> Iterator[ColumnElement[bool]]:
        yield from super().conditions(reading, view, filters)
        if filters.target is not None:
            targets = (view.target_source_id, view.target_attribution_id, view.target_claim_id)
            yield or_(*(col(target) == filters.target for target in targets))
        if filters.scale is not None:
            yield col(view.scale) == filters.scale

    def standing_for_sources(self, reading: Reading, scale: Scale, sources: Collection[UUID]) -> dict[UUID, Assessment]:
        """Return each source's standing rating on a scale, as given to that very record."""
        return repository.standing_for_sources(reading, scale, sources)

    def standing_for_attributions(
        self, reading: Reading, scales: Collection[Scale], attributions: Collection[UUID]
    ) -> dict[tuple[UUID, Scale], Assessment]:
        """Return each attribution's own standing ratings on these scales."""
        return repository.standing_for_attributions(reading, scales, attributions)

    def standing_for_claims(self, reading: Reading, claims: Collection[UUID]) -> list[AssessmentRecord]:
        """Answer the standing ratings of these claims, on every scale, as they were given."""
        return self.answers(reading, repository.standing_for_claims(reading, claims))


def target_of(row: Assessment) -> KindId:
    """Name what is rated."""
    kinds = {
        "source": row.target_source_id,
        "attribution": row.target_attribution_id,
        "claim": row.target_claim_id,
    }
    kind, target = next((kind, target) for kind, target in kinds.items() if target is not None)
    return KindId.model_construct(kind=kind, id=target)


service = Assessments()
