"""Name the values that records and answers are made of, as the contract spells them."""

from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from typing import TypeVar

E = TypeVar("E", bound=StrEnum)


class SourceKind(StrEnum):
    """What a source is; it decides what naming nobody means."""

    PERSON = "person"
    ORGANIZATION = "organization"
    GOVERNMENT = "government"
    STATE_MEDIA = "state_media"
    NEWS_AGENCY = "news_agency"
    MEDIA_OUTLET = "media_outlet"
    SOCIAL_ACCOUNT = "social_account"
    ANONYMOUS = "anonymous"


class Stance(StrEnum):
    """Which way a source takes a claim; only the first two stand on a side."""

    AFFIRMS = "affirms"
    DENIES = "denies"
    QUESTIONS = "questions"
    DECLINES_COMMENT = "declines_comment"


SIDES = (Stance.AFFIRMS, Stance.DENIES)


class Modality(StrEnum):
    """How far the speaker commits itself by its wording."""

    CONFIRMED = "confirmed"
    STATED = "stated"
    ACCUSED = "accused"
    PROBABLE = "probable"
    POSSIBLE = "possible"
    UNCONFIRMED = "unconfirmed"
    RUMOUR = "rumour"
    UNCLASSIFIED = "unclassified"


class Evidentiality(StrEnum):
    """How the speaker knows."""

    WITNESSED = "witnessed"
    DOCUMENTED = "documented"
    TOLD = "told"
    INFERRED = "inferred"
    UNKNOWN = "unknown"


class CitationKind(StrEnum):
    """What the citing statement did with the cited one."""

    QUOTES = "quotes"
    PARAPHRASES = "paraphrases"
    TRANSLATES = "translates"
    REPRINTS = "reprints"
    RELIES_ON = "relies_on"
    CREDITS = "credits"


class RelationKind(StrEnum):
    """How two claims stand to each other; all but `supports` and `refines` are symmetric."""

    CONTRADICTS = "contradicts"
    CONTRARY = "contrary"
    SUPPORTS = "supports"
    REFINES = "refines"
    SAME_AS = "same_as"


class RelationStatus(StrEnum):
    """Whether an editor decided that a relation holds; only `confirmed` counts."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"


class Anchor(StrEnum):
    """Where a quote is in the document's text as it stands now."""

    EXACT = "exact"
    MOVED = "moved"
    ORPHANED = "orphaned"
    UNCHECKED = "unchecked"


class OriginKind(StrEnum):
    """Whether anybody stands behind an origin by name."""

    NAMED = "named"
    ANONYMOUS = "anonymous"
    UNKNOWN = "unknown"


class Side(StrEnum):
    """For a claim, or against it."""

    SUPPORTING = "supporting"
    OPPOSING = "opposing"


class JoinKind(StrEnum):
    """What makes several origins one voice."""

    SAME_SOURCE = "same_source"
    SAME_CONTROLLER = "same_controller"
    DEPENDENCY = "dependency"
    RELIES_ON = "relies_on"
    UNATTESTED = "unattested"


class DriftKind(StrEnum):
    """How wording went further from one statement to the next."""

    HARDENED = "hardened"
    GENERALISED = "generalised"


class GapKind(StrEnum):
    """What is missing from the record."""

    NOT_ON_FILE = "not_on_file"
    NAMES_NOBODY = "names_nobody"
    UNNAMED_SOURCE = "unnamed_source"
    ORPHANED_QUOTE = "orphaned_quote"
    NOTHING_ON_FILE = "nothing_on_file"
    INERT_CITATION = "inert_citation"
    LEADS_NOWHERE = "leads_nowhere"


class Scale(StrEnum):
    """The scales that ratings come on; they are never converted into each other."""

    ADMIRALTY_RELIABILITY = "admiralty_reliability"
    ADMIRALTY_CREDIBILITY = "admiralty_credibility"
    STIX_CONFIDENCE = "stix_confidence"
    ICD203_LIKELIHOOD = "icd203_likelihood"
    ANALYTIC_CONFIDENCE = "analytic_confidence"


@cache
def by_spelling(kind: type[E]) -> Mapping[str, E]:
    """Map the spelling of each value to the value: several times as fast as calling its class."""
    return {one.value: one for one in kind}
