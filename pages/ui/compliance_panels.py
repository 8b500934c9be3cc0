"""Parts of the screen of compliance: when the register ran, how rules stand, the list of them."""

from collections import Counter
from collections.abc import Sequence

import polars as pl
import streamlit as st

from lending_core.access.permissions import Actor, Permission
from lending_core.compliance import register
from lending_core.errors import LendingError
from lending_core.operations import compliance_runs
from lending_core.operations.compliance_reports import STANDINGS, RuleNow, Run
from pages.ui import compliance_reads, compliance_words, inputs, notices, panels, session, tables
from pages.ui import format as shown
from pages.ui.charts import compliance as charts
from pages.ui.panels import KeyFigure
from pages.ui.text import person_name, t

# What each view lists.
VIEWS = {
    "attention": ("broken", "due", "unjudged", "unchecked"),
    "all": tuple(each for each in STANDINGS if each != "out_of_scope"),
    "attested": ("due", "attested"),
    "outside": ("out_of_scope",),
}
# How a standing is drawn: what nobody could look at is one part.
_PARTS = {
    "idle": "unchecked",
    "early": "unchecked",
    "unjudged": "unchecked",
    "attested": "holds",
}
_COLUMNS = (
    "rule_id",
    "rule_title",
    "rule_standing",
    "rule_severity",
    "findings_figure",
    "looked_figure",
    "rule_instrument",
)


def standing(actor: Actor, run: Run | None) -> None:
    """When the register last ran, and the button that runs it now."""
    with st.container(horizontal=True, vertical_alignment="center", key="compliance_run"):
        if run is None:
            st.caption(t("compliance.never_run"))
        else:
            st.caption(
                t(
                    "compliance.last_run",
                    on=shown.day(run.business_on),
                    person=person_name(run.run_by),
                    rules=shown.count(run.rules),
                )
            )
        if actor.may(Permission.MANAGE_COMPLIANCE) and st.button(
            t("compliance.run_now"), key="compliance_run_now", icon=":material/play_arrow:"
        ):
            _run(actor)
    st.caption(t("compliance.no_advice", on=shown.day(register.as_of())))


def figures(rules: Sequence[RuleNow]) -> None:
    """How many rules stand how."""
    counts = Counter(each.standing for each in rules)
    high = sum(each.standing == "broken" and each.rule.severity == "high" for each in rules)
    numbers = {
        "high": high,
        "broken": counts["broken"] - high,
        "waived": counts["waived"],
        "due": counts["due"],
        "idle": sum(counts[each] for each in ("idle", "early", "unchecked", "unjudged")),
        "holds": counts["holds"] + counts["attested"],
    }
    panels.key_figures(
        [
            KeyFigure(
                t(f"compliance.count_{name}"),
                shown.count(number),
                help=t(f"compliance.count_{name}_help"),
            )
            for name, number in numbers.items()
        ]
    )


def why(rules: Sequence[RuleNow]) -> str | None:
    """How each chapter stands and how that went; the chapter that was clicked."""
    language = session.language()
    told = [each for each in rules if each.standing != "out_of_scope"]
    counts = Counter(
        (compliance_words.chapter(each.rule), _PARTS.get(each.standing, each.standing))
        for each in told
    )
    chapters = [one for one in compliance_words.CHAPTERS if any(one == key[0] for key in counts)]
    runs = compliance_reads.runs()
    # Before the first run there is no course to show beside it.
    left, *beside = st.columns([3, 2]) if runs.height else [st.container()]
    with left:
        clicked = panels.selectable_chart(
            charts.by_chapter(counts, chapters, language),
            t("compliance.chapters_title"),
            alt=t("compliance.chapters_alt", rules=shown.count(len(told))),
            key="compliance_chapters",
            note=t("compliance.chapters_note"),
        )
    for right in beside:
        with right:
            panels.chart(
                charts.broken_by_run(runs, language, height=charts.height_of(len(chapters))),
                t("compliance.runs_title"),
                alt=t("compliance.runs_alt", runs=shown.count(runs.height)),
                key="compliance_runs",
                note=t("compliance.runs_note"),
            )
    return str(clicked[-1]) if clicked else None


def listed(rules: Sequence[RuleNow], chapter: str | None) -> str | None:
    """The rules of a view, of one chapter where one was clicked; the one clicked."""
    names = {view: t(f"compliance.view_{view}") for view in VIEWS}
    view = inputs.choose_view(
        t("compliance.view"), list(VIEWS), key="rules", name_of=names.__getitem__
    )
    wanted = [each for each in rules if each.standing in VIEWS[view]]
    if chapter is not None:
        wanted = [each for each in wanted if compliance_words.chapter(each.rule) == chapter]
        st.caption(t("compliance.of_chapter", chapter=t(f"compliance.chapter.{chapter}")))
    if not wanted:
        panels.empty(t("compliance.none"))
        return None
    ordered = sorted(wanted, key=_urgency)
    rows = pl.DataFrame([_row(each) for each in ordered], schema=_SCHEMA)
    return tables.selectable(
        rows,
        "rule_id",
        alt=t("compliance.list_alt"),
        key=f"compliance_rules_{view}_{chapter}",
        columns=_COLUMNS,
    )


def _urgency(each: RuleNow) -> tuple[int, int]:
    severity = each.rule.severity
    place = register.SEVERITIES.index(severity) if severity else len(register.SEVERITIES)
    return STANDINGS.index(each.standing), place


def _row(each: RuleNow) -> dict[str, str | None]:
    severity = each.rule.severity
    return {
        "rule_id": each.rule.rule_id,
        "rule_title": compliance_words.said(each.rule.title),
        "rule_standing": t(f"compliance.standing.{each.standing}"),
        "rule_severity": t(f"compliance.severity.{severity}") if severity else None,
        "findings_figure": shown.count(each.open_findings) if each.findings else None,
        "looked_figure": None if each.looked_at is None else shown.count(each.looked_at),
        "rule_instrument": compliance_words.place(each.rule),
    }


def _run(actor: Actor) -> None:
    """Runs the register under a bar that counts its rules."""
    bar = st.progress(0.0)

    def show(done: int, total: int) -> None:
        words = t("compliance.running", done=shown.count(done), total=shown.count(total))
        bar.progress(done / total, words)

    try:
        counts = compliance_runs.run_register(
            session.store(), actor, at=session.now(), progress=show
        )
    except LendingError as refusal:
        notices.refused(refusal)
    else:
        numbers = {name: shown.count(number) for name, number in vars(counts).items()}
        notices.done(t("compliance.ran", **numbers))
    st.rerun()


_SCHEMA = dict.fromkeys(_COLUMNS, pl.String)
