"""Random numbers depend on seed, purpose, id and period, and on nothing else."""

from dataclasses import replace
from datetime import date

import numpy as np
import polars as pl
import pytest

from lending_core.simulate.assumptions import month_number
from lending_core.simulate.draws import Draws, DrawsAhead

IDS = np.arange(1, 200_001)


def test_a_draw_depends_on_the_id_and_not_on_the_batch() -> None:
    whole = Draws(7).uniform("luck", IDS, 24_300)

    part = Draws(7).uniform("luck", IDS[500:600], 24_300)

    assert (whole[500:600] == part).all()


@pytest.mark.parametrize(
    ("seed", "purpose", "period"), [(8, "luck", 0), (7, "turn", 0), (7, "luck", 1)]
)
def test_another_seed_purpose_or_period_is_unrelated(seed, purpose, period) -> None:
    first = Draws(7).uniform("luck", IDS)

    second = Draws(seed).uniform(purpose, IDS, period)

    assert abs(np.corrcoef(first, second)[0, 1]) < 0.01


def test_uniform_draws_fill_the_unit_interval_evenly() -> None:
    drawn = Draws(7).uniform("luck", IDS)

    counts = np.histogram(drawn, bins=10, range=(0, 1))[0]

    assert abs(counts / 20_000 - 1).max() < 0.03


def test_normal_draws_are_standard() -> None:
    drawn = Draws(7).normal("risk", IDS)

    assert (abs(drawn.mean()) < 0.01, abs(drawn.std() - 1) < 0.01) == (True, True)


def test_choices_follow_their_weights() -> None:
    drawn = Draws(7).choice("kind", IDS, [3.0, 0.0, 1.0])

    shares = np.bincount(drawn, minlength=3) / len(IDS)

    assert shares == pytest.approx([0.75, 0.0, 0.25], abs=0.005)


AHEAD = DrawsAhead(seed=7, future=1, last_loan_id=100)


def test_what_lasts_is_the_same_in_every_future() -> None:
    assert (AHEAD.uniform("kind", IDS) == Draws(7).uniform("kind", IDS)).all()


def test_months_to_come_differ_from_one_future_to_another() -> None:
    other = replace(AHEAD, future=2)

    past, *to_come = [each.uniform("luck", IDS, 24_300) for each in (Draws(7), AHEAD, other)]

    pairs = ((past, to_come[0]), (past, to_come[1]), (to_come[0], to_come[1]))
    assert max(abs(np.corrcoef(*pair)[0, 1]) for pair in pairs) < 0.01


def test_an_application_to_come_is_known_by_its_customer_and_month() -> None:
    numbered = pl.DataFrame({"application_id": [8, 9], "customer_id": [5, 3]})
    applications = numbered.with_columns(applied_on=pl.lit(date(2026, 11, 5)))

    of_past, of_future = (each.of_applications(applications) for each in (Draws(7), AHEAD))

    assert (of_past[0].tolist(), of_past[1]) == ([8, 9], 0)
    assert (of_future[0].tolist(), of_future[1]) == ([5, 3], month_number(date(2026, 11, 1)))


def test_a_new_loan_is_known_by_its_customer_and_an_old_one_by_its_number() -> None:
    loans = pl.DataFrame({"loan_id": [100, 101], "customer_id": [5, 3]})

    assert AHEAD.of_loans(loans).tolist() == [100, -4]
    assert Draws(7).of_loans(loans).tolist() == [100, 101]


def test_newcomers_of_two_futures_are_other_people() -> None:
    other = replace(AHEAD, future=2)

    seeds = {each.newcomers().seed for each in (AHEAD, other)} | {AHEAD.seed}

    assert len(seeds) == 3
