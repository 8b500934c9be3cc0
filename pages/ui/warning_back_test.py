"""What each rule asks, and how good it is: how early it fired on shocks, and how often falsely."""

from typing import Any

import polars as pl
import streamlit as st

from lending_core import settings
from lending_core.access.permissions import Actor, Permission
from lending_core.errors import LendingError
from lending_core.operations.warning_back_test import SHOCKS, BackTestOrder
from lending_core.operations.warning_back_test_run import BackTestRun
from lending_core.portfolio.early_warning_rules import warning_rules
from pages.ui import format as shown
from pages.ui import notices, panels, reads, session, tables, warning_reads, warning_words
from pages.ui.text import person_name, refusal_text, t

_KEY = "early_warning_back_test"
_COLUMNS = ("alert_rule", "rule_asks", "judged_figure", "fired_figure", "rule_measure")
_TEST_COLUMNS = (
    "alert_rule",
    *(f"early_{path}" for path in SHOCKS),
    "false_alarms",
    "false_whole_book",
)


def rules() -> None:
    """One row per rule: what it looks at and asks, of how many segments it can say something."""
    now = warning_reads.rules_now()
    with st.container(border=True, key="early_warning_rules"):
        panels.heading(t("early_warning.rules_title"), t("early_warning.rules_note"))
        rows = now.with_columns(
            alert_rule=_text(now, lambda code: warning_words.rule_name(code)),
            rule_measure=_text(
                now, lambda code: t(f"early_warning.measure.{warning_rules()[code].measure}")
            ),
            rule_asks=_text(now, lambda code: warning_words.asks(warning_rules()[code])),
            judged_figure=pl.Series(
                [
                    t("early_warning.judged_of", judged=judged, segments=segments)
                    for judged, segments in now.select("judged", "segments").rows()
                ],
                dtype=pl.String,
            ),
            fired_figure=pl.col("fired").cast(pl.String),
        )
        tables.show(
            rows,
            alt=t("early_warning.rules_title"),
            key="early_warning_rules_table",
            columns=_COLUMNS,
        )


def back_test(actor: Actor) -> None:
    """The newest back-test, and the button that runs another."""
    with st.container(border=True, key="early_warning_back_test"):
        panels.heading(t("early_warning.test_title"), t("early_warning.test_note"))
        found = warning_reads.newest_back_test()
        if found is None:
            st.markdown(t("early_warning.test_none"))
        else:
            _result(*found)
        if actor.may(Permission.RUN_DEMONSTRATION) and reads.book().is_simulated:
            _running(actor)


def _result(test: dict[str, Any], rows: pl.DataFrame) -> None:
    st.caption(
        t(
            "early_warning.test_of",
            on=shown.day(test["business_on"]),
            months=test["months"],
            futures=test["futures"],
            person=person_name(test["run_by"]),
        )
    )
    known = [code for code in warning_rules() if code in rows["rule"].to_list()]
    by_rule = {(row["rule"], row["path"]): row for row in rows.iter_rows(named=True)}
    table = pl.DataFrame(
        [
            {
                "alert_rule": warning_words.rule_name(code),
                **{f"early_{path}": _early(by_rule[code, path]) for path in SHOCKS},
                "false_alarms": _false(by_rule[code, SHOCKS[0]], "alarms", "judged"),
                "false_whole_book": _false(
                    by_rule[code, SHOCKS[0]], "whole_alarms", "whole_judged"
                ),
            }
            for code in known
        ]
    )
    tables.show(
        table,
        alt=t("early_warning.test_title"),
        key="early_warning_test_table",
        columns=_TEST_COLUMNS,
    )


def _early(row: dict[str, Any]) -> str:
    if not row["fired"]:
        return t("early_warning.early_never", futures=row["futures"])
    return t(
        "early_warning.early",
        months=f"{row['months_median']:g}",
        fired=row["fired"],
        futures=row["futures"],
    )


def _false(row: dict[str, Any], alarms: str, judged: str) -> str:
    if not row[judged]:
        return shown.DASH
    return t(
        "early_warning.false_of",
        share=shown.percent(row[alarms] / row[judged]),
        alarms=shown.count(row[alarms]),
        judged=shown.count(row[judged]),
    )


def _running(actor: Actor) -> None:
    run = _current()
    if run is None or run.is_over:
        order = BackTestOrder()
        st.button(
            t("early_warning.test_run"),
            key="early_warning_test_run",
            icon=":material/science:",
            help=t("early_warning.test_run_help", months=order.months, futures=order.futures),
            on_click=_start,
            args=(actor,),
        )
    if run is not None:
        st.fragment(_progress, run_every=None if run.is_over else 1)()


def _progress() -> None:
    run = _current()
    if run is None:
        return
    done, total = run.done, run.order.steps
    if not run.is_over:
        text = t("early_warning.test_progress", done=shown.count(done), total=shown.count(total))
        st.progress(done / total, text=text)
        st.button(
            t("early_warning.test_stop"),
            key="early_warning_test_stop",
            icon=":material/stop_circle:",
            on_click=run.stop,
        )
        return
    if run.refusal is not None:
        st.error(refusal_text(run.refusal), icon=":material/error:")
    elif run.back_test_id is None:
        st.warning(t("early_warning.test_stopped"), icon=":material/stop_circle:")
    known = st.session_state[_KEY]
    if not known["is_known_to_be_over"]:
        st.session_state[_KEY] = known | {"is_known_to_be_over": True}
        # The page around still shows what was known before.
        st.rerun()


def _start(actor: Actor) -> None:
    key = session.new_key()
    configured = settings.from_environment()
    try:
        actor = session.as_of_now(actor)
        run = BackTestRun(session.store(), actor, BackTestOrder(), configured, session.now)
    except LendingError as refusal:
        notices.refused(refusal)
        return
    _held(key).append(run)
    st.session_state[_KEY] = {"key": key, "is_known_to_be_over": False}


def _current() -> BackTestRun | None:
    known = st.session_state.get(_KEY)
    held = _held(known["key"]) if known else []
    return held[0] if held else None


@st.cache_resource(max_entries=4, show_spinner=False)
def _held(key: str) -> list[BackTestRun]:  # noqa: ARG001
    return []


def _text(rows: pl.DataFrame, words: Any) -> pl.Series:
    return pl.Series([words(code) for code in rows["rule"]], dtype=pl.String)
