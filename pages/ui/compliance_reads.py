"""Cached reads of the compliance register, each a question to `reads.answer`."""

import polars as pl

from lending_core.operations import compliance_reports
from lending_core.operations.compliance_reports import RuleNow, Run
from pages.ui.reads import answer


def newest_run() -> Run | None:
    """The last run of the register."""
    return answer(compliance_reports.newest_run)


def register_now() -> list[RuleNow]:
    """Every rule as it stands today."""
    return answer(compliance_reports.register_now)


def findings(rule_id: str) -> pl.DataFrame:
    """Findings about a rule: see `compliance_reports.findings_of_rule`."""
    return answer(compliance_reports.findings_of_rule, rule_id)


def history(rule_id: str) -> pl.DataFrame:
    """One row per run of a rule, newest first."""
    return answer(compliance_reports.history_of_rule, rule_id)


def runs() -> pl.DataFrame:
    """One row per run, newest first."""
    return answer(compliance_reports.broken_by_run)


def answers(rule_id: str) -> pl.DataFrame:
    """Every answer to a rule's findings, newest first."""
    return answer(compliance_reports.answers_of_rule, rule_id)


def attestations(rule_id: str) -> pl.DataFrame:
    """Every attestation of a rule, newest first."""
    return answer(compliance_reports.attestations_of_rule, rule_id)
