"""Statements of settlement: previewed, issued by a person, kept as issued, downloaded."""

from collections.abc import Callable
from datetime import date
from typing import Any

import polars as pl
import streamlit as st

from lending_core.access.permissions import Actor, Permission
from lending_core.errors import LANGUAGES, LendingError
from lending_core.funding.settlement import Statement
from lending_core.operations import statements
from lending_core.operations.statements import Kind, StatementFile
from pages.ui import facts, funding_settle_reads, long_step, notices, panels, session, tables
from pages.ui import format as shown
from pages.ui.text import funder_name, person_name, refusal_text, t

_COLUMNS = (
    *("number", "funder_code", "from_on", "to_on", "settled_net_fen", "closing_fen"),
    *("issued_on", "issued_by", "content_hash"),
)
_FIGURES = (
    *("opening_fen", "lent_by_fen", "principal_fen", "written_off_fen", "transferred_fen"),
    *("closing_fen", "interest_fen", "penalty_fen", "recovered_fen", "guarantee_fen"),
    *("price_fen", "settled_net_fen"),
)
_STEP = "statement_step"
_MIME = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_ICONS = {"pdf": ":material/picture_as_pdf:", "xlsx": ":material/table_view:"}
# A file of a statement in a language and of a kind, for whoever may have it.
FileOf = Callable[[int, str, Kind], StatementFile]


def next_one(actor: Actor, funder_code: str | None, to_on: date) -> None:
    """What the next statement of the funder chosen would say, and the button that issues it."""
    with st.container(border=True, key="settlement_draft"):
        panels.heading(t("settlement.draft_title"), t("settlement.draft_note"))
        if funder_code is None:
            st.markdown(t("settlement.draft_choose"))
            return
        try:
            draft = funding_settle_reads.draft(funder_code, to_on)
        except LendingError as refusal:
            st.info(_why_none(funder_code, to_on) or refusal_text(refusal), icon=":material/info:")
            return
        named = {
            "funder": funder_name(funder_code),
            "from_on": shown.day(draft.from_on),
            "to_on": shown.day(draft.to_on),
        }
        st.markdown(t("settlement.draft_of", **named))
        facts.listed(_figures(draft), _FIGURES, alt=t("settlement.draft_title"))
        if actor.may(Permission.ISSUE_STATEMENT) and st.button(
            t("settlement.issue"), key="settlement_issue", icon=":material/send:", type="primary"
        ):
            st.dialog(t("settlement.issue"))(_confirm)(draft)
    asked = long_step.asked(_STEP)
    if asked is not None:
        _issue(**asked)


def listed(issued: pl.DataFrame, file_of: FileOf, *, may_check: bool) -> None:
    """The statements, the newest first; the one chosen with its files, in either language."""
    with st.container(border=True, key="settlement_statements"):
        panels.heading(t("settlement.issued_title"), t("settlement.issued_note"))
        if issued.is_empty():
            st.markdown(t("settlement.issued_none"))
            return
        clicked = tables.selectable(
            _readable(issued),
            "statement_id",
            alt=t("settlement.issued_title"),
            key="settlement_issued",
            columns=_COLUMNS,
        )
        statement_id = issued["statement_id"][0] if clicked is None else int(clicked)
        row = issued.row(by_predicate=pl.col("statement_id") == statement_id, named=True)
        st.markdown(t("settlement.files_of", number=row["number"]))
        with st.grid(4, min_column_width=180):
            for language in LANGUAGES:
                for kind in statements.KINDS:
                    _file(row, language, kind, file_of)
        if may_check and st.button(t("settlement.check"), key="settlement_check"):
            _check(statement_id)


def _why_none(funder_code: str, to_on: date) -> str:
    """That statements reach to the end of the period already; empty where it is something else."""
    issued = funding_settle_reads.issued().filter(pl.col("funder_code") == funder_code)
    if issued.is_empty() or issued["to_on"][0] < to_on:
        return ""
    return t("settlement.draft_nothing", on=shown.day(issued["to_on"][0]))


def covering(issued: pl.DataFrame, lenders: pl.DataFrame) -> list[str]:
    """Which statements hold days of these lenders' spans (`matchings.lenders_of_loan`), the newest
    first, in words."""
    held = issued.join(lenders, on="funder_code", suffix="_span").filter(
        pl.col("to_on") >= pl.col("from_on_span"),
        pl.col("until_on").is_null() | (pl.col("from_on") < pl.col("until_on")),
    )
    return [
        t(
            "settlement.covers",
            number=row["number"],
            funder=funder_name(row["funder_code"]),
            from_on=shown.day(row["from_on"]),
            to_on=shown.day(row["to_on"]),
        )
        for row in held.unique("statement_id", maintain_order=True).rows(named=True)
    ]


def _figures(draft: Statement) -> dict[str, Any]:
    told = draft.figures
    return {**told, "lent_by_fen": told["funded_fen"], "settled_net_fen": told["net_fen"]}


def _readable(issued: pl.DataFrame) -> pl.DataFrame:
    told = issued["figures"].str.json_decode(
        pl.Struct({"net_fen": pl.Int64, "closing_fen": pl.Int64})
    )
    names = [person_name(name) for name in issued["issued_by"]]
    return issued.with_columns(
        settled_net_fen=told.struct.field("net_fen"),
        closing_fen=told.struct.field("closing_fen"),
        issued_by=pl.Series(names, dtype=pl.String),
    )


def _file(row: dict[str, Any], language: str, kind: Kind, file_of: FileOf) -> None:
    statement_id = row["statement_id"]
    st.download_button(
        t(f"reports.file_{kind}_{language}"),
        data=lambda: file_of(statement_id, language, kind).content,
        file_name=f"{row['number']}_{row['funder_code']}_{language}.{kind}",
        mime=_MIME[kind],
        icon=_ICONS[kind],
        key=f"statement_{statement_id}_{language}_{kind}",
        on_click="ignore",
        width="stretch",
    )


def _check(statement_id: int) -> None:
    if funding_settle_reads.is_as_issued(statement_id):
        st.success(t("settlement.as_issued"), icon=":material/verified:")
    else:
        st.warning(t("settlement.not_as_issued"), icon=":material/warning:")


def _confirm(draft: Statement) -> None:
    long_step.close_or_say(_STEP)
    named = {"funder": funder_name(draft.funder_code), "to_on": shown.day(draft.to_on)}
    st.markdown(t("settlement.issue_explain", **named))
    st.button(
        t("settlement.issue"),
        key="settlement_issue_confirm",
        type="primary",
        on_click=long_step.ask,
        args=(_STEP, {"funder_code": draft.funder_code, "to_on": draft.to_on}),
    )


def _issue(funder_code: str, to_on: date) -> None:
    """Issues the statement, file by file, and draws the page anew."""
    with long_step.running(_STEP, t("settlement.issuing")) as show:

        def progress(done: int, files: int) -> None:
            words = t("settlement.files", done=shown.count(done), files=shown.count(files))
            show(done, files, words)

        try:
            actor = session.require(Permission.ISSUE_STATEMENT)
            statements.issue_statement(
                session.store(), actor, funder_code, to_on, at=session.now(), progress=progress
            )
        except LendingError as refusal:
            notices.refused(refusal)
        else:
            named = {"funder": funder_name(funder_code), "to_on": shown.day(to_on)}
            notices.done(t("settlement.issued", **named))
    st.rerun()
