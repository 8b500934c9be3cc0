"""Runs of the rules over a real store: readings kept, alerts raised, followed, settled, cleared."""

import shutil
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from lending_core.errors import InvalidInput, InvalidState, NotAllowed, NotFound
from lending_core.operations import warning_reports, warning_steps
from lending_core.operations.console import book
from lending_core.operations.early_warning import run_rules
from lending_core.operations.listing import PAGE_ROWS, Asked, Order
from lending_core.operations.warning_readings import read
from lending_core.operations.warning_steps import Settling
from lending_core.store.engine import Store, open_store
from tests.builders import ANALYST, APPROVER, AT, MAKER, VIEWER, a_book
from tests.operations.journeys import lent, rows, run_to
from tests.operations.warned import FULL_FUNDER, fill_up

Step = Callable[[Store, int], object]
FULL = ("funder_full", "funder_code", FULL_FUNDER)


@pytest.fixture(scope="module")
def watched_once(simulated_book: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A year of a simulated book, one of whose lenders has hardly any room left."""
    path = tmp_path_factory.mktemp("watched") / "book.duckdb"
    shutil.copy(simulated_book, path)
    store = open_store(path)
    fill_up(store, 0.95)
    run_rules(store, MAKER, at=AT)
    store.close()
    return path


@pytest.fixture
def store(watched_once: Path, tmp_path: Path) -> Iterator[Store]:
    opened = open_store(Path(shutil.copy(watched_once, tmp_path / "book.duckdb")))
    yield opened
    opened.close()


def full(store: Store) -> warning_reports.Warned:
    """The alert of the full lender."""
    found = warning_reports.alerts(store, VIEWER)
    return next(each for each in found if (each.rule, each.segment_kind, each.segment) == FULL)


def kinds(store: Store, alert_id: int) -> list[str]:
    return warning_reports.alert_history(store, VIEWER, alert_id)["kind"].to_list()[::-1]


def test_a_lender_nearly_out_of_room_is_an_alert(store: Store) -> None:
    warned = full(store)

    assert (warned.status, warned.severity, warned.owner) == ("open", "watch", None)
    assert (warned.facts["limit"], warned.facts["usual"]) == (0.9, None)
    assert warned.facts["value"] == pytest.approx(0.95, abs=1e-4)
    assert warned.raised_on == date(2026, 10, 31)


def test_a_second_run_raises_nothing_twice(store: Store) -> None:
    before = len(warning_reports.alerts(store, VIEWER))

    counts = run_rules(store, MAKER, at=AT)

    assert (counts.raised, counts.worsened, counts.cleared) == (0, 0, 0)
    assert len(warning_reports.alerts(store, VIEWER)) == before
    assert kinds(store, full(store).alert_id) == ["raised"]


def test_months_that_no_run_saw_are_measured_by_the_next(tmp_path: Path) -> None:
    store = a_book(tmp_path / "young.duckdb", lent)
    run_to(store, date(2026, 11, 30))
    run_rules(store, MAKER, at=AT)
    run_to(store, date(2027, 4, 30))

    run_rules(store, MAKER, at=AT)

    of_book = rows(store, "warning_reading").filter(measure="rate_30", segment_kind="all")
    assert of_book["measured_on"].sort().to_list() == [
        *(date(2026, 11, 30), date(2026, 12, 31), date(2027, 1, 31)),
        *(date(2027, 2, 28), date(2027, 3, 31), date(2027, 4, 30)),
    ]


def test_an_alert_worsens_and_is_cleared_with_its_figure(store: Store) -> None:
    alert_id = full(store).alert_id

    fill_up(store, 0.98)
    worse = run_rules(store, MAKER, at=AT)
    fill_up(store, 0.5)
    cleared = run_rules(store, MAKER, at=AT)

    assert (worse.worsened, cleared.cleared) == (1, 1)
    assert kinds(store, alert_id) == ["raised", "worsened", "cleared"]
    assert alert_id in [each.alert_id for each in warning_reports.cleared_alerts(store, VIEWER)]
    with pytest.raises(InvalidState) as refusal:
        warning_steps.own_alert(store, MAKER, alert_id, "risk_maker", at=AT)
    assert refusal.value.reason == "alert_cleared"


def test_what_fires_again_after_it_was_cleared_is_a_new_alert(store: Store) -> None:
    first = full(store).alert_id
    fill_up(store, 0.5)
    run_rules(store, MAKER, at=AT)

    fill_up(store, 0.95)
    run_rules(store, MAKER, at=AT)

    assert full(store).alert_id != first


def test_a_settled_alert_stays_away_until_it_gets_worse(store: Store) -> None:
    alert_id = full(store).alert_id

    warning_steps.resolve_alert(store, MAKER, Settling(alert_id, "New quota agreed"), at=AT)
    run_rules(store, MAKER, at=AT)
    settled = full(store)
    fill_up(store, 0.98)
    run_rules(store, MAKER, at=AT)

    assert (settled.status, full(store).status) == ("resolved", "open")
    assert kinds(store, alert_id) == ["raised", "resolved", "reopened"]


def test_a_snooze_is_over_after_its_day(store: Store) -> None:
    alert_id, today = full(store).alert_id, book(store).open_on

    warning_steps.snooze_alert(store, MAKER, Settling(alert_id, "Talks"), today, at=AT)

    assert (full(store).status, full(store).until_on) == ("snoozed", today)


def test_an_alert_has_one_owner_at_a_time_and_may_be_opened_again(store: Store) -> None:
    alert_id = full(store).alert_id

    warning_steps.own_alert(store, MAKER, alert_id, "risk_maker", at=AT)
    warning_steps.own_alert(store, MAKER, alert_id, "risk_approver", at=AT)
    warning_steps.resolve_alert(store, APPROVER, Settling(alert_id, "Checked"), at=AT)
    warning_steps.reopen_alert(store, APPROVER, alert_id, at=AT)

    assert (full(store).owner, full(store).status) == ("risk_approver", "open")
    assert kinds(store, alert_id) == ["raised", "owned", "owned", "resolved", "reopened"]
    events = store.read(
        "event_list", subject_kind="alert", subject_id=alert_id, after_event_id=None
    )
    assert events["action"].to_list() == ["alert_changed"] * 4


def test_who_may_not_manage_alerts_changes_nothing(store: Store) -> None:
    alert_id = full(store).alert_id
    before = store.read("newest_event_id").item()

    with pytest.raises(NotAllowed):
        warning_steps.own_alert(store, ANALYST, alert_id, "risk_maker", at=AT)
    with pytest.raises(NotAllowed):
        run_rules(store, ANALYST, at=AT)

    assert store.read("newest_event_id").item() == before


def own(store: Store, alert_id: int, owner: str) -> None:
    warning_steps.own_alert(store, MAKER, alert_id, owner, at=AT)


def snooze(store: Store, alert_id: int, days: int) -> None:
    until_on = book(store).open_on + timedelta(days=days)
    warning_steps.snooze_alert(store, MAKER, Settling(alert_id, "Talks"), until_on, at=AT)


@pytest.mark.parametrize(
    ("step", "reason"),
    [
        (lambda _, alert_id: Settling(alert_id, "  "), "alert_reason"),
        (lambda store, alert_id: snooze(store, alert_id, 91), "alert_snooze_until"),
        (lambda store, alert_id: snooze(store, alert_id, -1), "alert_snooze_until"),
        (lambda store, alert_id: own(store, alert_id, "analyst"), "alert_owner"),
        (lambda store, _: own(store, 999, "risk_maker"), "alert_unknown"),
        (
            lambda store, alert_id: warning_steps.reopen_alert(store, MAKER, alert_id, at=AT),
            "alert_open",
        ),
    ],
)
def test_a_step_that_cannot_be_is_refused(store: Store, step: Step, reason: str) -> None:
    alert_id = full(store).alert_id

    with pytest.raises((InvalidInput, InvalidState, NotFound)) as refusal:
        step(store, alert_id)

    assert refusal.value.reason == reason
    assert kinds(store, alert_id) == ["raised"]


def test_the_course_of_an_unknown_rule_is_refused(store: Store) -> None:
    with pytest.raises(NotFound):
        warning_reports.course(store, VIEWER, "no_rule", "all", "all")


def test_readings_made_anew_agree_with_those_kept_month_by_month(store: Store) -> None:
    current = book(store)
    kept = store.read("warning_reading", **EVERYTHING)

    anew = read(store, current, current.first_business_on).measured

    order = ["measure", "segment_kind", "segment", "measured_on"]
    is_today = pl.col("measure") == "funder_used"
    assert kept.filter(~is_today).sort(order).equals(anew.filter(~is_today).sort(order))


def test_readings_of_the_whole_book_agree_with_a_count_of_its_rows(store: Store) -> None:
    months = store.read_sql("select * from loan_month where month_end_on = date '2026-10-31'")
    is_open = months.filter(pl.col("standing") == "open", pl.col("days_past_due") <= 180)
    late = is_open.filter(pl.col("days_past_due") > 30)
    on_time = months.filter(pl.col("previous_bucket") == "C")
    rolled = on_time.filter(pl.col("standing") == "open", pl.col("days_past_due") > 0)

    rate, roll = (whole(store, measure) for measure in ("rate_30", "roll_c"))

    assert rate["value"] == late["principal_fen"].sum() / is_open["principal_fen"].sum()
    assert (rate["units"], rate["cases"]) == (is_open.height, late.height)
    assert (roll["units"], roll["cases"]) == (on_time.height, rolled.height)


def test_segments_add_up_to_the_whole(store: Store) -> None:
    kept = store.read("warning_reading", **EVERYTHING).filter(pl.col("measure") == "roll_c")

    sums = kept.group_by("measured_on", "segment_kind").agg(pl.col("units", "cases").sum())

    assert sums.group_by("measured_on").agg(pl.col("units", "cases").n_unique()).select(
        pl.col("units", "cases").max()
    ).row(0) == (1, 1)


def test_the_loans_behind_an_alert_make_its_figure(store: Store) -> None:
    warned = full(store)

    number, largest = warned.alert_id, Order("principal_fen")
    page = warning_reports.loans_behind(store, VIEWER, number, Asked(largest, PAGE_ROWS))
    file = pl.concat(warning_reports.all_loans_behind(store, VIEWER, number, largest))

    found = warning_reports.count_behind(store, VIEWER, number)
    assert file.height == found == warned.facts["units"]
    assert_frame_equal(page, file.slice(PAGE_ROWS, PAGE_ROWS))
    # The lender leads all but the few in which it is a partner.
    assert file["funder_code"].value_counts(sort=True)["funder_code"][0] == FULL[2]
    assert file["name"].str.contains("*", literal=True).all()


def test_screens_know_when_the_rules_ran_and_what_they_judged(store: Store) -> None:
    run = warning_reports.newest_run(store, VIEWER)
    rules = warning_reports.rules_now(store, VIEWER)
    months = warning_reports.verdicts_by_month(store, VIEWER)

    assert run is not None
    assert (run.business_on, run.run_by) == (date(2026, 10, 31), "risk_maker")
    assert rules.filter(pl.col("rule") == "funder_full")["fired"].item() == 1
    assert months.filter(pl.col("rule") == "funder_full")["watch"].sum() >= 1
    assert (rules["judged"] + rules["few"] + rules["young"] == rules["segments"]).all()


def whole(store: Store, measure: str) -> dict[str, float]:
    """The newest reading of a measure over the whole book."""
    rows = store.read(
        "warning_reading", from_on=None, measure=measure, segment_kind="all", segment="all"
    )
    return rows.sort("measured_on").row(-1, named=True)


EVERYTHING = dict.fromkeys(("from_on", "measure", "segment_kind", "segment"))
