"""Policies replayed on the simulated book: what was decided is decided again, and what was lent is
what the policy in force lends."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlglot import exp

from lending_core.operations import policy_replay
from lending_core.operations.deciding import judged, model_in_force
from lending_core.operations.origination import submit_application
from lending_core.operations.policy_replay import Window
from lending_core.policy.document import Policy, opening_policy
from lending_core.policy.replay_compare import by_product, measured, moved, totals
from lending_core.policy.replay_interval import moved_deals
from lending_core.policy.replay_people import Cell
from lending_core.store.engine import Store, open_store
from tests.builders import ANALYST, AT, VIEWER, a_book, a_submission

TODAY = opening_policy()
PEOPLE = 30


@pytest.fixture(scope="module")
def store(simulated_book: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("replay")
    opened = open_store(Path(shutil.copy(simulated_book, folder / "book.duckdb")))
    yield opened
    opened.close()


def window(store: Store) -> Window:
    (whole,) = policy_replay.parts(store, VIEWER, Window())
    return whole


def wider() -> Policy:
    """Band E reaches further down, C gets more."""
    terms = {"E": {"score_from": 565}, "C": {"limit_person_fen": 7_000_000}}
    return replace(TODAY, band=tuple(replace(b, **terms.get(b.name, {})) for b in TODAY.band))


def test_every_stored_decision_is_decided_again(store: Store) -> None:
    found = policy_replay.reproduced(store, VIEWER)

    decided = store.read_sql("select count(*) as n from decision").item()
    assert found["differences"].to_list() == [0]
    assert found["applications"].sum() == decided > 1_000


def test_a_decision_of_before_terms_were_decided_is_decided_again(tmp_path: Path) -> None:
    store = a_book(tmp_path / "book.duckdb")
    submit_application(store, ANALYST, a_submission(), key="a", at=AT)
    with store.transaction() as transaction:
        decided = store.read_sql("select * from decision")
        without_term = decided.with_columns(instalments_max=pl.lit(None, pl.Int32))
        transaction.replace("decision", "application_id", without_term)

    found = policy_replay.reproduced(store, VIEWER)

    assert found.rows() == [(1, 1, 0)]


def test_the_policy_in_force_lends_what_was_lent_to_the_fen(store: Store) -> None:
    whole = policy_replay.replayed(store, VIEWER, TODAY, window(store))

    seen = measured(whole, "evidence").filter(evidence="observed").row(0, named=True)
    (lent,) = store.read_sql(
        "select count(*) as loans, sum(principal_fen)::bigint as fen from loan"
    ).rows(named=True)
    assert (seen["loans_ppm"], seen["expected_drawn_fen"]) == (lent["loans"] * 10**6, lent["fen"])


def test_a_draft_is_todays_replay_with_its_changes_and_everyone_is_counted_once(
    store: Store,
) -> None:
    part = window(store)
    cube = policy_replay.replayed(store, VIEWER, TODAY, part)

    changes = policy_replay.changes(store, VIEWER, TODAY, wider(), part)

    draft = moved(cube, changes.before, changes.after)
    again = totals(policy_replay.replayed(store, VIEWER, wider(), part))
    assert {name: totals(draft)[name] for name in ("approvals", "expected_profit_fen")} == {
        name: again[name] for name in ("approvals", "expected_profit_fen")
    }
    assert changes.before["applications"].sum() == changes.after["applications"].sum()
    assert changes.effects["outcome_better"] > 0
    assert sum(changes.effects.values()) <= changes.after["applications"].sum()
    assert {"applied_on", "product_code", "score", "today_rate"} <= set(changes.affected.columns)


def test_a_figure_leads_to_the_people_it_counts(store: Store) -> None:
    part = window(store)
    changes = policy_replay.changes(store, VIEWER, TODAY, wider(), part)
    draft = moved(policy_replay.replayed(store, VIEWER, TODAY, part), changes.before, changes.after)

    people = policy_replay.applicants(
        store, VIEWER, TODAY, wider(), (part, Cell("draft", "band", "D"))
    )

    band_d = measured(draft, "band").filter(band="D").row(0, named=True)
    granted = band_d["approvals"] + band_d["reviews"]
    assert people["applications"].first() == granted
    assert people.height == min(granted, policy_replay.LISTED_MAX)


def test_who_was_refused_and_is_taken_back_is_valued_with_an_interval(store: Store) -> None:
    part = window(store)
    changes = policy_replay.changes(store, VIEWER, TODAY, wider(), part)

    dealt = moved_deals(
        policy_replay.dealt(store, VIEWER, TODAY, part), changes.dealt_before, changes.dealt_after
    )

    whole = measured(policy_replay.replayed(store, VIEWER, wider(), part), "evidence")
    inferred = whole.filter(evidence="inferred").row(0, named=True)
    near, intervals = policy_replay.interval_of(dealt, policy_replay.outcomes(store, VIEWER), TODAY)
    assert dealt["expected_loss_fen"].sum() == inferred["expected_loss_fen"] > 0
    assert near.bands == ("E", "F")
    assert (near.ratio is None) == (intervals == {})


def test_lenders_are_filled_from_the_cheapest(store: Store) -> None:
    cube = policy_replay.replayed(store, VIEWER, TODAY, window(store))

    rows = policy_replay.lenders(
        store, VIEWER, (("today", by_product(cube)),), 365, TODAY.assumption
    )

    # Half a year of every drawing is owed at any time.
    owed = sum(fen * 6 * 365 // (12 * 365) for _, fen in by_product(cube))
    assert rows["today_balance_fen"].sum() == owed
    assert rows["today_capital_fen"][0] == rows["today_balance_fen"][0] * 11 // 100


def test_a_window_holds_the_applications_of_its_days_and_parts_of_it_each_once(
    store: Store,
) -> None:
    whole = policy_replay.span(store, VIEWER, Window())
    days = Window(whole["first_on"].replace(day=28), whole["last_on"].replace(day=1))
    counted = policy_replay.span(store, VIEWER, days)["applications"]

    parts = policy_replay.parts(store, VIEWER, days, 200)

    cubes = [policy_replay.replayed(store, VIEWER, TODAY, part) for part in parts[:2]]
    assert 0 < counted < whole["applications"]
    assert len(parts) == -(-counted // 200)
    assert sum(cube["applications"].sum() for cube in cubes) <= 400


@given(
    limits=st.integers(0, 20).map(lambda steps: steps * 500_000),
    position=st.integers(0, 100),
    cut_off=st.integers(560, 600),
    step=st.sampled_from([10_000, 50_000]),
)
@settings(max_examples=4)
def test_one_person_decided_live_is_decided_as_in_the_replay(
    store: Store, limits: int, position: int, cut_off: int, step: int
) -> None:
    terms = {"limit_person_fen": limits, "rate_position_percent": position}
    bands = (
        replace(b, **terms)
        if b.name == "D"
        else replace(b, score_from=cut_off)
        if b.name == "E"
        else b
        for b in TODAY.band
    )
    caps = (replace(c, value=step) if c.code == "limit_step_fen" else c for c in TODAY.cap)
    policy = replace(TODAY, band=tuple(bands), cap=tuple(caps))
    last = window(store).last_id or 0
    newest = "select * from policy_input where application_id > $after order by application_id"
    people = store.read_sql(newest, after=last - PEOPLE)

    live = pl.concat(
        judged(store, model_in_force(store), policy, people[number : number + 1])
        for number in range(0, PEOPLE, PEOPLE // 3)
    )

    with policy_replay._base(store, policy, Window(first_id=last - PEOPLE + 1)) as table:
        replayed = store.read_sql(exp.select("*").from_(table).sql("duckdb"))
    again = live.select("application_id").join(replayed, on="application_id", maintain_order="left")
    assert (
        live.select("band", "outcome", "limit_fen", "instalments_max").rows()
        == again.select(
            "today_band", "today_outcome", "today_limit_fen", "today_instalments_max"
        ).rows()
    )
    assert (live["annual_rate"] * 1_000_000).cast(pl.Int64).to_list() == again[
        "today_granted_rate_ppm"
    ].to_list()
