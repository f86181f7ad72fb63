from dataclasses import FrozenInstanceError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.confidence.policy import DEFAULT, POLICIES, Level
from api.graph.vocabulary import Modality, OriginKind


def test_the_default_policy_is_found_by_its_id():
    assert POLICIES["default-1"] is DEFAULT


@pytest.mark.parametrize(
    ("given_", "allowed"),
    [
        (DEFAULT.reliability, {"A": 4, "B": 3, "C": 2, "D": 1, "E": 0, "F": 1}),
        (DEFAULT.credibility, {"1": 5, "2": 4, "3": 3, "4": 1, "5": 0, "6": 5}),
        (
            DEFAULT.modality,
            {
                Modality.CONFIRMED: 5,
                Modality.STATED: 4,
                Modality.ACCUSED: 3,
                Modality.PROBABLE: 3,
                Modality.POSSIBLE: 2,
                Modality.UNCONFIRMED: 2,
                Modality.UNCLASSIFIED: 2,
                Modality.RUMOUR: 1,
            },
        ),
        (DEFAULT.origin_kind, {OriginKind.NAMED: 5, OriginKind.ANONYMOUS: 2, OriginKind.UNKNOWN: 1}),
        (DEFAULT.bonus, {1: 0, 2: 1, 4: 2}),
        (dict(enumerate(DEFAULT.distance)), {0: 5, 1: 2, 2: 1}),
        (dict(enumerate(DEFAULT.penalty)), {0: 0, 1: 1, 2: 1, 3: 2, 4: 2, 5: 3}),
    ],
)
def test_the_tables_are_those_of_the_contract(given_, allowed):
    assert dict(given_) == allowed


def test_unknown_is_no_number_in_the_middle():
    assert DEFAULT.unrated_reliability == DEFAULT.reliability["F"] == Level.VERY_LOW
    assert DEFAULT.unrated_credibility == DEFAULT.credibility["6"] == max(Level)


@given(st.integers(1, 50), st.integers(0, 50))
def test_more_classes_never_lift_less(classes, more):
    assert DEFAULT.lift(classes) <= DEFAULT.lift(classes + more)


@pytest.mark.parametrize(("classes", "steps"), [(0, 0), (1, 0), (2, 1), (3, 1), (4, 2), (100, 2)])
def test_two_lift_one_step_and_four_lift_two(classes, steps):
    assert DEFAULT.lift(classes) == steps


def test_more_opposition_never_takes_off_less_and_is_told_for_every_level():
    assert list(DEFAULT.penalty) == sorted(DEFAULT.penalty)
    assert len(DEFAULT.penalty) == len(Level)


def test_what_is_farther_away_is_never_stronger():
    assert list(DEFAULT.distance) == sorted(DEFAULT.distance, reverse=True)


def test_a_policy_is_data_that_nobody_changes():
    with pytest.raises(FrozenInstanceError):
        DEFAULT.factor = 3  # type: ignore[misc]
    with pytest.raises(TypeError):
        DEFAULT.bonus[2] = 5  # type: ignore[index]
