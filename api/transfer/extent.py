"""Find what one claim's graph is made of, so that it can be taken elsewhere and be judged there as it is here."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from api.assessments.models import Assessment
from api.attributions.models import Attribution
from api.claims.models import Claim
from api.claims.service import service as claims
from api.dependencies.models import Dependency
from api.dependencies.service import members_of
from api.dependencies.service import service as dependencies
from api.documents.models import Document, DocumentSameAs
from api.provenance.judging import ask, load_questions
from api.provenance.loading import Horizon
from api.relations.models import Relation
from api.sources.models import Source, SourceSameAs
from api.sources.service import service as sources
from api.storage.reading import Reading
from api.storage.records import Recorded
from api.storage.references import targets
from api.storage.sameness import others
from api.transfer import repository

Extent = Mapping[type[Recorded], Sequence[UUID]]  # in their order


def graph_of(reading: Reading, claim: UUID, horizon: Horizon) -> Extent:
    """Return the ids of all that a claim's graph and its judgement rest on. Raises `NotFound`, `Gone` …"""
    claims.row(reading, claim)
    questions = ask(reading, [claim])
    story = load_questions(reading, questions.values(), horizon)
    found = _Closure(reading, horizon)
    found.take(Claim, questions[claim].everything)
    found.take(Attribution, story.said)
    found.close()
    return found.with_what_joins()


@dataclass(slots=True)
class _Closure:
    """Records, with all that they refer to."""

    reading: Reading
    horizon: Horizon
    found: dict[type[Recorded], set[UUID]] = field(default_factory=dict)
    _new: dict[type[Recorded], set[UUID]] = field(default_factory=dict)

    def take(self, model: type[Recorded], ids: Collection[UUID]) -> None:
        """Add records that may be there already."""
        self._new.setdefault(model, set()).update(set(ids) - self.found.get(model, set()))

    def close(self) -> None:
        """Add what is referred to, what is one with it and what shares an origin with it, until nothing is left out.

        Raises `OutOfTime`.
        """
        while any(self._new.values()):
            self.horizon.check()
            wave, self._new = self._new, {}
            for model, ids in wave.items():
                self.found.setdefault(model, set()).update(ids)
                for row in self.reading.live(model, ids).values():
                    self._refer(row)
            for model, link in ((Source, SourceSameAs), (Document, DocumentSameAs)):
                for one in others(self.reading, link, wave.get(model, ())).values():
                    self.take(model, one)
            said, spoken = wave.get(Attribution, set()), wave.get(Source, set())
            binding = dependencies.binding(self.reading, said, sources.find_family(self.reading, spoken))
            self.take(Dependency, [row.id for row in binding])

    def with_what_joins(self) -> Extent:
        """Return all of it, with the relations, findings and ratings that concern nothing else."""
        everything: set[UUID] = set().union(*self.found.values())
        joining: dict[type[Recorded], Collection[UUID]] = {
            SourceSameAs: repository.joined(self.reading, SourceSameAs, self.found.get(Source, ())),
            DocumentSameAs: repository.joined(self.reading, DocumentSameAs, self.found.get(Document, ())),
            Relation: repository.relations_between(self.reading, self.found.get(Claim, ())),
            Assessment: repository.assessments_of(self.reading, everything),
        }
        return {model: sorted(ids) for model, ids in {**self.found, **joining}.items()}

    def _refer(self, row: Recorded) -> None:
        for model, target, _ in targets(row):
            self.take(model, [target])
        if isinstance(row, Document):
            self.take(Source, [UUID(author) for author in row.authors])
        if isinstance(row, Dependency):
            for member in members_of(row):
                self.take(Attribution if member.kind == "attribution" else Source, [member.id])
