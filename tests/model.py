"""What DESIGN says of a record, worked out by brute force, slowly and with nothing of api/: sections 5 and 6."""

from collections.abc import Callable, Collection, Hashable, Iterable
from typing import Any

import httpx

OUTLETS = {"news_agency", "media_outlet", "social_account"}
FIRST_HAND = {"witnessed", "documented"}
RELIABILITY = {"A": 4, "B": 3, "C": 2, "D": 1, "E": 0, "F": 1, None: 1}
CREDIBILITY = {"1": 5, "2": 4, "3": 3, "4": 1, "5": 0, "6": 5, None: 5}
MODALITY = (
    {"confirmed": 5, "stated": 4, "accused": 3, "probable": 3}
    | dict.fromkeys(["possible", "unconfirmed", "unclassified"], 2)
    | {"rumour": 1}
)
KIND = {"named": 5, "anonymous": 2, "unknown": 1}
PENALTY = [0, 1, 1, 2, 2, 3]

Record = dict[str, Any]
Pairs = Collection[tuple[Hashable, Hashable]]


def closure(starts: Iterable[Any], step: Callable[[Any], Iterable[Any]]) -> set[Any]:
    """Take steps from everywhere until they lead nowhere new."""
    found, new = set[Any](), set(starts)
    while new:
        found |= new
        new = {after for each in new for after in step(each)} - found
    return found


def one_with(start: Hashable, pairs: Pairs) -> frozenset[Any]:
    """Give all that a thing is one with, where each pair is one."""
    return frozenset(closure([start], lambda each: {end for pair in pairs if each in pair for end in pair}))


class Model:
    """The live records of a store, and how each claim stands by them."""

    def __init__(self, client: httpx.Client) -> None:
        def live(kind: str) -> dict[str, Record]:
            page = client.get(f"/v1/{kind}", params={"limit": 200}).json()
            assert page["next"] is None
            return {record["id"]: record for record in page["items"]}

        def same(kind: str, records: Iterable[str]) -> Pairs:
            links = (link for each in records for link in client.get(f"/v1/{kind}/{each}/same_as").json()["items"])
            return {(link["one"]["id"], link["other"]["id"]) for link in links}

        self.claims, self.sources, self.documents = live("claims"), live("sources"), live("documents")
        self.said, self.dependencies = live("attributions"), live("dependencies")
        self.assessments = sorted(live("assessments").values(), key=lambda each: each["recorded_at"])
        self.one_source, self.one_document = same("sources", self.sources), same("documents", self.documents)
        self.related: dict[str, set[tuple[str, str]]] = {}
        for each in live("relations").values():
            if each["status"] == "confirmed":
                self.related.setdefault(each["kind"], set()).add((each["from"]["id"], each["to"]["id"]))
        replaced = {each["replaces"]["id"] for each in self.said.values() if each["replaces"]}
        self.retracted = {one for one, each in self.said.items() if each["retracted_at"]} | replaced

    # Sources ---------------------------------------------------------------------------------------------------------

    def records_of(self, source: str) -> frozenset[str]:
        """All records of one source."""
        return one_with(source, self.one_source)

    def controllers(self, source: str) -> set[str]:
        """Whom a source speaks for, by any of its records; not itself, though two of them may say so."""
        records = self.records_of(source)
        named = (self.sources[each]["controlled_by"] for each in records)
        return {each["id"] for each in named if each and each["id"] not in records}

    def tops(self, source: str) -> set[frozenset[str]]:
        """Whom it speaks for in the end: itself, where it speaks for nobody."""
        return {self.records_of(each) for each in closure([source], self.controllers) if not self.controllers(each)}

    def rating(self, scale: str, targets: Collection[str]) -> str | None:
        """The standing rating of these: none is dated, so the newest on record."""
        given = [x["value"] for x in self.assessments if x["scale"] == scale and x["target"]["id"] in targets]
        return given[-1] if given else None

    def reliability(self, source: str | None) -> str | None:
        """Its own rating, else that of the nearest controller that has one."""
        level = {source} if source else set[str]()
        while level:
            records = {record for each in level for record in self.records_of(each)}
            if rating := self.rating("admiralty_reliability", records):
                return rating
            level = {controller for each in level for controller in self.controllers(each)}
        return None

    # Statements ------------------------------------------------------------------------------------------------------

    def id_of(self, statement: str, field: str) -> str | None:
        """The id of its claim, source or document."""
        reference = self.said[statement][field]
        return reference["id"] if reference else None

    def is_origin(self, statement: str) -> bool:
        """Whether it is first-hand or cites nobody; else it is a relay."""
        return self.said[statement]["evidentiality"] in FIRST_HAND or not self.said[statement]["cites"]

    def kind(self, statement: str) -> str:
        """Whether anybody stands behind an origin by name."""
        said, source = self.said[statement], self.id_of(statement, "source")
        kind = self.sources[source]["kind"] if source else None
        heard = (kind in OUTLETS or said["evidentiality"] == "told") and said["evidentiality"] not in FIRST_HAND
        return "unknown" if source is None or heard else "anonymous" if kind == "anonymous" else "named"

    def on_file(self, statement: str) -> bool:
        """Whether its source's own document is held."""
        document, source = self.id_of(statement, "document"), self.id_of(statement, "source")
        if document is None or not any(self.documents[document][x] for x in ("text", "archive_url", "retrieved_at")):
            return False
        made_by = [
            each["id"] for each in (self.documents[document]["publisher"], *self.documents[document]["authors"]) if each
        ]
        own = source is None or self.said[statement]["verbatim"] or not made_by
        return own or any(self.tops(each) & self.tops(source or "") for each in made_by)

    def cited(self, statement: str) -> set[str]:
        """What it cites, where that is of the same stance, and of the same claim or a more specific one."""
        said, own = self.said[statement], self.cluster(self.said[statement]["claim"]["id"])
        within = closure(
            own, lambda one: {*self.cluster(one), *(f for f, to in self.related.get("refines", ()) if to == one)}
        )
        cited = {link["attribution"]["id"] for link in said["cites"]}
        return {x for x in cited if self.said[x]["stance"] == said["stance"] and self.said[x]["claim"]["id"] in within}

    # Claims ----------------------------------------------------------------------------------------------------------

    def cluster(self, claim: str) -> frozenset[str]:
        """All claims that are one with it."""
        return one_with(claim, self.related.get("same_as", ()))

    def rivals(self, claim: str) -> set[str]:
        """All claims that contradict it."""
        pairs = {*self.related.get("contradicts", ()), *self.related.get("contrary", ())}
        ends = {end for pair in pairs if self.cluster(claim) & {*pair} for end in pair} - self.cluster(claim)
        return {each for end in ends for each in self.cluster(end)}

    def saying(self, stance: str, claims: Collection[str]) -> set[str]:
        """What takes these claims one way."""
        return {one for one, x in self.said.items() if x["stance"] == stance and x["claim"]["id"] in claims}

    def origins(self, statements: set[str]) -> dict[str, int]:
        """R0: the origins that these lead to, each with its distance from what is on file."""
        near = {each for each in statements - self.retracted if self.on_file(each)}
        reached = closure(near, lambda each: self.cited(each) - self.retracted)
        distance, level = dict[str, int](), {each for each in reached if self.on_file(each)}
        while level:
            distance |= dict.fromkeys(level, max(distance.values(), default=-1) + 1)
            level = {cited for each in level for cited in self.cited(each)} - self.retracted - {*distance}
        return {each: steps for each, steps in distance.items() if self.is_origin(each)}

    def voices(self, sides: tuple[set[str], set[str]]) -> Callable[[str], frozenset[Any]]:
        """Say which statements, on either side and behind it, are one voice."""
        behind = [closure(side, self.cited) for side in sides]
        pairs: set[tuple[Hashable, Hashable]] = set()
        for each in behind[0] | behind[1]:
            source, origin = self.id_of(each, "source"), self.is_origin(each)
            if source is None or (origin and self.kind(each) == "unknown"):
                continue
            if origin:
                pairs |= {(each, top) for top in self.tops(source)}
            if self.said[each]["evidentiality"] == "documented":
                read = {x["attribution"]["id"] for x in self.said[each]["cites"] if x["kind"] == "relies_on"}
                pairs |= {(each, cited) for cited in read & self.cited(each)}
            vouched = any(self.sources[one]["attested_distinct"] for one in self.records_of(source))
            if origin and self.kind(each) == "anonymous" and not vouched and not self.controllers(source):
                pairs |= {(each, place) for place in (0, 1) if each in behind[place] and each not in behind[1 - place]}
        for dependency in self.dependencies.values():
            for member in dependency["members"]:
                ends = [member["id"]] if member["kind"] == "attribution" else self.tops(member["id"])
                pairs |= {(dependency["id"], end) for end in ends}
        tied = {end for pair in pairs for end in pair}  # a relay joins nobody of itself, only what is tied to it
        for each in (behind[0] | behind[1]) & tied:
            if not self.is_origin(each) and (source := self.id_of(each, "source")):
                pairs |= {(each, top) for top in self.tops(source)}
        return lambda each: one_with(each, pairs)

    def strength(self, origin: str, distance: int) -> int:
        """R1: the weakest of what it depends on."""
        said, source = self.said[origin], self.id_of(origin, "source")
        return min(
            RELIABILITY[self.rating("admiralty_reliability", [origin]) or self.reliability(source)],
            CREDIBILITY[self.rating("admiralty_credibility", [origin])],
            MODALITY[said["modality"]],
            KIND[self.kind(origin)],
            {0: 5, 1: 2}.get(distance, 1),
        )

    def weigh(self, origins: dict[str, int], voice: Callable[[str], Any], cancelled: set[Any]) -> int:
        """R2: how high the origins of one side reach."""
        strengths, unknown = dict[Any, int](), [0]
        for each, distance in origins.items():
            if self.kind(each) == "unknown":
                unknown.append(self.strength(each, distance))
            elif voice(each) not in cancelled:
                strengths[voice(each)] = max(self.strength(each, distance), strengths.get(voice(each), 0))
        at_least = {level: sum(each >= level for each in strengths.values()) for level in range(1, 6)}
        bonus = {1: 0, 2: 1, 3: 1}
        return max([*unknown, *(min(5, 2 * n, n + bonus.get(at_least[n], 2)) for n in at_least if at_least[n])])

    def standing(self, claim: str) -> Record:
        """R3 and R4: how a claim stands, and what the supporting side counts."""
        own, rivals = self.cluster(claim), self.rivals(claim)
        supporting = self.saying("affirms", own)
        opposing = self.saying("denies", own) | self.saying("affirms", rivals)
        pro, con = self.origins(supporting), self.origins(opposing)
        voice = self.voices((supporting, opposing))
        heard = [{voice(each) for each in side if self.kind(each) != "unknown"} for side in (pro, con)]
        cancelled = heard[0] & heard[1]
        support, opposition = (self.weigh(side, voice, cancelled) for side in (pro, con))
        live = supporting - self.retracted
        return {
            "level": max(0, support - PENALTY[opposition]),
            "status": _status(support, opposition, bool(opposing - self.retracted)),
            "support": support,
            "opposition": opposition,
            "attributions": len(live),
            "sources": len({self.records_of(x) for each in live if (x := self.id_of(each, "source"))}),
            "documents": len({one_with(x, self.one_document) for each in live if (x := self.id_of(each, "document"))}),
            "origins": len(pro),
            "independent_origins": len(heard[0] - cancelled),
            "unknown_origins": sum(self.kind(each) == "unknown" for each in pro),
            "echoes": sum(self.on_file(each) and not self.is_origin(each) for each in live),
        }


def _status(support: int, opposition: int, denied: bool) -> str:
    if opposition == 0:
        return "denied_unweighed" if denied else "uncontested" if support else "no_evidence"
    if support == 0:
        return "denied_only"
    leaning = {1: "leaning_supported", 0: "balanced", -1: "leaning_denied"}
    return f"contested_{leaning[(support > opposition) - (support < opposition)]}"
