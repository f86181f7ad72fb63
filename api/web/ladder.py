"""Fill in the page about confidence: the policy's own tables, and the thirteen rows as the code works them out."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from string import Template

from api.confidence.cases import Case, cases
from api.confidence.ladder import Verdict, judge
from api.confidence.policy import DEFAULT, Level
from api.confidence.sentences import LANGUAGES
from api.confidence.weaknesses import weaknesses
from api.graph.dead_ends import dead_ends
from api.graph.independence import independence
from api.graph.vocabulary import Modality, OriginKind

SHOWN_IN_FRENCH = 8
# What the letters and numbers of the Admiralty code stand for.
RELIABILITY = {
    "A": "completely reliable",
    "B": "usually reliable",
    "C": "fairly reliable",
    "D": "not usually reliable",
    "E": "unreliable",
    "F": "cannot be judged",
}
CREDIBILITY = {
    "1": "confirmed by other sources",
    "2": "probably true",
    "3": "possibly true",
    "4": "doubtful",
    "5": "improbable",
    "6": "cannot be judged",
}
MODALITIES = {
    Modality.CONFIRMED: "verified what others said, or admitted something about itself",
    Modality.STATED: "says it as a plain fact",
    Modality.ACCUSED: "accuses somebody of it",
    Modality.PROBABLE: "says that it probably happened",
    Modality.POSSIBLE: "says that it may have happened",
    Modality.UNCONFIRMED: "passes it on with a reserve, such as “allegedly”",
    Modality.UNCLASSIFIED: "nobody here has classified the wording yet",
    Modality.RUMOUR: "calls it a rumour itself",
}
ORIGIN_KINDS = {
    OriginKind.NAMED: "somebody, by name",
    OriginKind.ANONYMOUS: "an unnamed source",
    OriginKind.UNKNOWN: "nobody says",
}
Judged = Sequence[tuple[Case, Verdict]]


def filled_in(text: str) -> str:
    """Put the tables into the page's Markdown, all of them out of the policy and the code that applies it."""
    policy = DEFAULT
    judged = [(case, judge(case.graph, case.question, case.ratings)) for case in cases()]
    return Template(text).substitute(
        policy=policy.id,
        levels=_table(["#", "level"], ([str(int(level)), level.name] for level in Level)),
        reliability=_table(["the source is", "at most"], _ratings(RELIABILITY, policy.reliability)),
        unrated_reliability=policy.unrated_reliability.name,
        credibility=_table(["the statement is", "at most"], _ratings(CREDIBILITY, policy.credibility)),
        unrated_credibility=policy.unrated_credibility.name,
        modality=_table(
            ["it is worded as", "at most"],
            ([f"{word}, {MODALITIES[word]}", at.name] for word, at in policy.modality.items()),
        ),
        origin_kind=_table(
            ["who stands behind it", "at most"],
            ([ORIGIN_KINDS[kind], at.name] for kind, at in policy.origin_kind.items()),
        ),
        distance=_table(["relays between the origin and us", "at most"], _distances(policy.distance)),
        bonus=_table(
            ["independent origins", "steps up"], ([f"{n} or more", str(up)] for n, up in policy.bonus.items())
        ),
        factor=str(policy.factor),
        weakest=Level.VERY_LOW.name,
        weakest_at_most=Level(policy.factor * Level.VERY_LOW).name,
        penalty=_table(["opposition", "steps off"], ([level.name, str(policy.penalty[level])] for level in Level)),
        rows=_table(
            ["#", "situation", "promised", "worked out", "what it hangs on", "in words"],
            (_row(*each) for each in judged),
        ),
        kept=str(sum(_is_kept(*each) for each in judged)),
        situations=str(len(judged)),
        french=_in_french(judged),
    )


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, ["---"] * len(head), *rows))


def _ratings(meanings: Mapping[str, str], limits: Mapping[str, Level]) -> Iterator[Sequence[str]]:
    return ([f"{rating}, {meanings[rating]}", limit.name] for rating, limit in limits.items())


def _distances(limits: Sequence[Level]) -> Iterator[Sequence[str]]:
    for relays, limit in enumerate(limits):
        yield [f"{relays} or more" if relays == len(limits) - 1 else str(relays), limit.name]


def _row(case: Case, found: Verdict) -> Sequence[str]:
    english = LANGUAGES["en"]
    promised = case.level.name if case.status is None else f"{case.level.name}, {english.status(case.status)}"
    worked_out = f"{found.level.name}, {english.status(found.status)}"
    in_words = english.verdict(found, case.names)
    return [str(case.number), case.situation, promised, worked_out, "; ".join(_hanging(case, found)), in_words]


def _hanging(case: Case, found: Verdict) -> Iterator[str]:
    """Say what a row's support hangs on: whom, by name, or how many lines; else why there is none."""
    weak = weaknesses(case.graph, case.question, independence(case.graph, case.question), found, case.ratings)
    dead = dead_ends(case.graph, case.question)
    points = [" and ".join(sorted(filter(None, map(case.names.speaker, point)))) for point in weak.points]
    lines = weak.independent_lines
    yield from (f"{point}: the single point of failure" for point in points)
    if lines and not points:
        yield "1 line" if lines == 1 else f"{lines} independent lines"
    yield from (f"{len(loop)} cite each other" for loop in dead.circular)
    if dead.orphaned:
        yield f"{len(dead.orphaned)} cut off"
    if not (lines or dead.circular or dead.orphaned):
        yield "nothing"


def _is_kept(case: Case, found: Verdict) -> bool:
    return case.level is found.level and case.status in (None, found.status)


def _in_french(judged: Judged) -> str:
    return next(LANGUAGES["fr"].verdict(found, case.names) for case, found in judged if case.number == SHOWN_IN_FRENCH)
