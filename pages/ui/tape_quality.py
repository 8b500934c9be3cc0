"""How a tape reads, before it comes in and after: rows, findings with examples, sums."""

import polars as pl
import streamlit as st

from lending_core.portfolio.tape_quality import Finding, QualityReport
from pages.ui import format as shown
from pages.ui import panels, session, tables, tape_words
from pages.ui.panels import KeyFigure
from pages.ui.text import t


def figures(report: QualityReport) -> None:
    """What goes in, what of it is loaded and what is not, and up to when it tells."""
    rows_in = max(report.rows_in, 1)
    panels.key_figures(
        [
            KeyFigure(t("loan_tapes.rows_in"), shown.count(report.rows_in)),
            KeyFigure(t("loan_tapes.rows_loaded"), shown.count(report.rows_loaded)),
            KeyFigure(
                t("loan_tapes.rows_rejected"),
                shown.count(report.rows_rejected),
                t("loan_tapes.rejected_share", share=shown.percent(report.rows_rejected / rows_in)),
            ),
            KeyFigure(t("column.loans"), shown.count(report.loans)),
            KeyFigure(t("loan_tapes.from"), shown.day(report.from_on)),
            KeyFigure(t("loan_tapes.as_of"), shown.day(report.as_of_on)),
        ]
    )
    _reconciled(report)


def findings(report: QualityReport) -> None:
    """What is wrong, the rows that are not loaded first; each with examples from the file."""
    panels.heading(t("loan_tapes.findings_title"), t("loan_tapes.findings_note"))
    if not report.findings:
        st.markdown(t("loan_tapes.no_findings"))
        return
    ordered = sorted(report.findings, key=lambda each: (not each.is_rejected, -each.rows))
    tables.show(
        pl.DataFrame([_finding_row(each) for each in ordered]),
        alt=t("loan_tapes.findings_title"),
        key="tape_findings",
    )


def sums(report: QualityReport) -> None:
    """What the amounts come to: in, loaded and rejected, in the tape's own currency."""
    if not report.sums:
        st.caption(t("loan_tapes.no_amounts"))
        return
    panels.heading(t("loan_tapes.sums_title"), t("loan_tapes.sums_note"))
    rows = [
        {
            "tape_part": tape_words.target(each.target),
            "in_figure": shown.money(each.in_fen, report.currency),
            "loaded_figure": shown.money(each.loaded_fen, report.currency),
            "rejected_figure": shown.money(each.rejected_fen, report.currency),
        }
        for each in report.sums
    ]
    tables.show(pl.DataFrame(rows), alt=t("loan_tapes.sums_title"), key="tape_sums")


def _reconciled(report: QualityReport) -> None:
    facts = {
        "rows_in": shown.count(report.rows_in),
        "loaded": shown.count(report.rows_loaded),
        "rejected": shown.count(report.rows_rejected),
    }
    if report.reconciles:
        st.markdown(t("loan_tapes.reconciles", **facts))
    else:
        st.error(t("loan_tapes.does_not_reconcile", **facts), icon=":material/error:")
    if report.payments_in:
        st.markdown(
            t(
                "loan_tapes.payments_reconcile",
                rows_in=shown.count(report.payments_in),
                loaded=shown.count(report.payments_loaded),
                rejected=shown.count(report.payments_rejected),
            )
        )


def _finding_row(finding: Finding) -> dict[str, str]:
    language = session.language()
    examples = (
        t("loan_tapes.example_row", row=shown.count(each.row_number), value=each.value)
        for each in finding.examples
    )
    return {
        "tape_reason": tape_words.reason(finding.reason, language),
        "tape_part": tape_words.target(finding.target),
        "rows_figure": shown.count(finding.rows),
        "tape_effect": t("loan_tapes.left_out" if finding.is_rejected else "loan_tapes.told_only"),
        "tape_examples": "; ".join(examples),
    }
