"""Find the claims on record that a draft may be, before it is recorded: it only tells, and merges nothing."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice, zip_longest
from math import fsum, log
from uuid import UUID

from api.claims.models import Claim
from api.claims.schemas import ClaimDraft
from api.search.likeness import Likeness, Proposition, compare, subjects
from api.search.schemas import Difference, Shared, SimilarClaim, SimilarClaims
from api.search.wording import Worded
from api.storage.deadline import Deadline
from api.storage.finding import Wanted, count, newest, sample
from api.storage.reading import Reading
from api.web.values import SpokenDate

SAMPLED = 2_000  # claims, the newest, whose every word is looked at: these tell which are common
COUNTED, ALL = 100_000, 10_000_000  # claims up to which they are counted, and that there may be past that
EXPECTED = 50  # claims that a group of words may be expected in by chance
GROUPS, IN_ONE, OF_EACH = 16, 20, 100  # at most: groups of words that are looked for, words and claims of each
COMPARED, TEXTS = 200, 8  # at most: claims that are compared, texts of each and of the draft
SHOWN, LEAST = 10, 30  # at most so many, and none that is less alike


def similar(reading: Reading, draft: ClaimDraft, deadline: Deadline) -> SimilarClaims:
    """Return the claims that are most like a draft, the most alike first, equals newest first. Raises `OutOfTime`."""
    mine = _of_draft(draft)
    found = reading.live(Claim, _candidates(reading, mine.texts))
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
    """Return the claims that have most in common with a draft, as far as that is known; rare words count most.

    Of the newest every word is known. Older ones are found by groups of words, each rare when it is taken together.
    """
    known = sample(reading, "claim", SAMPLED)
    asked = frozenset[str]().union(*(text.terms for text in texts))
    common = {one: held & asked for one, held in known.items()}
    seen = Counter(chain.from_iterable(common.values()))
    chance = {term: (seen[term] or 0.5) / max(1, len(known)) for term in asked}
    many = len(known) if len(known) < SAMPLED else count(reading, "claim", COUNTED)
    for wanted in _groups(texts, chance, many if many < COUNTED else ALL) if many > len(known) else ():
        for one in newest(reading, "claim", wanted, OF_EACH).ids:
            common[one] = common.get(one, frozenset()) | wanted.terms
    worth = {one: fsum(-log(chance[term]) for term in terms) for one, terms in common.items() if terms}
    return sorted(worth, key=lambda one: (worth[one], one.hex), reverse=True)[:COMPARED]


def _groups(texts: Sequence[Worded], chance: Mapping[str, float], many: int) -> Iterator[Wanted]:
    """Give groups of words, of each text in turn, so that a translation has its part too."""
    in_turn = chain.from_iterable(zip_longest(*(_groups_of(text.terms, chance, many) for text in texts)))
    return islice(dict.fromkeys(group for group in in_turn if group is not None), GROUPS)


def _groups_of(held: Iterable[str], chance: Mapping[str, float], many: int) -> Iterator[Wanted]:
    """Put to each of the rarest words those that are next in rarity, until few claims can have them all by chance.

    So a word that only the draft has spoils no more than the groups that it is in.
    """
    rarest = sorted(held, key=chance.__getitem__)  # of equals those that stand together, which may be a name
    for place in range(len(rarest)):
        size, expected = 0, float(many)
        for term in rarest[place : place + IN_ONE]:
            if expected <= EXPECTED:
                break
            size, expected = size + 1, expected * chance[term]
        yield Wanted(frozenset(rarest[place : place + size]))
        if place + size == len(rarest):
            return


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
