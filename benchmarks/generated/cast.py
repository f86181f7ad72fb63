"""Who speaks in a generated archive: governments with ministries and spokesmen, agencies, outlets, accounts."""

from collections.abc import Iterator
from typing import NamedTuple

from generated.rows import Pen, Row, dashed, day, listed, part

GROUP = 8
# By place in a group: what it is, and the place of whoever it speaks for.
PLACES = (
    ("government", None),
    ("government", 0),
    ("state_media", 0),
    ("person", 0),
    ("person", 1),
    ("news_agency", None),
    ("media_outlet", None),
    ("social_account", None),
)
SPEAKERS, OUTLETS = range(5), range(5, GROUP)
COUNTRIES = ("US", "RU", "KP", "FR", "DE", "UA", "KR", "JP")


class Speaker(NamedTuple):
    """A source: its id, and that of whoever it speaks for."""

    id: str
    kind: str
    controller: str | None


class Cast:
    """The sources of an archive, in groups that are made alike, so that none has more behind it than another."""

    def __init__(self, pen: Pen, size: int) -> None:
        self._pen = pen
        self._groups = max(250, size // 8000)
        self._speakers: list[Speaker] = []

    def rows(self) -> Iterator[Row]:
        """Make the sources, with ratings of half of them, a few that are one, and a few that share an origin."""
        for group in range(self._groups):
            ids: list[str] = []
            for place, (kind, above) in enumerate(PLACES):
                row = self._source(group, place, kind, None if above is None else ids[above])
                ids.append(row.values["id"])
                yield row
                yield part("source_name", row, 0, name=row.values["name"].casefold())
                if place % 2 == 0:
                    yield self._rating(ids[-1], "ABCDEF"[(group + place) % 6])
            if group % 50 == 0:
                yield self._pen.record("source_same_as", one_id=ids[6], other_id=ids[7], reason="One desk.")
            if group % 20 == 0:
                yield from shared(self._pen, "source", ids[5:7])

    def speaker(self) -> Speaker:
        """Choose somebody who says things first."""
        return self._choose(SPEAKERS)

    def outlet(self) -> Speaker:
        """Choose somebody who passes things on."""
        return self._choose(OUTLETS)

    def _choose(self, places: range) -> Speaker:
        chance = self._pen.chance
        return self._speakers[chance.randrange(self._groups) * GROUP + chance.choice(places)]

    def _source(self, group: int, place: int, kind: str, above: str | None) -> Row:
        row = self._pen.record(
            "source",
            external_id=f"source-{group}-{place}",
            name=f"{kind.replace('_', ' ').title()} {place} of Group {group}",
            aliases="[]",
            kind=kind,
            country=COUNTRIES[group % len(COUNTRIES)],
            controlled_by_id=above,
            homepage=f"https://source-{group}-{place}.example.org/",
        )
        self._speakers.append(Speaker(row.values["id"], kind, above))
        return row

    def _rating(self, source: str, value: str) -> Row:
        return self._pen.record(
            "assessment",
            target_source_id=source,
            scale="admiralty_reliability",
            value=value,
            assessor="The desk",
            **day("assessed_at", self._pen.now),
        )


def shared(pen: Pen, kind: str, members: list[str]) -> Iterator[Row]:
    """Make a dependency of members of one kind."""
    named = listed([{"kind": kind, "id": dashed(one)} for one in members])
    row = pen.record("dependency", members=named, reason="Both had it from one briefing.")
    yield row
    for position, one in enumerate(members):
        yield part("dependency_member", row, position, **{f"{kind}_id": one})
