"""A clerk who records and changes things at random, in any way that the API has."""

import random
from collections.abc import Callable
from typing import Any

import httpx

KINDS = ("government", "organization", "media_outlet", "state_media", "anonymous", "person", None)
STANCES = ("affirms", "affirms", "denies", "questions")
EVIDENCE = ("witnessed", "documented", "told", "unknown")
LINKS = ("paraphrases", "relies_on")
RELATIONS = ("same_as", "same_as", "contradicts", "contrary", "refines")
STATUSES = ("confirmed", "confirmed", "confirmed", "proposed", "rejected")
ANY_TAG = {"If-Match": "*"}


class Clerk:
    """A few records that belong together, and somebody who changes them in any way that the API has."""

    def __init__(self, client: httpx.Client, chance: random.Random) -> None:
        self.client, self.chance = client, chance
        self.kept: dict[str, list[str]] = {}
        for _ in range(4):
            self.add("claims", {"text": "P"})
        for _ in range(5):
            self.add("sources", {"name": "N", "kind": chance.choice(KINDS), "if_named": "new"})
        for source in self.kept["sources"][:3]:
            self.add("documents", {"publisher": {"id": source}, "retrieved_at": "2023"})
            self.rate()
        for _ in range(5):
            self.say()
        self.ways: list[Callable[[], object]] = [
            *(
                self.say,
                self.say,
                self.cite,
                self.cite,
                self.uncite,
                self.retract,
                self.unretract,
                self.edit_attribution,
            ),
            *(self.edit_attribution, self.edit_source, self.edit_source, self.edit_document, self.join, self.part),
            *(self.relate, self.relate, self.edit_relation, self.rate, self.rate, self.depend, self.edit_dependency),
            *(self.delete, self.delete, self.restore, self.restore, self.reword),
        ]

    def change(self) -> None:
        self.chance.choice(self.ways)()

    def add(self, kind: str, body: dict[str, Any], path: str | None = None) -> None:
        answer = self.client.post(f"/v1/{path or kind}", json=body)
        assert answer.status_code < 500, answer.text
        if answer.status_code == 201:
            self.kept.setdefault(kind, []).append(answer.json()["id"])

    def some(self, kind: str) -> str:
        return self.chance.choice(self.kept.get(kind) or ["0190b5a2-0000-7000-8000-000000000000"])

    def ref(self, kind: str) -> dict[str, str]:
        return {"id": self.some(kind)}

    def maybe(self, kind: str) -> dict[str, str] | None:
        return self.ref(kind) if self.chance.random() < 0.7 else None

    def patch(self, kind: str, body: dict[str, Any]) -> None:
        answer = self.client.patch(f"/v1/{kind}/{self.some(kind)}", json=body, headers=ANY_TAG)
        assert answer.status_code < 500, answer.text

    def say(self) -> None:
        cites = [{"kind": self.chance.choice(LINKS), "attribution": self.ref("attributions")}]
        body = {
            "claim": self.ref("claims"),
            "source": self.maybe("sources"),
            "stance": self.chance.choice(STANCES),
            "modality": "stated",
            "evidentiality": self.chance.choice(EVIDENCE),
            "document": self.ref("documents"),
            "verbatim": self.chance.random() < 0.8,
            "cites": cites if self.kept.get("attributions") and self.chance.random() < 0.5 else [],
            "replaces": self.ref("attributions")
            if self.kept.get("attributions") and self.chance.random() < 0.1
            else None,
        }
        self.add("attributions", body)

    def cite(self) -> None:
        body = {"kind": self.chance.choice(LINKS), "attribution": self.ref("attributions")}
        self.add("citations", body, f"attributions/{self.some('attributions')}/citations")

    def uncite(self) -> None:
        self.client.delete(f"/v1/citations/{self.some('citations')}", params={"reason": "wrong"}, headers=ANY_TAG)

    def retract(self) -> None:
        self.client.post(f"/v1/attributions/{self.some('attributions')}/retraction", json={})

    def unretract(self) -> None:
        self.client.delete(f"/v1/attributions/{self.some('attributions')}/retraction", headers=ANY_TAG)

    def edit_attribution(self) -> None:
        changes: dict[str, Any] = {
            "claim": self.ref("claims"),
            "source": self.maybe("sources"),
            "stance": self.chance.choice(STANCES),
            "evidentiality": self.chance.choice(EVIDENCE),
            "document": self.maybe("documents"),
            "replaces": self.maybe("attributions"),
        }
        name = self.chance.choice(list(changes))
        self.patch("attributions", {name: changes[name]})

    def edit_source(self) -> None:
        changes: dict[str, Any] = {"controlled_by": self.maybe("sources"), "kind": self.chance.choice(KINDS)}
        name = self.chance.choice(["controlled_by", "controlled_by", "kind"])
        self.patch("sources", {name: changes[name]})

    def edit_document(self) -> None:
        held = self.chance.choice(["2023", None])
        self.patch("documents", self.chance.choice([{"retrieved_at": held}, {"publisher": self.maybe("sources")}]))

    def reword(self) -> None:
        kind, name = self.chance.choice([("claims", "text"), ("sources", "name"), ("documents", "title")])
        self.patch(kind, {name: self.chance.choice("PQRS")})

    def join(self) -> None:
        kind = self.chance.choice(["sources", "documents"])
        self.client.post(f"/v1/{kind}/{self.some(kind)}/same_as", json={"other": self.ref(kind), "reason": "one"})

    def part(self) -> None:
        kind = self.chance.choice(["sources", "documents"])
        self.client.delete(f"/v1/{kind}/{self.some(kind)}/same_as")

    def relate(self) -> None:
        ends = {"from": self.ref("claims"), "to": self.ref("claims")}
        status = self.chance.choice(STATUSES)
        self.add("relations", {"kind": self.chance.choice(RELATIONS), "status": status, **ends})

    def edit_relation(self) -> None:
        status = {"status": self.chance.choice(STATUSES)}
        self.patch("relations", self.chance.choice([status, {"to": self.ref("claims")}]))

    def rate(self) -> None:
        kind = self.chance.choice(["source", "attribution"])
        target = {"kind": kind, **self.ref(f"{kind}s")}
        scale = "admiralty_reliability" if kind == "source" else "admiralty_credibility"
        value = self.chance.choice("ABCDE" if kind == "source" else "12345")
        self.add("assessments", {"target": target, "scale": scale, "value": value})

    def members(self) -> list[dict[str, str]]:
        kinds = [self.chance.choice(["source", "attribution"]) for _ in range(2)]
        return [{"kind": kind, **self.ref(f"{kind}s")} for kind in kinds]

    def depend(self) -> None:
        self.add("dependencies", {"members": self.members(), "reason": "one origin"})

    def edit_dependency(self) -> None:
        self.patch("dependencies", {"members": self.members()})

    def delete(self) -> None:
        kind = self.chance.choice([*("relations", "dependencies", "assessments", "attributions") * 3, *self.kept])
        asked = {"reason": "wrong"} if kind == "citations" else {"reason": "wrong", "cascade": "true"}
        self.client.delete(f"/v1/{kind}/{self.some(kind)}", params=asked, headers=ANY_TAG)

    def restore(self) -> None:
        kind = self.chance.choice([kind for kind in self.kept if kind != "citations"])
        self.client.post(f"/v1/{kind}/{self.some(kind)}/restore", params={"cascade": "true"})
