"""What decides on a day follows from the steps, and so does whose turn it is."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lending_core.errors import InvalidState, NotAllowed
from lending_core.policy.life_cycle import (
    GUARD,
    Step,
    changes_after,
    check_not_author,
    check_waiting,
    fallback,
    in_force,
    spans,
    standings,
)
from tests.policy.lives import DECEMBER, JANUARY, NOVEMBER, life

OPENED = (1, "approved", date(2026, 10, 1))
DAYS = st.integers(0, 20).map(lambda days: NOVEMBER + timedelta(days=days))
STEPS = st.lists(
    st.tuples(
        st.integers(1, 4),
        st.sampled_from(["submitted", "returned", "approved", "withdrawn", "reinstated"]),
        DAYS,
        st.none() | st.just(date(2026, 11, 12)),
    ),
    max_size=8,
).map(lambda rows: life(*rows))


def deciding(steps: tuple[Step, ...], on: date) -> int | None:
    step = in_force(steps, on)
    return step.policy_version if step else None


def test_nothing_decides_before_the_first_approval() -> None:
    steps = life((1, "submitted"), (1, "approved", DECEMBER))

    assert (deciding(steps, NOVEMBER), deciding(steps, DECEMBER)) == (None, 1)
    assert standings(steps, NOVEMBER) == {1: "scheduled"}


def test_a_scheduled_version_decides_from_its_day_and_until_its_last() -> None:
    steps = life(OPENED, (2, "submitted"), (2, "approved", DECEMBER, date(2026, 12, 31)))

    assert [deciding(steps, on) for on in (NOVEMBER, DECEMBER, JANUARY)] == [1, 2, 1]
    assert standings(steps, DECEMBER) == {1: "retired", 2: "in_force"}
    assert [(each.policy_version, each.from_on, each.until_on) for each in spans(steps)] == [
        (1, date(2026, 10, 1), date(2026, 11, 30)),
        (2, DECEMBER, date(2026, 12, 31)),
        (1, JANUARY, None),
    ]
    assert [changes_after(steps, on) for on in (NOVEMBER, DECEMBER, JANUARY)] == [
        DECEMBER,
        JANUARY,
        None,
    ]


def test_of_two_with_the_same_day_the_later_step_decides() -> None:
    steps = life(OPENED, (3, "approved", DECEMBER), (2, "approved", DECEMBER))

    assert deciding(steps, DECEMBER) == 2


def test_what_is_approved_later_for_an_earlier_day_does_not_push_aside_what_comes() -> None:
    steps = life(OPENED, (2, "approved", DECEMBER), (3, "approved", NOVEMBER))

    assert [deciding(steps, on) for on in (NOVEMBER, DECEMBER)] == [3, 2]


def test_a_withdrawn_version_never_comes_into_force() -> None:
    steps = life(OPENED, (2, "submitted"), (2, "approved", DECEMBER), (2, "withdrawn"))

    assert deciding(steps, DECEMBER) == 1
    assert standings(steps, DECEMBER)[2] == "withdrawn"


def test_each_version_stands_where_its_steps_put_it() -> None:
    steps = life(
        OPENED,
        (2, "approved"),
        (3, "submitted"),
        (4, "submitted"),
        (4, "returned"),
        (5, "submitted"),
        (5, "withdrawn"),
        (6, "approved", DECEMBER),
    )

    assert standings(steps, NOVEMBER) == {
        1: "retired",
        2: "in_force",
        3: "waiting",
        4: "returned",
        5: "withdrawn",
        6: "scheduled",
    }


def test_a_reinstated_version_decides_again_at_once() -> None:
    steps = life(OPENED, (2, "approved"), (1, "reinstated"))

    assert deciding(steps, NOVEMBER) == 1
    assert standings(steps, NOVEMBER) == {1: "in_force", 2: "retired"}


def test_what_was_sent_back_does_not_return_when_its_successor_runs_out() -> None:
    last = date(2026, 12, 31)
    sent_back = (
        (2, "approved", NOVEMBER, last),
        (3, "approved", NOVEMBER),
        (2, "reinstated", DECEMBER, last),
    )

    with_another, alone = life(OPENED, *sent_back), life(*sent_back)

    assert [deciding(with_another, on) for on in (NOVEMBER, DECEMBER, JANUARY)] == [3, 2, 1]
    assert [deciding(alone, on) for on in (NOVEMBER, DECEMBER, JANUARY)] == [3, 2, 3]


def test_the_guard_goes_back_to_the_version_before_and_never_to_one_it_sent_back() -> None:
    steps = life(OPENED, (2, "approved"), (3, "approved"))
    sent_back = (*steps, *life((2, "reinstated", NOVEMBER, None, GUARD), first=4))
    trusted = (*sent_back, *life((3, "reinstated"), first=5))

    assert [fallback(each, NOVEMBER) for each in (steps, sent_back, trusted)] == [2, 1, 2]


def test_the_guard_never_goes_back_to_what_a_person_rolled_back() -> None:
    rolled_back = life(OPENED, (2, "approved"), (1, "reinstated"))

    assert fallback((*rolled_back, *life((3, "approved"), first=4)), NOVEMBER) == 1
    assert fallback(rolled_back, NOVEMBER) is None


@pytest.mark.parametrize(
    "steps", [life(), life(OPENED), life((1, "approved"), (2, "approved", DECEMBER))]
)
def test_the_first_version_has_nothing_to_go_back_to(steps: tuple[Step, ...]) -> None:
    assert fallback(steps, NOVEMBER) is None


def test_what_has_run_out_is_nothing_to_go_back_to() -> None:
    steps = life((1, "approved", NOVEMBER, date(2026, 11, 30)), (2, "approved", DECEMBER))

    assert fallback(steps, DECEMBER) is None


def test_only_what_waits_is_answered_and_never_by_its_author() -> None:
    steps = life(OPENED, (2, "submitted"))

    check_waiting(steps, 2, NOVEMBER)
    with pytest.raises(InvalidState) as refusal:
        check_waiting(steps, 1, NOVEMBER)
    with pytest.raises(NotAllowed):
        check_not_author("lin", "lin")

    assert refusal.value.facts == {"policy_version": 1, "policy_standing": "in_force"}


@given(STEPS, DAYS)
def test_at_most_one_version_is_in_force_and_the_spans_say_which(
    steps: tuple[Step, ...], on: date
) -> None:
    by_span = [
        each.policy_version for each in spans(steps) if each.from_on <= on <= (each.until_on or on)
    ]

    standing = [version for version, where in standings(steps, on).items() if where == "in_force"]

    decides = deciding(steps, on)
    assert by_span == standing == [version for version in [decides] if version]
