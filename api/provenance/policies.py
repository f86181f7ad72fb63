"""Answer the editorial policies: the tables that every level is worked out by, as data."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, Field

from api.confidence.policy import POLICIES, Level, Policy
from api.errors import NotFound


class Bonus(BaseModel):
    """What corroboration adds."""

    classes: int = Field(description="So many independent origins, or more.")
    steps: int


class PolicyAnswer(BaseModel):
    """An editorial policy: levels that something allows at most, and steps on the ladder."""

    id: str
    labels: dict[str, str] = Field(description="The ladder: what each level is called.")
    reliability: dict[str, int] = Field(description="By the Admiralty code's letter; F is not known.")
    unrated_reliability: int
    modality: dict[str, int] = Field(description="By how far the speaker commits itself.")
    credibility: dict[str, int] = Field(description="By the Admiralty code's number; 6 is not known.")
    unrated_credibility: int
    origin_kind: dict[str, int]
    distance: list[int] = Field(description="By citations from what is on file; the last one for all beyond.")
    bonus: list[Bonus] = Field(description="Steps up for independent origins at a level; the last that fits.")
    factor: int = Field(description="A crowd at a level reaches this many times the level at most.")
    penalty: list[int] = Field(description="Steps off, by the opposition's level from 0 to 5.")


def policies() -> list[PolicyAnswer]:
    """Answer every policy."""
    return [_answer(policy) for policy in POLICIES.values()]


def policy(policy_id: str) -> PolicyAnswer:
    """Answer one policy. Raises `NotFound`."""
    if policy_id not in POLICIES:
        raise NotFound(f"There is no policy of that id. Known: {', '.join(POLICIES)}.")
    return _answer(POLICIES[policy_id])


def _answer(policy: Policy) -> PolicyAnswer:
    return PolicyAnswer(
        id=policy.id,
        labels={str(int(level)): level.name for level in Level},
        reliability=_numbers(policy.reliability),
        unrated_reliability=int(policy.unrated_reliability),
        modality=_numbers(policy.modality),
        credibility=_numbers(policy.credibility),
        unrated_credibility=int(policy.unrated_credibility),
        origin_kind=_numbers(policy.origin_kind),
        distance=[int(limit) for limit in policy.distance],
        bonus=[Bonus(classes=classes, steps=steps) for classes, steps in sorted(policy.bonus.items())],
        factor=policy.factor,
        penalty=list(policy.penalty),
    )


def _numbers(limits: Mapping[Any, Level]) -> dict[str, int]:
    return {str(name): int(limit) for name, limit in limits.items()}
