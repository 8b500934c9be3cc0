"""Cached reads of early warning, each a question to `reads.answer`."""

from typing import Any

import polars as pl

from lending_core.operations import warning_back_test, warning_reports
from lending_core.operations.listing import Asked
from lending_core.operations.warning_reports import Run, Warned
from pages.ui.reads import answer


def alerts() -> list[Warned]:
    """Alerts that are not cleared, the most urgent first."""
    return answer(warning_reports.alerts)


def alert(alert_id: int) -> Warned:
    """One alert. Raises `NotFound`."""
    return answer(warning_reports.alert, alert_id)


def cleared_alerts() -> list[Warned]:
    """Alerts that are over, the newest first."""
    return answer(warning_reports.cleared_alerts)


def history(alert_id: int) -> pl.DataFrame:
    """Steps of an alert, newest first: see `warning_reports.alert_history`."""
    return answer(warning_reports.alert_history, alert_id)


def newest_run() -> Run | None:
    """The last run of the rules."""
    return answer(warning_reports.newest_run)


def is_stale() -> bool:
    """Whether the book has moved on since the rules last ran."""
    return answer(warning_reports.is_stale)


def course(rule: str, segment_kind: str, segment: str) -> pl.DataFrame:
    """A rule over one segment by month: see `warning_reports.course`."""
    return answer(warning_reports.course, rule, segment_kind, segment)


def verdicts_by_month() -> pl.DataFrame:
    """One row per rule and month: see `warning_reports.verdicts_by_month`."""
    return answer(warning_reports.verdicts_by_month)


def rules_now() -> pl.DataFrame:
    """One row per rule: see `warning_reports.rules_now`."""
    return answer(warning_reports.rules_now)


def count_behind(alert_id: int) -> int:
    """How many loans are behind an alert."""
    return answer(warning_reports.count_behind, alert_id)


def loans_behind(alert_id: int, asked: Asked) -> pl.DataFrame:
    """One page of the loans behind an alert."""
    return answer(warning_reports.loans_behind, alert_id, asked)


def newest_back_test() -> tuple[dict[str, Any], pl.DataFrame] | None:
    """The newest back-test and its rows; None before the first."""
    return answer(warning_back_test.newest_back_test)
