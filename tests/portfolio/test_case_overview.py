"""The queue at a glance: states, sums by stage and by state, the parts of an expectation."""

from datetime import date

import polars as pl

from lending_core.portfolio import case_overview
from lending_core.portfolio.recovery import RecoveryModel

CASES = pl.DataFrame(
    {
        "case_id": [1, 2, 3, 4, 5, 6],
        "case_stage": ["M1", "M1", "M2", "M2", "M7+", "written_off"],
        "overdue_fen": [100, 200, 300, 400, 500, 600],
        "expected_fen": [60, 120, 60, 80, 10, 3],
        "agency_code": [None, None, None, None, "heyue", None],
        "hold_kind": [None, None, None, "dispute", "dispute", None],
        "locked_by": [None, "collector", None, "collector", None, None],
        "waits_for": [None, "tried_today", "promise_open", "promise_open", None, "tried_today"],
    }
)
MODEL = RecoveryModel(
    pl.DataFrame({"stage": ["M1", "M1", "M2"], "amount_band": [0, 1, 0], "rate": [0.6, 0.5, 0.25]}),
    pl.DataFrame(
        {
            "factor": ["promise_standing", "promise_standing", "contact_standing"],
            "value": ["none", "broken", "reached"],
            "multiple": [1.0, 0.5, 1.25],
        }
    ),
    30,
)


def test_the_weightiest_reason_is_the_state_of_a_case() -> None:
    states = case_overview.with_state(CASES)["case_state"].to_list()

    assert states == ["free", "taken", "promised", "held", "at_agency", "tried"]


def test_cases_of_a_state_keep_their_order_and_no_state_means_all() -> None:
    cases = case_overview.with_state(CASES)

    assert case_overview.in_state(cases, ("tried", "free"))["case_id"].to_list() == [1, 6]
    assert case_overview.in_state(cases, ()).equals(cases)


def test_sums_by_stage_add_up_to_the_queue() -> None:
    found = case_overview.by_stage(CASES).sort("case_stage")

    assert found.rows() == [
        ("M1", 2, 300, 180),
        ("M2", 2, 700, 140),
        ("M7+", 1, 500, 10),
        ("written_off", 1, 600, 3),
    ]


def test_states_without_a_case_are_there_too() -> None:
    found = case_overview.by_state(case_overview.with_state(CASES.head(2)))

    assert found.rows() == [
        ("free", 1, 100),
        ("tried", 0, 0),
        ("taken", 1, 200),
        ("promised", 0, 0),
        ("held", 0, 0),
        ("at_agency", 0, 0),
    ]


def test_a_case_is_about_what_is_late_and_what_was_written_off() -> None:
    loans = pl.DataFrame({"loan_standing": ["late", "on_time", "paid_off", "charged_off"]})

    assert case_overview.late_only(loans)["loan_standing"].to_list() == ["late", "charged_off"]


def test_an_expectation_falls_into_the_rate_of_its_cell_and_two_factors() -> None:
    case = {
        "case_stage": "M2",
        "amount_band": 0,
        "promise_standing": "broken",
        "contact_standing": "reached",
    }

    parts = case_overview.expectation_parts(case, MODEL)

    assert parts == case_overview.ExpectationParts(0.25, 0.5, 1.25)


def test_the_newest_known_value_leaves_out_months_that_cannot_be_judged_yet() -> None:
    months = pl.DataFrame(
        {
            "month_end_on": [date(2026, 8, 31), date(2026, 9, 30), date(2026, 10, 31)],
            "cured_share": [0.5, 0.75, None],
            "kept_share": [None, None, 0.25],
            "per_10000": pl.Series([None, None, None], dtype=pl.Float64),
        }
    )

    cured, kept, nothing = (case_overview.newest_known(months, name) for name in months.columns[1:])

    assert cured == case_overview.Known(date(2026, 9, 30), 0.75, 0.25)
    assert kept == case_overview.Known(date(2026, 10, 31), 0.25, None)
    assert nothing == case_overview.Known(None, None, None)


def test_months_of_every_report_stand_in_one_row_once_they_are_over() -> None:
    june, july, august = date(2026, 6, 30), date(2026, 7, 31), date(2026, 8, 31)
    cures = pl.DataFrame({"month_end_on": [june], "cure_rate": [0.5]})
    promises = pl.DataFrame({"month_end_on": [july, august], "kept_rate": [0.75, 1.0]})
    contacts = pl.DataFrame(
        {"month_end_on": [june], "contacts_per_case": [2.0], "connected_rate": [0.25]}
    )
    complaints = pl.DataFrame({"month_end_on": [june, july], "per_10000": [0.0, 50.0]})

    months = case_overview.team_months(cures, promises, contacts, complaints, date(2026, 8, 30))

    assert months.rows(named=True) == [
        {
            "month_end_on": june,
            "cured_share": 0.5,
            "kept_share": None,
            "contacts_per_case": 2.0,
            "connected_share": 0.25,
            "per_10000": 0.0,
        },
        {
            "month_end_on": july,
            "cured_share": None,
            "kept_share": 0.75,
            "contacts_per_case": None,
            "connected_share": None,
            "per_10000": 50.0,
        },
    ]
