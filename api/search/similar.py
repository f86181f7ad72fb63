"""Find the claims on record that a draft may be, before it is recorded: it only tells, and merges nothing."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from uuid import UUID

from api.claims.models import Claim
from api.claims.schemas import ClaimDraft
from api.search import repository
from api.search.likeness import Likeness, Proposition, Worded, compare, subjects
from api.search.schemas import Difference, Shared, SimilarClaim, SimilarClaims
from api.storage.deadline import Deadline
from api.storage.finding import Wanted, newest, sample
from api.storage.reading import Reading
from api.web.values import SpokenDate

SAMPLED = 2_000  # claims, the newest, that tell which words are common
ALL = 10_000_000  # claims that there may be where there are more than that
EXPECTED = 50  # claims that a group of words may be expected in by chance
GROUPS, IN_ONE, OF_EACH = 16, 20, 100  # at most: groups of words that are looked for, words and claims of each
COMPARED, TEXTS = 200, 8  # at most: claims that are compared, texts of each and of the draft
SHOWN, LEAST = 10, 30  # at most so many, and none that is less alike


def similar(reading: Reading, draft: ClaimDraft, deadline: Deadline) -> SimilarClaims:
    """Return the claims that are most like a draft, the most alike first, equals newest first. Raises `OutOfTime`."""
    mine = _of_draft(draft)
    found = repository.claims(reading, _candidates(reading, mine.texts))
    alike: list[tuple[Likeness, Claim]] = []
    for row in found.values():
        deadline.check()
        if row.sealed_under is None:
            alike.append((compare(mine, _of_claim(row)), row))
    best = sorted(alike, key=lambda one: (one[0].score, one[1].id.hex), reverse=True)
    return SimilarClaims.model_construct(
        items=[_answer(likeness, row) for likeness, row in best[:SHOWN] if likeness.score >= LEAST and likeness.shared]
    )


def _candidates(reading: Reading, texts: Sequence[Worded]) -> list[UUID]:
    """Return the claims that share the most groups of words, each group rare when it is taken together."""
    known = sample(reading, "claim", SAMPLED)
    many = len(known) if len(known) < SAMPLED else ALL
    asked = frozenset[str]().union(*(text.terms for text in texts))
    seen = Counter(term for held in known for term in held & asked)
    votes: Counter[UUID] = Counter()
    groups = [group for text in texts for group in _groups(text.terms, seen, len(known), many)]
    for wanted in groups[:GROUPS]:
        votes.update(newest(reading, "claim", wanted, OF_EACH).ids)
    ranked = sorted(votes, key=lambda one: (votes[one], one.hex), reverse=True)
    return ranked[:COMPARED]


def _groups(held: Collection[str], seen: Counter[str], sampled: int, many: int) -> Iterator[Wanted]:
    """Put words together, the rarest first, until a group is expected in few claims by chance."""
    chance = {term: (seen[term] or 0.5) / max(1, sampled) for term in held}
    group: list[str] = []
    expected = float(many)
    for term in sorted(held, key=lambda one: (chance[one], one)):
        group.append(term)
        expected *= chance[term]
        if expected <= EXPECTED or len(group) == IN_ONE:
            yield Wanted(frozenset(group))
            group, expected = [], float(many)
    if group:
        yield Wanted(frozenset(group))


def _of_draft(draft: ClaimDraft) -> Proposition:
    translated = [Worded(said, tag, True) for tag, said in draft.translations.items()]
    when = draft.occurred
    return Proposition(
        texts=[Worded(draft.text, draft.language), *translated][:TEXTS],
        subjects=subjects((one.label, one.wikidata) for one in draft.about),
        occurred=None if when is None else when.value,
        span=(None, None) if when is None else (when.earliest, when.latest),
        place=draft.place,
        topics=draft.topics,
    )


def _of_claim(row: Claim) -> Proposition:
    translated = [Worded(said, tag, True) for tag, said in row.translations.items()]
    return Proposition(
        texts=[Worded(row.text, row.language), *translated][:TEXTS],
        subjects=subjects((one["label"], one["wikidata"]) for one in row.about),
        occurred=row.occurred,
        span=(row.occurred_earliest, row.occurred_latest),
        place=row.place,
        topics=row.topics,
    )


def _answer(likeness: Likeness, row: Claim) -> SimilarClaim:
    return SimilarClaim.model_construct(
        claim=row.id,
        text=row.text,
        language=row.language,
        occurred=SpokenDate.of(row.occurred, row.occurred_earliest, row.occurred_latest),
        score=likeness.score,
        reasons=[Shared.model_construct(kind=kind, values=values) for kind, values in likeness.shared.items()],
        differences=[
            Difference.model_construct(kind=kind, draft=draft, claim=claim)
            for kind, (draft, claim) in likeness.differences.items()
        ],
    )
