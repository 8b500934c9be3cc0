"""The life of a model: which steps follow from which, and who decides when the champion goes."""

from itertools import product

import polars as pl
import pytest

from lending_core.errors import InvalidState, NotAllowed
from lending_core.scoring.life_cycle import NEXT, STATUSES, Standing, check_step, fallback

FOLLOWING = [(status, to) for status, steps in NEXT.items() for to in steps]
NOT_FOLLOWING = [pair for pair in product(STATUSES, STATUSES) if pair not in FOLLOWING]


def a_model(status: str, kind: str = "scorecard") -> Standing:
    return Standing(3, kind, "lin", status)


def steps(*taken: tuple[int, str]) -> pl.DataFrame:
    return pl.DataFrame(taken, schema=["model_version", "status"], orient="row")


@pytest.mark.parametrize(("status", "to"), FOLLOWING)
def test_another_person_may_take_every_step_that_follows(status: str, to: str) -> None:
    check_step(a_model(status), to, "wei")


@pytest.mark.parametrize(("status", "to"), NOT_FOLLOWING)
def test_no_other_step_may_be_taken(status: str, to: str) -> None:
    with pytest.raises(InvalidState):
        check_step(a_model(status), to, "wei")


@pytest.mark.parametrize(
    ("status", "to"), [("development", "validated"), ("validated", "champion")]
)
def test_the_author_neither_validates_nor_appoints(status: str, to: str) -> None:
    with pytest.raises(NotAllowed) as refusal:
        check_step(a_model(status), to, "lin")

    assert refusal.value.reason == "own_model"


def test_only_a_scorecard_becomes_champion() -> None:
    boosted = a_model("validated", "challenger")

    with pytest.raises(InvalidState) as refusal:
        check_step(boosted, "champion", "wei")

    assert refusal.value.reason == "champion_must_be_scorecard"
    assert boosted.next_statuses == ("challenger", "retired")


def test_the_newest_champion_in_reserve_takes_over() -> None:
    taken = steps(
        (1, "champion"),
        (2, "development"),
        (1, "validated"),
        (2, "champion"),
        (2, "validated"),
        (3, "champion"),
    )

    assert fallback(taken) == 2


def test_a_champion_switched_off_before_does_not_come_back() -> None:
    taken = steps(
        (1, "champion"),
        (1, "validated"),
        (2, "champion"),
        (2, "retired"),
        (1, "champion"),
        (1, "validated"),
        (3, "champion"),
    )

    assert fallback(taken) == 1


def test_the_first_model_takes_over_where_none_is_in_reserve() -> None:
    assert fallback(steps((1, "retired"), (2, "champion"))) == 1


def test_nothing_takes_over_from_the_first_model_alone() -> None:
    assert fallback(steps((1, "champion"), (2, "development"))) is None
