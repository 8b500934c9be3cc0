"""What other terms would have done with the loans of the last days, day by day."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from shutil import copy

import polars as pl

from lending_core.operations import matching_replay
from lending_core.operations.funding_batches import Standing
from lending_core.operations.matching_replay import Lately, day_by_day
from lending_core.store.engine import open_store
from tests.builders import ANALYST
from tests.funding.batches import DAY, a_funder, loans


def ground(*funders: object) -> Lately:
    """Two loans of 80.00 on one day, and one on each of the next two, before these funders."""
    days = [DAY, DAY, DAY + timedelta(days=1), DAY + timedelta(days=2)]
    asked = loans(*[8_000] * 4).with_columns(waiting_since=pl.Series(days))
    known = {each.funder_code: each for each in funders}  # type: ignore[attr-defined]
    return Lately(asked, Standing(known, {}, {}, {}, {}))


def test_every_day_has_its_own_daily_quota_and_what_waits_asks_again() -> None:
    slow = a_funder("slow", "0.02", daily_quota_fen=10_000)
    faster = replace(slow, daily_quota_fen=16_000)
    told: list[tuple[int, int]] = []

    before = day_by_day(ground(slow), {"slow": slow})
    after = day_by_day(ground(slow), {"slow": faster}, lambda *done: told.append(done))

    assert (before.funded_fen, before.left["loan_id"].to_list()) == (24_000, [4])
    assert before.left["reason"].to_list() == ["daily_quota"]
    assert (after.funded_fen, after.left.height) == (32_000, 0)
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_a_quota_is_used_up_from_day_to_day() -> None:
    small = a_funder("small", "0.02", quota_fen=20_000)
    dear = a_funder("dear", "0.05", quota_fen=8_000)
    known = ground(small)

    alone = day_by_day(known, {"small": small})
    helped = day_by_day(known, {"small": small, "dear": dear})

    assert alone.left["loan_id"].to_list() == [3, 4]
    assert helped.shares.select("loan_id", "funder_code").rows()[2:] == [(3, "dear")]
    assert helped.left["loan_id"].to_list() == [4]
    assert known.standing.outstanding_fen == {}


def test_the_last_days_begin_with_what_was_owed_before_them(
    simulated_book: Path, tmp_path: Path
) -> None:
    store = open_store(Path(copy(simulated_book, tmp_path / "year.duckdb")))
    today = Standing.of(store)

    found = matching_replay.lately(store, ANALYST, 30)

    lent = sum(today.outstanding_fen.values()) - sum(found.standing.outstanding_fen.values())
    assert found.loans.height > 0
    assert lent == found.loans["principal_fen"].sum()
    assert found.standing.lent_fen == {}
    again = day_by_day(found, found.standing.funders)
    assert again.funded_fen + again.left_fen == found.loans["principal_fen"].sum()
