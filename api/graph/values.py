"""Hold the record's statements and what they were taken from, as one frozen graph.

A statement is an attribution without its prose: what the rules of provenance ask of it and no more. Deleted
statements, and citations that touch them, are never given to a graph; retracted ones are.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from operator import attrgetter
from types import MappingProxyType
from typing import Self
from uuid import UUID

from api.graph.vocabulary import CitationKind, Evidentiality, Modality, SourceKind, Stance

BY_ID = attrgetter("int")  # what ids are sorted by: comparing the integers is several times faster
FIRST_HAND = frozenset({Evidentiality.WITNESSED, Evidentiality.DOCUMENTED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One attribution; `source` and `document` are already merged over `same_as`, instants carry a zone.

    `principals` are those that the source in the end speaks for: itself, where it speaks for nobody; several, where
    two records of it name different ones. `attested` says that an editor vouches for an unnamed source as a person of
    its own.
    `said_latest`, `published_latest` and `withdrawn_latest` are the latest instants that those dates can
    mean, None where they are unknown or open. `withdrawn` is the source's own act; `replaced_by` are the
    ids of the statements on record (retracted ones too) that correct this one.
    """

    id: UUID
    claim: UUID
    source: UUID | None
    source_kind: SourceKind | None
    principals: frozenset[UUID]
    attested: bool = False
    document: UUID | None
    stance: Stance
    modality: Modality
    evidentiality: Evidentiality
    on_file: bool
    said_latest: datetime | None
    published_latest: datetime | None
    recorded_at: datetime
    withdrawn: bool = False
    withdrawn_latest: datetime | None = None
    replaced_by: tuple[UUID, ...] = ()

    @property
    def retracted(self) -> bool:
        """Say whether the source took it back, by withdrawing or by correcting it."""
        return self.withdrawn or bool(self.replaced_by)


@dataclass(frozen=True, slots=True)
class Citation:
    """The link from a newer statement to the one it was taken from.

    `inert` marks one whose ends an ended `same_as` has parted: it stays on record, but nothing walks it.
    """

    id: UUID
    kind: CitationKind
    citing: UUID
    cited: UUID
    inert: bool = False


@dataclass(frozen=True, slots=True)
class Dependency:
    """A recorded fact that its members, statements or principals, share one origin."""

    id: UUID
    members: frozenset[UUID]


@dataclass(frozen=True, slots=True)
class Graph:
    """Statements by id and the citations between them; build it with `Graph.of`.

    `citations` holds all that are on record; those that are not inert and have both ends here can be walked.
    """

    statements: Mapping[UUID, Statement]
    citations: tuple[Citation, ...]
    dependencies: tuple[Dependency, ...]
    _cites: Mapping[UUID, tuple[Citation, ...]] = field(repr=False, compare=False)
    _cited_by: Mapping[UUID, tuple[Citation, ...]] = field(repr=False, compare=False)
    _barred: Mapping[UUID, tuple[Citation, ...]] = field(repr=False, compare=False)
    _older: Mapping[UUID, tuple[UUID, ...]] = field(repr=False, compare=False)
    _newer: Mapping[UUID, tuple[UUID, ...]] = field(repr=False, compare=False)
    _claims: Mapping[UUID, tuple[UUID, ...]] = field(repr=False, compare=False)

    @classmethod
    def of(
        cls, statements: Iterable[Statement], citations: Iterable[Citation], dependencies: Iterable[Dependency] = ()
    ) -> Self:
        """Build the same graph in whatever order its parts are given, and however often."""
        held = {statement.id: statement for statement in sorted(statements, key=attrgetter("id.int"))}
        known = {citation.id: citation for citation in citations}
        on_record = sorted(known.values(), key=attrgetter("citing.int", "cited.int", "id.int"))
        cites, cited_by, barred = defaultdict(list), defaultdict(list), defaultdict(list)
        for citation in on_record:
            if citation.inert or citation.citing not in held or citation.cited not in held:
                barred[citation.citing].append(citation)
            else:
                cites[citation.citing].append(citation)
                cited_by[citation.cited].append(citation)
        claims = defaultdict(list)
        for statement in held.values():
            claims[statement.claim].append(statement.id)
        return cls(
            statements=MappingProxyType(held),
            citations=tuple(on_record),
            dependencies=tuple(sorted(set(dependencies), key=attrgetter("id.int"))),
            _cites={end: tuple(links) for end, links in cites.items()},
            _cited_by={end: tuple(links) for end, links in cited_by.items()},
            _barred={end: tuple(links) for end, links in barred.items()},
            _older={end: tuple([link.cited for link in links]) for end, links in cites.items()},
            _newer={end: tuple([link.citing for link in links]) for end, links in cited_by.items()},
            _claims={claim: tuple(ids) for claim, ids in claims.items()},
        )

    def about(self, claims: Iterable[UUID]) -> Iterator[Statement]:
        """Give what is said about these claims, claim by claim, by id."""
        for claim in sorted(claims):
            yield from (self.statements[each] for each in self._claims.get(claim, ()))

    def without(self, withdrawn: Collection[UUID]) -> Self:
        """Give the same graph as if the sources of these statements had withdrawn them."""
        held = {
            each: replace(said, withdrawn=True) if each in withdrawn else said for each, said in self.statements.items()
        }
        return replace(self, statements=MappingProxyType(held))

    def cites(self, statement: UUID) -> tuple[Citation, ...]:
        """Give the citations that lead from it to older statements, by the cited one's id."""
        return self._cites.get(statement, ())

    def cited_by(self, statement: UUID) -> tuple[Citation, ...]:
        """Give the citations that lead to it from newer statements, by the citing one's id."""
        return self._cited_by.get(statement, ())

    def older(self, statement: UUID) -> tuple[UUID, ...]:
        """Give the older statements that citations lead to from it, by id."""
        return self._older.get(statement, ())

    def newer(self, statement: UUID) -> tuple[UUID, ...]:
        """Give the newer statements from which citations lead to it, by id."""
        return self._newer.get(statement, ())

    def barred(self, statement: UUID) -> tuple[Citation, ...]:
        """Give the citations on record that would lead from it to older statements, and cannot be walked."""
        return self._barred.get(statement, ())

    def names_somebody(self, statement: UUID) -> bool:
        """Say whether it has any citation on record, also one that cannot be walked."""
        return statement in self._cites or statement in self._barred


def is_first_hand(statement: Statement) -> bool:
    """Say whether the speaker witnessed or documented the thing."""
    return statement.evidentiality in FIRST_HAND


def is_relay(graph: Graph, statement: Statement) -> bool:
    """Say whether it only passes on what it cites."""
    return not is_first_hand(statement) and graph.names_somebody(statement.id)
