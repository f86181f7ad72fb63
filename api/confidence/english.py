"""Say it in English."""

from collections.abc import Sequence

from api.confidence.ladder import Factor, Status
from api.confidence.policy import Level
from api.confidence.words import Plural, Rated, Words
from api.graph.vocabulary import JoinKind, Modality, OriginKind, Side


def _because(reasons: Sequence[str]) -> str:
    *first, last = reasons
    return f"because {', '.join(first)} and {last}" if first else f"because {last}"


ENGLISH = Words(
    levels={level: level.name for level in Level},
    statuses={
        Status.NO_EVIDENCE: "no evidence",
        Status.UNCONTESTED: "uncontested",
        Status.DENIED_UNWEIGHED: "opposed, but without weight",
        Status.DENIED_ONLY: "only opposed",
        Status.CONTESTED_LEANING_SUPPORTED: "contested, leaning supported",
        Status.CONTESTED_BALANCED: "contested, balanced",
        Status.CONTESTED_LEANING_DENIED: "contested, leaning denied",
    },
    outcomes={
        Status.NO_EVIDENCE: "no evidence",
        Status.UNCONTESTED: "uncontested",
        Status.DENIED_UNWEIGHED: "opposed, but without weight",
        Status.DENIED_ONLY: "only opposed",
        Status.CONTESTED_LEANING_SUPPORTED: "contested",
        Status.CONTESTED_BALANCED: "contested",
        Status.CONTESTED_LEANING_DENIED: "contested",
    },
    somebody="somebody unnamed",
    conjunction="and",
    semicolon="; ",
    sources=Plural("{n} source", "{n} sources"),
    others=Plural("{n} other", "{n} others"),
    leaf="{who}: {level}.",
    leaf_because="{who}: {level}, {because}.",
    because=_because,
    ratings={
        Factor.RELIABILITY: Rated(
            "nobody has rated the source’s reliability",
            "the source’s reliability cannot be judged ({value})",
            "the source’s reliability is rated {value}",
        ),
        Factor.CREDIBILITY: Rated(
            "nobody has rated how credible this statement is",
            "the credibility of this statement cannot be judged ({value})",
            "the credibility of this statement is rated {value}",
        ),
    },
    rated_here="{rated} for this statement",
    rated_elsewhere="{rated} (the rating of {whose})",
    modality={
        Modality.CONFIRMED: "it is worded as confirmed",
        Modality.STATED: "it is a plain statement, not a confirmation",
        Modality.ACCUSED: "it is an accusation",
        Modality.PROBABLE: "it is worded as probable",
        Modality.POSSIBLE: "it is worded as possible",
        Modality.UNCONFIRMED: "it is worded as unconfirmed",
        Modality.RUMOUR: "it is worded as a rumour",
        Modality.UNCLASSIFIED: "nobody has classified its wording",
    },
    origin_kind={
        OriginKind.NAMED: "its source is named, and no more",
        OriginKind.ANONYMOUS: "the source is unnamed",
        OriginKind.UNKNOWN: "it is not said where this comes from",
    },
    nobody_named="nobody is named as saying it",
    distance=Plural(
        "we do not have it on file, only a relay of it",
        "we do not have it on file, and it comes to us only through {n} relays",
    ),
    voice_alone="{who} counts separately, at {level}.",
    voice_repeated="{who} is on record with {n} statements, which count as one, as strong as the strongest: {level}.",
    voice_joined="{who} count as one, as strong as the strongest: {level}.",
    voice_joined_because="{who} count as one, {because}, as strong as the strongest: {level}.",
    voice_cancelled=Plural(
        "{who} stands on both sides and counts on neither.", "{who} stand on both sides and count on neither."
    ),
    voice_cancelled_because=Plural(
        "{who} stands on both sides, {because}, and counts on neither.",
        "{who} stand on both sides, {because}, and count on neither.",
    ),
    joins={
        JoinKind.SAME_CONTROLLER: "the controller is the same",
        JoinKind.DEPENDENCY: "a dependency is on record",
        JoinKind.RELIES_ON: "the underlying document is the same",
        JoinKind.UNATTESTED: "nobody attests that the unnamed sources differ",
    },
    same="{join} ({who})",
    weight="{side}, {basis}: {level}.",
    sides={Side.SUPPORTING: "in support", Side.OPPOSING: "in opposition"},
    classes=Plural("{n} independent origin at {level}", "{n} independent origins at {level} or better"),
    unknown=Plural(
        "{n} origin, which does not say where this comes from",
        "{n} origins, none of which says where this comes from",
    ),
    powerless=Plural("{n} independent origin without strength", "{n} independent origins without strength"),
    cancelled=Plural(
        "{n} origin, which stands on both sides and counts on neither",
        "{n} origins, which stand on both sides and count on neither",
    ),
    leading_nowhere=Plural(
        "{n} statement on file, which leads to no origin", "{n} statements on file, none of which leads to an origin"
    ),
    cut_off=Plural(
        "{n} statement on file, which leads to no origin that still stands",
        "{n} statements on file, none of which leads to an origin that still stands",
    ),
    withdrawn=Plural("{n} statement on file, which was withdrawn", "{n} statements on file, all of them withdrawn"),
    nothing="nothing on file",
    adds=Plural("which adds {n} step", "which adds {n} steps"),
    held_down=Plural(
        "which would add {n} step, but origins this weak lead no higher",
        "which would add {n} steps, but origins this weak lead no higher",
    ),
    to_the_top="which leads to the top of the ladder",
    no_corroboration="so they corroborate nothing",
    weaker_add_nothing=Plural("{n} weaker one adds nothing.", "{n} weaker ones add nothing."),
    powerless_add_nothing=Plural(
        "{n} independent origin without strength adds nothing.", "{n} independent origins without strength add nothing."
    ),
    cancelled_count_nowhere=Plural(
        "{n} origin stands on both sides and counts on neither.",
        "{n} origins stand on both sides and count on neither.",
    ),
    unknown_add_nothing=Plural(
        "{n} origin does not say where this comes from: it corroborates nothing.",
        "{n} origins do not say where this comes from: they corroborate nothing.",
    ),
    support="{basis}: support {level}",
    no_opposition="no opposition",
    opposition_not_on_file="what stands against it is not on file",
    weightless_opposition="what is on record against it carries no weight ({basis})",
    opposition="{level} opposition ({who})",
    opposition_takes=Plural("{n} step off for {opposition}", "{n} steps off for {opposition}"),
    opposition_takes_nothing="no step off for {opposition}",
    verdict="{support}; {opposition}: {level}, {outcome}.",
)
