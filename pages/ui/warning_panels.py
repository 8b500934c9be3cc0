"""The parts of the screen of early warning: the answer, where rules fired, the alerts to act on."""

import polars as pl
import streamlit as st

from lending_core.access.permissions import Actor, Permission
from lending_core.errors import LendingError
from lending_core.operations import early_warning
from lending_core.operations.warning_reports import Warned
from lending_core.portfolio.early_warning_rules import measures, warning_rules
from pages.ui import format as shown
from pages.ui import inputs, notices, panels, session, tables, warning_reads, warning_words
from pages.ui.charts import warnings as charts
from pages.ui.panels import KeyFigure
from pages.ui.text import person_name, t

# Who should look at what: every open alert, those put aside or settled, those that are over.
VIEWS = ("open", "aside", "cleared")
_COLUMNS = (
    "alert_severity",
    "alert_rule",
    "alert_segment",
    "value_figure",
    "usual_figure",
    "limit_figure",
    "units_figure",
    "alert_owner",
    "raised_on",
)


def standing(actor: Actor) -> None:
    """When the rules last ran, and the button that runs them now."""
    run = warning_reads.newest_run()
    with st.container(horizontal=True, vertical_alignment="center", key="early_warning_run"):
        if run is None:
            st.caption(t("early_warning.never_run"))
        else:
            st.caption(
                t(
                    "early_warning.last_run",
                    on=shown.day(run.business_on),
                    person=person_name(run.run_by),
                    judged=shown.count(run.judged),
                )
            )
        if actor.may(Permission.MANAGE_ALERTS):
            st.button(
                t("early_warning.run_now"),
                key="early_warning_run_now",
                icon=":material/play_arrow:",
                on_click=_run,
            )


def figures(alerts: list[Warned]) -> None:
    """How many alerts stand open, how urgent they are, and whose they are."""
    is_open = [each for each in alerts if each.status == "open"]
    counts = {
        **{
            severity: sum(each.severity == severity for each in is_open)
            for severity in ("act", "watch", "near")
        },
        "unowned": sum(each.owner is None for each in is_open),
        "snoozed": sum(each.status == "snoozed" for each in alerts),
        "resolved": sum(each.status == "resolved" for each in alerts),
    }
    panels.key_figures(
        [
            KeyFigure(
                t(f"early_warning.count_{name}"),
                shown.count(number),
                help=t(f"early_warning.count_{name}_help"),
            )
            for name, number in counts.items()
        ]
    )


def fired() -> str | None:
    """Where rules fired in the last year; the rule that was clicked last."""
    frame = warning_reads.verdicts_by_month()
    if frame.is_empty():
        return None
    names = {code: warning_words.rule_name(code) for code in warning_rules()}
    clicked = panels.selectable_chart(
        charts.fired_by_month(frame, names, session.language()),
        t("early_warning.map_title"),
        alt=t("early_warning.map_alt", rules=shown.count(len(names))),
        key="early_warning_map",
        note=t("early_warning.map_note"),
    )
    return str(clicked[-1][0]) if clicked else None


def course(rule: str, segment_kind: str, segment: str, *, place: str) -> None:
    """A rule over one segment: its measure by month between the limits. `place`: on the page."""
    frame = warning_reads.course(rule, segment_kind, segment)
    known = warning_rules()[rule]
    name = t(f"early_warning.measure.{known.measure}")
    title = f"{name} · {warning_words.segment_name(segment_kind, segment)}"
    if frame.is_empty():
        panels.empty(t("early_warning.no_course"))
        return
    panels.chart(
        charts.course(
            frame,
            measures()[known.measure].unit,
            lambda value: warning_words.value(known.measure, value),
            session.language(),
        ),
        title,
        alt=t("early_warning.course_alt", what=title),
        key=f"early_warning_course_{place}",
        note=warning_words.asks(known),
    )


def chosen_view() -> str:
    """Which alerts are listed."""
    names = {view: t(f"early_warning.view_{view}") for view in VIEWS}
    return inputs.choose_view(
        t("early_warning.view"), VIEWS, key="alerts", name_of=names.__getitem__
    )


def listed(alerts: list[Warned], view: str, rule: str | None) -> int | None:
    """The alerts of a view, of one rule where one is chosen; the one clicked."""
    wanted = _wanted(alerts, view)
    if rule is not None:
        wanted = [each for each in wanted if each.rule == rule]
        st.caption(t("early_warning.of_rule", rule=warning_words.rule_name(rule)))
    if not wanted:
        panels.empty(t(f"early_warning.none_{view}"))
        return None
    rows = pl.DataFrame([_row(each) for each in wanted], schema=_ROW_SCHEMA)
    return tables.selectable(
        rows,
        "alert_id",
        alt=t("early_warning.list_alt"),
        key=f"early_warning_alerts_{view}_{rule}",
        columns=_COLUMNS,
    )


def _wanted(alerts: list[Warned], view: str) -> list[Warned]:
    if view == "cleared":
        return warning_reads.cleared_alerts()
    return [each for each in alerts if (each.status == "open") == (view == "open")]


def _row(warned: Warned) -> dict[str, object]:
    return {
        "alert_id": warned.alert_id,
        "alert_severity": t(f"early_warning.severity_{warned.severity}"),
        "alert_rule": warning_words.rule_name(warned.rule),
        "alert_segment": warning_words.segment_name(warned.segment_kind, warned.segment),
        **{
            f"{name}_figure": warning_words.value(warned.measure, warned.facts.get(name))
            for name in ("value", "usual", "limit")
        },
        "units_figure": shown.count(warned.facts["units"]),
        "alert_owner": None if warned.owner is None else person_name(warned.owner),
        "raised_on": warned.raised_on,
    }


def _run() -> None:
    actor = session.require(Permission.MANAGE_ALERTS)
    try:
        counts = early_warning.run_rules(session.store(), actor, at=session.now())
    except LendingError as refusal:
        notices.refused(refusal)
    else:
        numbers = {name: shown.count(number) for name, number in vars(counts).items()}
        notices.done(t("early_warning.ran", **numbers))


_ROW_SCHEMA = {
    "alert_id": pl.Int64,
    **dict.fromkeys(_COLUMNS, pl.String),
    "raised_on": pl.Date,
}
