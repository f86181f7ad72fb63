"""What a generated archive tells: most claims have a handful of attributions, a few have thousands.

A tenth of all attributions each is about claims with 1,000, with 10,000 and with 100,000 of them, where the archive is
large enough. `PROBES` claims spread over it have exactly 100 each and are told alike, so that answers about them have
one size whatever the archive's.
"""

from collections.abc import Iterator
from hashlib import sha256
from typing import NamedTuple

from generated.cast import Cast, Speaker, shared
from generated.rows import Pen, Row, dashed, day, listed, part

PROBES, PROBED = 40, 100
DEPTH = 12
QUOTED = "A convoy crossed the border in the night"
SHARES = ((1_000_000, 100_000), (100_000, 10_000), (10_000, 1_000))  # one in so many attributions begins such a claim
TOPICS = ("war", "sanctions", "elections", "energy", "health", "trade")
WORDINGS = ("stated", "stated", "stated", "accused", "probable", "possible", "unconfirmed", "confirmed")
CITING = ("quotes", "paraphrases", "translates", "reprints", "relies_on", "credits")


class Said(NamedTuple):
    """An attribution, as far as later ones of its story go by it."""

    id: str
    depth: int


class Planned(NamedTuple):
    """A claim to tell, and whether it is one of those that are asked about."""

    attributions: int
    probe: int | None = None


def plan(pen: Pen, size: int) -> Iterator[Planned]:
    """Deal out so many attributions over claims, large ones spread among small ones."""
    large = [Planned(each) for share, each in SHARES for _ in range(size // share)]
    large += [Planned(PROBED, number) for number in range(PROBES)]
    pen.chance.shuffle(large)
    left = size - sum(one.attributions for one in large)
    if left < 0:
        raise ValueError(f"An archive has {PROBES * PROBED * 2} attributions at least.")
    gap, since = left / len(large), 0.0
    while left:
        few = min(left, max(1, round(pen.chance.lognormvariate(1.3, 0.9))))
        yield Planned(few)
        left, since = left - few, since + few
        while large and since >= gap:
            since -= gap
            yield large.pop()
    yield from large


def stories(pen: Pen, cast: Cast, size: int) -> Iterator[Row]:
    """Tell every claim of an archive, some in relation to the one before."""
    before: str | None = None
    for number, planned in enumerate(plan(pen, size)):
        story = Story(pen, cast, number, planned)
        yield from story.rows()
        if before is not None and number % 2:
            yield from story.relations(before)
        before = story.claim if planned.attributions < PROBED else None


class Story:
    """One claim: origins first, then a chain of twelve, then whoever took it over, denied it or asked."""

    def __init__(self, pen: Pen, cast: Cast, number: int, planned: Planned) -> None:
        self._pen, self._cast, self._number, self._size = pen, cast, number, planned.attributions
        self._probe = planned.probe
        self._first = max(1, min(self._size // 10, 40))
        self._origins: list[Said] = []
        self._relays: list[Said] = []
        self._denials: list[Said] = []
        self._digest: str | None = None
        self.claim = ""

    def rows(self) -> Iterator[Row]:
        """Tell it."""
        yield from self._claim()
        for place in range(self._size):
            if place < self._first:
                yield from self._origin(place)
            elif place % 20 == 7:
                yield from self._denial()
            elif place % 20 == 13:
                yield from self._nobody(place)
            else:
                yield from self._relay(place)
        if len(self._origins) > 1 and (self._probe is not None or self._pen.happens(0.3)):
            yield from shared(self._pen, "attribution", [one.id for one in self._origins[:2]])
        if len(self._relays) > 3:  # the first of three has it from the last
            yield self._citation(self._relays[-3].id, self._relays[-2].id)
            yield self._citation(self._relays[-2].id, self._relays[-1].id)
            yield self._citation(self._relays[-1].id, self._relays[-3].id)

    def relations(self, other: str) -> Iterator[Row]:
        """Relate it to an earlier claim, in a few cases."""
        chance = 0.05 if self._probe is not None else self._pen.chance.random()
        kind = "contradicts" if chance < 0.1 else "refines" if chance < 0.16 else "same_as" if chance < 0.2 else None
        if kind is not None:
            yield self._pen.record(
                "relation", kind=kind, from_id=other, to_id=self.claim, status="confirmed", decided_by="The desk"
            )

    def _claim(self) -> Iterator[Row]:
        text = f"Claim {self._number}: a convoy of {self._number % 97 + 3} trucks crossed the border in the night"
        about = {"label": f"Group {self._number % 250}", "wikidata": None}
        topic = TOPICS[self._number % len(TOPICS)]
        row = self._pen.record(
            "claim",
            external_id=None if self._probe is None else f"probe-{self._probe}",
            text=text,
            words=text.casefold(),
            language="en",
            translations="{}",
            about=listed([about]),
            topics=listed([topic]),
            place="At the border",
            **day("occurred", self._pen.now),
        )
        self.claim = row.values["id"]
        yield row
        yield part("claim_topic", row, 0, topic=topic)
        yield part("claim_subject", row, 0, label=about["label"].casefold())
        yield Row("claim_standing", {"record_id": self.claim, "stale": True, "flags": 1})

    def _origin(self, place: int) -> Iterator[Row]:
        speaker = self._cast.speaker()
        document = yield from self._document(speaker, text=place == 0)
        said = yield from self._say(
            speaker,
            document,
            quote_sha256=self._digest if place == 0 else None,
            modality="stated" if place else "confirmed",
            evidentiality="witnessed" if place % 3 else "documented",
            retracted=place == 4,
        )
        self._origins.append(Said(said, 0))
        if self._pen.happens(0.2):
            yield self._pen.record(
                "assessment",
                target_attribution_id=said,
                scale="admiralty_credibility",
                value="123456"[place % 6],
                assessor="The desk",
            )

    def _relay(self, place: int) -> Iterator[Row]:
        cited = self._cited(place - self._first)
        outlet = self._cast.outlet()
        document = None if place % 10 == 9 else (yield from self._document(outlet, held=place % 7 != 3))
        said = yield from self._say(
            outlet, document, modality=WORDINGS[place % len(WORDINGS)], evidentiality="told", retracted=place % 50 == 49
        )
        yield self._citation(said, cited.id)
        if place % 5 == 4:
            yield self._citation(said, self._origins[place % len(self._origins)].id)
        self._relays.append(Said(said, cited.depth + 1))

    def _cited(self, place: int) -> Said:
        """Choose whom a relay has it from: the first twelve one from the other, then mostly an origin."""
        recent = self._relays[-50:]
        if recent and place < DEPTH:
            return recent[-1]
        if recent and self._pen.happens(0.4):
            chosen = self._pen.chance.choice(recent)
            if chosen.depth < DEPTH:
                return chosen
        return self._pen.chance.choice(self._origins)

    def _denial(self) -> Iterator[Row]:
        speaker = self._cast.outlet() if len(self._denials) % 3 else self._cast.speaker()
        document = yield from self._document(speaker)
        evidentiality = "told" if len(self._denials) % 3 else "witnessed"
        said = yield from self._say(
            speaker,
            document,
            stance="denies",
            modality="stated",
            evidentiality=evidentiality,
            responds_to_id=self._origins[0].id,
        )
        if len(self._denials) % 3:
            yield self._citation(said, self._denials[-1].id)
        self._denials.append(Said(said, 0))

    def _nobody(self, place: int) -> Iterator[Row]:
        """Say it without a source, or as an outlet that names nobody."""
        outlet = self._cast.outlet()
        document = yield from self._document(outlet)
        speaker = None if place % 40 == 13 else outlet
        yield from self._say(speaker, document, modality="unconfirmed", evidentiality="unknown")

    def _document(self, source: Speaker, *, text: bool = False, held: bool = True) -> Iterator[Row]:
        """Make a document of a source's own, in some cases one that its controller published; return its id."""
        pen, digest = self._pen, None
        if text:
            words = f"Release {self._number}. {QUOTED}, we saw it ourselves."
            digest = self._digest = sha256(words.encode()).hexdigest()
            yield Row("text", {"sha256": digest, "text": words})
        number = pen.chance.getrandbits(40)
        author = source.id if source.kind == "person" else None
        row = pen.record(
            "document",
            url=f"https://example.org/{number:010x}",
            url_normal=f"https://example.org/{number:010x}",
            title=f"Convoy crossed the border, sources say ({number % 100_000})",
            kind="release" if text else "article",
            publisher_id=source.controller if author is not None else source.id,
            authors=listed([] if author is None else [dashed(author)]),
            language="en",
            sha256=digest,
            **day("published_at", pen.now),
            **(day("retrieved_at", pen.now) if held else {}),
        )
        yield row
        if author is not None:
            yield part("document_author", row, 0, author_id=author)
        document: str = row.values["id"]
        return document

    def _say(
        self,
        speaker: Speaker | None,
        document: str | None,
        *,
        stance: str = "affirms",
        retracted: bool = False,
        **said: str,
    ) -> Iterator[Row]:
        """Make an attribution, and return its id."""
        pen = self._pen
        row = pen.record(
            "attribution",
            claim_id=self.claim,
            source_id=None if speaker is None else speaker.id,
            document_id=document,
            stance=stance,
            verbatim=False,
            cue="according to",
            quote_exact=QUOTED if document is not None else None,
            language="en",
            **said,
            **day("said_at", pen.now),
            **(day("retracted_at", pen.now) if retracted else {}),
        )
        yield row
        attribution: str = row.values["id"]
        return attribution

    def _citation(self, citing: str, cited: str) -> Row:
        kind = CITING[self._pen.chance.randrange(len(CITING))]
        return self._pen.record("citation", kind=kind, citing_id=citing, cited_id=cited)
