"""Set out the thirteen situations that the ladder is explained with, as records would have them: DESIGN, section 6."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import NAMESPACE_OID, UUID, uuid5

from api.confidence.ladder import Rating, Ratings, Status
from api.confidence.policy import Level
from api.confidence.sentences import Names
from api.graph.sides import Question
from api.graph.values import Citation, Dependency, Graph, Statement
from api.graph.vocabulary import CitationKind, Evidentiality, Modality, SourceKind, Stance

DAY = datetime(2023, 7, 26, tzinfo=UTC)
AGENCY = "KCNA"
MINISTRY = "North Korea’s defence ministry"
SPOKESMAN = "US spokesman"
SERVICE = "South Korea’s service"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One situation, and what the table promises for it; `status` is None where the table names none."""

    number: int
    situation: str
    graph: Graph
    question: Question
    ratings: Ratings
    names: Names
    level: Level
    status: Status | None


@dataclass(frozen=True, slots=True)
class Speech:
    """A statement, whose it is, and a rating of reliability with the name of whom it was given to."""

    statement: Statement
    speaker: str
    rating: str
    rated: str


def cases() -> tuple[Case, ...]:
    """Give the rows in the table's order; those that hold several situations are several cases.

    Ids are made of names, so that they are the same each time.
    """
    return (*_origins_and_relays(), *_denial_and_corroboration(), *_without_origin(), *_first_hand(), _retracted())


def _origins_and_relays() -> Iterator[Case]:
    release, outlets = _speech(AGENCY, SourceKind.STATE_MEDIA, "D"), _outlets()
    unseen = replace(release, statement=replace(release.statement, on_file=False), rating="B")
    yield _case(1, "Nothing is on file.", [], Level.NONE, Status.NO_EVIDENCE)
    yield _case(2, "KCNA, rated D, states it; its release is on file.", [release], Level.VERY_LOW)
    cited = _citing(outlets, release)
    yield _case(
        3, "… and 12 outlets rated A or B cite the release.", [release, *outlets], Level.VERY_LOW, citations=cited
    )
    alone = "12 outlets say it; none names a source or claims reporting of its own."
    yield _case(4, alone, outlets, Level.VERY_LOW)
    yield _case(4, "The same 12 outlets, beside the release of row 2.", [release, *outlets], Level.VERY_LOW)
    not_on_file = "KCNA is rated B, but its release is not on file; 12 outlets cite it."
    yield _case(5, not_on_file, [unseen, *outlets], Level.LOW, citations=cited)


def _denial_and_corroboration() -> Iterator[Case]:
    accusation = _speech(SPOKESMAN, SourceKind.PERSON, "B", Modality.ACCUSED, speaks_for="the US government")
    denial = _speech(MINISTRY, SourceKind.GOVERNMENT, "D", stance=Stance.DENIES)
    other = _speech(SERVICE, SourceKind.GOVERNMENT, "B")
    one_product = Dependency(_id("dependency"), frozenset({accusation.statement.id, other.statement.id}))
    leaning, three = Status.CONTESTED_LEANING_SUPPORTED, [accusation, denial, other]
    yield _case(
        6, "The US spokesman accuses, on the record; the US government is rated B.", [accusation], Level.MODERATE
    )
    denied = "… and North Korea’s defence ministry, rated D, denies it in KCNA."
    yield _case(7, denied, [accusation, denial], Level.LOW, leaning)
    yield _case(8, "… and South Korea’s service, rated B, states it independently.", three, Level.MODERATE, leaning)
    same = "… but a dependency on record says that both use one intelligence product."
    yield _case(9, same, three, Level.LOW, dependencies=[one_product])


def _without_origin() -> Iterator[Case]:
    conditional = _speech("Outlet A", SourceKind.MEDIA_OUTLET, "B", Modality.UNCONFIRMED)
    yield _case(10, "An outlet writes that it “allegedly” happened, and names nobody.", [conditional], Level.VERY_LOW)
    first, second, third = loop = _outlets()[:3]
    circle = [*_citing([first], second), *_citing([second], third), *_citing([third], first)]
    yield _case(11, "Three outlets cite each other in a circle.", loop, Level.NONE, citations=circle)


def _first_hand() -> Iterator[Case]:
    reports = [
        _speech(f"Reporter {letter}", SourceKind.PERSON, "B", evidentiality=Evidentiality.WITNESSED)
        for letter in "ABCD"
    ]
    yield _case(12, "1 first-hand report, rated B.", reports[:1], Level.MODERATE)
    yield _case(12, "2 such reports, independent of each other.", reports[:2], Level.HIGH)
    yield _case(12, "3 such reports.", reports[:3], Level.HIGH)
    yield _case(12, "4 such reports.", reports, Level.VERY_HIGH)


def _retracted() -> Case:
    release, outlets = _speech(AGENCY, SourceKind.STATE_MEDIA, "D"), _outlets()
    withdrawn = replace(release, statement=replace(release.statement, withdrawn=True))
    situation = "KCNA retracts the release, on file, that 12 outlets cite."
    return _case(13, situation, [withdrawn, *outlets], Level.NONE, citations=_citing(outlets, withdrawn))


def _outlets() -> list[Speech]:
    return [
        _speech(f"Outlet {letter}", SourceKind.MEDIA_OUTLET, "AB"[place % 2])
        for place, letter in enumerate("ABCDEFGHIJKL")
    ]


def _speech(
    speaker: str,
    kind: SourceKind,
    rating: str,
    modality: Modality = Modality.STATED,
    *,
    stance: Stance = Stance.AFFIRMS,
    evidentiality: Evidentiality = Evidentiality.UNKNOWN,
    speaks_for: str | None = None,
) -> Speech:
    """Make the one statement of a speaker, on file, in a document of its own."""
    said = Statement(
        id=_id(f"statement of {speaker}"),
        claim=_id("claim"),
        source=_id(speaker),
        source_kind=kind,
        principals=frozenset({_id(speaks_for or speaker)}),
        document=_id(f"document of {speaker}"),
        stance=stance,
        modality=modality,
        evidentiality=evidentiality,
        on_file=True,
        said_latest=DAY,
        published_latest=DAY,
        recorded_at=DAY,
    )
    return Speech(said, speaker, rating, speaks_for or speaker)


def _citing(newer: Sequence[Speech], older: Speech) -> list[Citation]:
    """Let each of these cite the older one."""
    return [
        Citation(
            _id(f"{each.speaker} cites {older.speaker}"), CitationKind.CREDITS, each.statement.id, older.statement.id
        )
        for each in newer
    ]


def _case(
    number: int,
    situation: str,
    speeches: Sequence[Speech],
    level: Level,
    status: Status | None = None,
    *,
    citations: Sequence[Citation] = (),
    dependencies: Sequence[Dependency] = (),
) -> Case:
    """Put a situation together; the ratings and the names are those of its speeches."""
    given = {
        each.statement.id: Rating(each.rating, _id(f"rating of {each.rated}"), _id(each.rated)) for each in speeches
    }
    return Case(
        number=number,
        situation=situation,
        graph=Graph.of([each.statement for each in speeches], citations, dependencies),
        question=Question(frozenset({_id("claim")})),
        ratings=Ratings(given, {}),
        names=Names(
            {each.statement.id: _id(each.speaker) for each in speeches},
            {_id(name): name for each in speeches for name in (each.speaker, each.rated)},
        ),
        level=level,
        status=status,
    )


def _id(name: str) -> UUID:
    return uuid5(NAMESPACE_OID, name)
