"""The parts of the screen of privacy: figures, who saw what, requests, and what is due to go."""

from collections.abc import Callable
from functools import partial

import polars as pl
import streamlit as st

from lending_core.access.permissions import Actor, Permission
from lending_core.errors import LendingError
from lending_core.operations import data_requests, retention, unmasking
from pages.ui import format as shown
from pages.ui import notices, panels, session, tables
from pages.ui.panels import KeyFigure
from pages.ui.text import person_name, refusal_text, sentence, t

_ACCESS = (*("shown_at", "shown_until", "seen_by", "customer_id", "seen_why", "seen_reference"),)
_REQUESTS = ("recorded_at", "customer_id", "request_what", "request_proof", "seen_by")
_RETENTION = ("retention_what", "kept_for_figure", "due_number", "retention_source")
# A year in days, over a leap year.
_YEAR_DAYS = 365.25
_RUNS = ("recorded_at", "due_people", "due_records", "seen_by")


def figures(actor: Actor, due: pl.DataFrame) -> None:
    """How often data was seen in plain, how many requests, and who is due to be erased."""
    store = session.store()
    counts = {
        "seen": unmasking.count_access(store, actor),
        "requests": data_requests.count_requests(store, actor),
        "due": int(due.filter("is_of_people")["due_number"].sum()),
    }
    panels.key_figures(
        [
            KeyFigure(
                t(f"privacy.count_{name}"),
                shown.count(number),
                help=t(f"privacy.count_{name}_help"),
            )
            for name, number in counts.items()
        ]
    )


def access(actor: Actor) -> None:
    """Who saw whose data, when, why, newest first."""
    store, language = session.store(), session.language()
    with st.container(border=True, key="privacy_access"):
        panels.heading(t("privacy.access_title"), t("privacy.access_note"))
        rows = unmasking.count_access(store, actor)
        if not rows:
            st.markdown(t("privacy.access_none"))
            return
        tables.paged(
            tables.Paged(
                rows=rows,
                read=lambda asked: _seen(unmasking.access_log(store, actor, asked), language),
                everything=lambda order: (
                    _seen(part, language) for part in unmasking.whole_log(store, actor, order)
                ),
            ),
            alt=t("privacy.access_title"),
            key="privacy_access_log",
            columns=_ACCESS,
            sortable=unmasking.ACCESS_ORDERS,
        )


def requests(actor: Actor) -> None:
    """What people asked for about their own data."""
    store = session.store()
    with st.container(border=True, key="privacy_requests"):
        panels.heading(t("privacy.requests_title"), t("privacy.requests_note"))
        rows = data_requests.data_requests(store, actor)
        if rows.is_empty():
            st.markdown(t("privacy.requests_none"))
            return
        told = rows.with_columns(
            _words("request_what", rows["request_kind"], lambda code: t(f"data_request.{code}")),
            _words("request_proof", rows["proof"], lambda code: t(f"request_proof.{code}")),
            _people(rows["handled_by"]),
        )
        tables.show(
            told, alt=t("privacy.requests_title"), key="privacy_request_log", columns=_REQUESTS
        )


def retention_rows(actor: Actor) -> pl.DataFrame:
    """The rules in words, with who is due: the columns of `_RETENTION`."""
    rows = retention.retention_preview(session.store(), actor)
    codes, days = rows["retention_rule"], rows["retention_days"]
    return rows.rename({"due": "due_number"}).with_columns(
        _words("retention_what", codes, lambda code: t(f"retention.{code}")),
        _words("retention_source", codes, lambda code: t(f"retention_source.{code}")),
        pl.Series("kept_for_figure", [_span(number) for number in days], pl.String),
    )


def retention_panel(actor: Actor, due: pl.DataFrame) -> None:
    """What is due to go today by which rule, the step that erases it, and earlier runs."""
    with st.container(border=True, key="privacy_retention"):
        panels.heading(t("privacy.retention_title"), t("privacy.retention_note"))
        tables.show(
            due, alt=t("privacy.retention_title"), key="privacy_retention_rules", columns=_RETENTION
        )
        _run_button(actor, due)
        runs = retention.retention_runs(session.store(), actor)
        if not runs.is_empty():
            with st.expander(t("privacy.runs_title", count=shown.count(runs.height))):
                named = {"people": "due_people", "records": "due_records"}
                told = runs.rename(named).with_columns(_people(runs["run_by"]))
                tables.show(told, alt=t("privacy.runs_alt"), key="privacy_runs", columns=_RUNS)


def _span(days: int) -> str:
    """A number of days in words, as years where it is some."""
    years = round(days / _YEAR_DAYS)
    if years and abs(days - years * _YEAR_DAYS) < 1:
        return t("privacy.years", years=years)
    return t("privacy.days", days=days) if days else t("privacy.at_once")


def _run_button(actor: Actor, due: pl.DataFrame) -> None:
    numbers = {
        name: shown.count(int(due.filter(pl.col("is_of_people") == of_people)["due_number"].sum()))
        for name, of_people in (("people", True), ("records", False))
    }
    if not actor.may(Permission.HANDLE_DATA_REQUESTS) or not due["due_number"].sum():
        return
    with st.popover(t("privacy.run", **numbers), icon=":material/auto_delete:"):
        st.markdown(t("privacy.run_note", **numbers))
        if st.button(t("privacy.run_confirm"), key="privacy_run", type="primary"):
            _run(actor)


def _run(actor: Actor) -> None:
    # Any click ends a script that shows its progress: this one is for that.
    st.button(t("privacy.run_stop"), key="privacy_run_stop", icon=":material/stop:")
    bar = st.progress(0.0)

    def show(done: int, total: int) -> None:
        words = t("privacy.running", done=shown.count(done), total=shown.count(total))
        bar.progress(done / max(total, 1), words)

    try:
        counts = retention.run_retention(session.store(), actor, at=session.now(), progress=show)
    except LendingError as refusal:
        st.error(refusal_text(refusal))
        return
    of_people = {rule.code for rule in retention.retention_rules()}
    people = sum(number for rule, number in counts.items() if rule in of_people)
    records = sum(counts.values()) - people
    notices.done(t("privacy.run_done", people=shown.count(people), records=shown.count(records)))
    st.rerun()


def _seen(rows: pl.DataFrame, language: str) -> pl.DataFrame:
    """Rows of the log in words; runs for files too, outside the session."""
    who = [
        # A role of the demonstration has no other name.
        sentence(f"role.{role}", language)
        if name == role
        else f"{name} ({sentence(f'role.{role}', language)})"
        for name, role in zip(rows["user_name"], rows["role"], strict=True)
    ]
    return rows.with_columns(
        pl.Series("seen_by", who, pl.String),
        _words("seen_why", rows["unmask_reason"], partial(_why, language)),
        seen_reference="reference",
    )


def _words(name: str, codes: pl.Series, say: Callable[[str], str]) -> pl.Series:
    return pl.Series(name, [say(code) for code in codes], pl.String)


def _why(language: str, code: str) -> str:
    return sentence(f"unmask_reason.{code}", language)


def _people(names: pl.Series) -> pl.Series:
    return pl.Series("seen_by", [person_name(name) for name in names], pl.String)
