"""Simulated collectors keep the rules, and promises go the way of the money."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest

from lending_core.simulate.assumptions import assumptions
from lending_core.simulate.collecting import Collected, DeskRules, collected
from lending_core.simulate.draws import Draws

MONTH = date(2026, 11, 1)
FIRST_ON, LAST_ON = date(2026, 11, 1), date(2026, 11, 30)
RULES = DeskRules(promise_days_max=14, grace_days=2, hold_days=15)
NOBODY = pl.DataFrame(schema={"customer_id": pl.Int64, "local_on": pl.Date})
PEOPLE = 2_000


def cases(**changes: Any) -> pl.DataFrame:
    """Many people late since the month before, of whom every second pays 300 yuan on the 20th."""
    numbers = pl.int_range(1, PEOPLE + 1, dtype=pl.Int64, eager=True)
    pays = numbers % 2 == 0
    facts = {
        "case_id": numbers,
        "customer_id": numbers + 10_000,
        "opened_on": pl.lit(date(2026, 10, 25)),
        "from_on": pl.lit(FIRST_ON),
        "to_on": pl.lit(LAST_ON),
        "paid_on": pl.when(pays).then(pl.lit(date(2026, 11, 20))),
        "paid_fen": pl.when(pays).then(300_00).otherwise(0).cast(pl.Int64),
        "overdue_fen": pl.lit(1_000_00, pl.Int64),
    }
    return pl.select(**{**facts, **changes})


@pytest.fixture(scope="module")
def found() -> Collected:
    return collected(cases(), NOBODY, MONTH, RULES, Draws(7))


def test_nobody_is_tried_twice_a_day(found: Collected) -> None:
    assert found.contacts.select("customer_id", "on").is_duplicated().sum() == 0


def test_all_is_said_on_days_and_at_hours_that_are_allowed(found: Collected) -> None:
    hours = found.contacts["hour"]

    assert found.contacts["on"].is_between(FIRST_ON, LAST_ON).all()
    assert (hours.min(), hours.max()) == (9, 19)


def test_payers_promise_what_they_pay_on_the_day_they_pay_it(found: Collected) -> None:
    payers = found.promises.filter(pl.col("customer_id") % 2 == 0, pl.col("made_on").dt.day() < 21)

    assert payers["amount_fen"].unique().to_list() == [300_00]
    assert payers["due_on"].unique().to_list() == [date(2026, 11, 20)]
    assert (date(2026, 11, 20) - payers["made_on"]).dt.total_days().max() == 7


def test_others_promise_a_part_of_what_is_late_for_in_a_week(found: Collected) -> None:
    others = found.promises.filter(pl.col("customer_id") % 2 == 1)

    assert others["amount_fen"].is_between(400_00, 1_000_00).all()
    assert (others["due_on"] - others["made_on"]).unique().to_list() == [timedelta(days=7)]


def test_nobody_who_promised_is_called_before_the_promise_is_over(found: Collected) -> None:
    waits = found.promises.select("case_id", "made_on", "due_on")

    early = found.contacts.join(waits, on="case_id").filter(
        (pl.col("on") > pl.col("made_on"))
        & (pl.col("on") <= pl.col("due_on") + pl.duration(days=RULES.grace_days))
    )

    assert found.promises.height > 100
    assert early.is_empty()


def test_nobody_who_complained_is_called_while_it_holds(found: Collected) -> None:
    held = found.complaints.select("case_id", "received_on")

    early = found.contacts.join(held, on="case_id").filter(
        (pl.col("on") > pl.col("received_on"))
        & (pl.col("on") < pl.col("received_on") + pl.duration(days=RULES.hold_days))
    )

    assert held.height > 5
    assert early.is_empty()


def test_every_promise_was_said_to_somebody_who_was_reached(found: Collected) -> None:
    said = found.contacts.filter(outcome="promised").select("case_id", "on").sort("case_id")
    made = found.promises.select("case_id", on="made_on").sort("case_id")

    assert said.equals(made)


def test_payers_answer_more_often(found: Collected) -> None:
    calls = found.contacts.filter(pl.col("channel") == "call", pl.col("on").dt.day() < 20)
    answered = calls.group_by(pays=pl.col("customer_id") % 2 == 0).agg(
        share=pl.col("is_connected").mean()
    )
    shares = dict(answered.rows())
    chosen = assumptions()["collecting"]
    reachable = 1 - chosen["number_lost_share"]

    assert shares[True] == pytest.approx(chosen["answers"]["payer"] * reachable, abs=0.03)
    assert shares[False] == pytest.approx(chosen["answers"]["other"] * reachable, abs=0.03)


def test_a_day_that_people_used_is_left_alone(found: Collected) -> None:
    used = found.contacts.head(50).select("customer_id", local_on="on")

    again = collected(cases(), used, MONTH, RULES, Draws(7))

    both = again.contacts.join(used, left_on=["customer_id", "on"], right_on=used.columns)
    assert both.is_empty()


def test_the_same_seed_says_the_same(found: Collected) -> None:
    again = collected(cases(), NOBODY, MONTH, RULES, Draws(7))
    other = collected(cases(), NOBODY, MONTH, RULES, Draws(8))

    assert again.contacts.equals(found.contacts)
    assert not other.contacts.equals(found.contacts)


def test_a_month_without_cases_is_quiet() -> None:
    none = collected(cases().head(0), NOBODY, MONTH, RULES, Draws(7))

    assert [none.contacts.height, none.promises.height, none.complaints.height] == [0, 0, 0]


def test_people_in_trouble_complain_more(found: Collected) -> None:
    strained = collected(cases(), NOBODY, MONTH, replace(RULES, odds=2.0), Draws(7))

    # Four times as likely per answer, of which each customer says the first.
    assert found.complaints.height * 3 < strained.complaints.height < found.complaints.height * 5
