"""A line review on screen: what it comes to, why, the lines it speaks of, and earlier runs."""

from dataclasses import dataclass
from functools import partial
from typing import Any

import polars as pl
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lending_core.access.permissions import Actor, Permission
from lending_core.policy.document import LINE_ACTIONS
from lending_core.policy.line_reviews import FREEZE
from pages.ui import format as shown
from pages.ui import line_review_reads, links, panels, reads, session, tables
from pages.ui.charts import line_reviews as charts
from pages.ui.line_review_reads import Sight
from pages.ui.panels import KeyFigure
from pages.ui.text import headline, person_name, plain, sentence, t

PAGE = "pages/risk/line_reviews.py"
_RUNS = (
    "batch_id",
    "as_of_on",
    "batch_state",
    "lines_reviewed",
    "proposals",
    "carried_out",
    "left_out",
    "carried_fen",
    "answered_by",
)
_PROPOSED = (
    "line_id",
    "customer_id",
    "product_code",
    "review_action",
    "limit_fen",
    "proposed_limit_fen",
)
_HELD = ("line_id", "customer_id", "product_code", "limit_fen", "held_why", "line_why")
_SORTABLE = ("limit_fen", "line_id", "customer_id")

# Freezes first, then what moves the most.
_WEIGHT = pl.when(pl.col("action") == FREEZE).then(2**62).otherwise(pl.col("change_fen").abs())


@dataclass(frozen=True)
class Choice:
    """Lines listed, of which a part may be out of sight; those chosen among them; and where the
    steps with them go."""

    rows: pl.DataFrame
    chosen: list[int]
    steps: DeltaGenerator


def standing(sight: Sight) -> None:
    """Which run is in sight, in one line, and the way back from an earlier one."""
    facts = {"on": shown.day(sight.as_of_on), "version": sight.policy_version}
    if sight.run is None:
        st.caption(t("line_reviews.standing_now", **facts))
        return
    run = sight.run
    told = {
        **facts,
        "batch_id": run["batch_id"],
        "person": plain(person_name(run["run_by"])),
        "answered_by": plain(person_name(run["answered_by"] or "")),
        "carried_out": shown.count(run["carried_out"]),
    }
    st.caption(t(f"line_reviews.standing_{run['batch_state']}", **told))
    if not sight.is_waiting:
        st.caption(t("line_reviews.next_review"))
    if "batch_id" in st.query_params:
        st.page_link(PAGE, label=t("line_reviews.back"), icon=":material/arrow_back:")


def figures(sight: Sight) -> None:
    """How many lines, to what end, and what it does to the limits granted."""
    by_action = dict(sight.rows.group_by("action").len().rows())
    change = sight.rows["change_fen"]
    up_fen, down_fen = int(change.clip(0).sum()), int(change.clip(upper_bound=0).sum())
    counted = [
        KeyFigure(
            t(f"line_reviews.{action}s"),
            shown.count(by_action.get(action, 0)),
            help=t(f"line_reviews.{action}s_help"),
        )
        for action in LINE_ACTIONS
    ]
    panels.key_figures(
        [
            KeyFigure(
                t("line_reviews.lines"), shown.count(sight.lines), help=t("line_reviews.lines_help")
            ),
            *counted,
            _money_figure("up", up_fen),
            _money_figure("down", down_fen),
        ]
    )


def why(sight: Sight) -> list[str] | None:
    """The two figures; what was clicked last: a column and its value."""
    language, key = session.language(), _key(sight)
    left, right = st.columns(2)
    with left:
        rules = panels.selectable_chart(
            charts.lines_by_rule(sight.rows, language),
            t("line_reviews.rules_title"),
            alt=t("line_reviews.rules_alt", lines=shown.count(sight.rows.height)),
            key=f"line_reviews_rules_{key}",
            note=t("line_reviews.rules_note"),
        )
    with right:
        products = panels.selectable_chart(
            charts.change_by_product(sight.rows, language),
            t("line_reviews.products_title"),
            alt=t("line_reviews.products_alt"),
            key=f"line_reviews_products_{key}",
            note=t("line_reviews.products_note"),
        )
    clicked = [*rules, *products]
    return list(clicked[-1]) if clicked else None


def proposals(sight: Sight, narrowed: list[str] | None, actor: Actor) -> Choice:
    """The list to act on, with a place for the steps above it."""
    rows = sight.rows
    if narrowed is not None:
        rows = rows.filter(pl.col(narrowed[0]) == narrowed[1])
    with st.container(border=True, key="line_reviews_list"):
        title = t("line_reviews.list_title", lines=shown.count(rows.height))
        panels.heading(title, t("line_reviews.list_note"))
        steps = st.container()
        may_answer = sight.is_waiting and actor.may(Permission.MANAGE_LINES)
        st.caption(t("line_reviews.list_how" if may_answer else "line_reviews.list_look"))
        answered = ("line_answer",) if _is_answered(sight) else ()
        chosen = tables.paged_choice(
            tables.computed(
                rows.with_columns(review_weight=_WEIGHT),
                "line_id",
                in_words=partial(
                    _in_words, language=session.language(), has_answers=bool(answered)
                ),
                file_name=f"line_review_{_key(sight)}",
            ),
            alt=t("line_reviews.list_alt"),
            # Rows are chosen by their place: other rows are another table.
            key=f"line_reviews_lines_{_key(sight)}_{'_'.join(narrowed or [])}",
            columns=(*_PROPOSED, *answered, "line_why"),
            sortable=("review_weight", *_SORTABLE),
        )
        _ways(rows, chosen)
    return Choice(rows, chosen, steps)


def nothing(sight: Sight) -> None:
    """Why there is nothing to decide, and where that is changed."""
    has_rules = bool(reads.policy(sight.policy_version).line_review)
    panels.empty(t("line_reviews.nothing" if has_rules else "line_reviews.no_rules"))
    st.page_link(links.POLICY_PAGE, label=t("line_reviews.to_policy"), icon=":material/tune:")


def held(sight: Sight) -> None:
    """Lines that meet a rule which may change nothing, each with what holds it."""
    if sight.held is None or sight.held.is_empty():
        return
    with st.expander(t("line_reviews.held_title", lines=shown.count(sight.held.height))):
        st.caption(t("line_reviews.held_note"))
        in_words = partial(_in_words, language=session.language(), has_answers=False)
        line_id = tables.paged(
            tables.computed(sight.held, "line_id", in_words=in_words),
            alt=t("line_reviews.held_alt"),
            key="line_reviews_held",
            columns=_HELD,
            sortable=_SORTABLE,
        )
        _ways(sight.held, [] if line_id is None else [line_id])


def history() -> None:
    """Earlier runs, newest first; a click shows one above."""
    runs = line_review_reads.runs()
    with st.container(border=True, key="line_reviews_history"):
        panels.heading(t("line_reviews.history_title"), t("line_reviews.history_note"))
        if runs.is_empty():
            st.markdown(t("line_reviews.history_empty"))
            return
        names = [None if name is None else person_name(name) for name in runs["answered_by"]]
        states = [t(f"batch_state.{state}") for state in runs["batch_state"]]
        batch_id = tables.selectable(
            runs.rename({"lines": "lines_reviewed"}).with_columns(
                answered_by=pl.Series(names, dtype=pl.String), batch_state=pl.Series(states)
            ),
            "batch_id",
            alt=t("line_reviews.history_title"),
            key="line_reviews_runs",
            columns=_RUNS,
        )
    if batch_id is not None:
        st.switch_page(PAGE, query_params={"batch_id": str(batch_id)})


def _money_figure(way: str, fen: int) -> KeyFigure:
    return KeyFigure(
        t(f"line_reviews.limits_{way}"),
        headline(fen),
        help=t(f"line_reviews.limits_{way}_help", full=shown.money(fen)),
    )


def _key(sight: Sight) -> str:
    return "now" if sight.run is None else str(sight.run["batch_id"])


def _is_answered(sight: Sight) -> bool:
    return sight.run is not None and not sight.is_waiting


def _ways(rows: pl.DataFrame, chosen: list[int]) -> None:
    """Of one chosen line: the way to its customer, where line and loans are."""
    if len(chosen) == 1:
        customer_id = int(rows.filter(line_id=chosen[0])["customer_id"][0])
        links.customer(customer_id, t("line_reviews.to_customer", customer_id=customer_id))


def _in_words(rows: pl.DataFrame, *, language: str, has_answers: bool) -> pl.DataFrame:
    """Rows with their reasons in words, on screen and in files: line_why, held_why, and line_answer
    where there is one."""
    facts = rows.rows(named=True)
    told = rows.with_columns(
        review_action="action",
        line_why=pl.Series([_why(row, language) for row in facts], dtype=pl.String),
        held_why=pl.Series([_held_why(row, language) for row in facts], dtype=pl.String),
    )
    if not has_answers:
        return told
    answers = pl.Series([_answer(row, language) for row in facts], dtype=pl.String)
    return told.with_columns(line_answer=answers)


def _why(row: dict[str, Any], language: str) -> str:
    late = "never_late" if row["days_past_due"] == 0 else "was_late"
    text = sentence(
        "line_reviews.why",
        language,
        months=row["months_open"],
        late=sentence(f"line_reviews.{late}", language, days=row["days_past_due"]),
        used=row["used_percent"],
    )
    if row["change_fen"] > 0 and row["held_by"]:
        return sentence("line_reviews.why_held", language, why=text, held=_held_why(row, language))
    return text


def _held_why(row: dict[str, Any], language: str) -> str:
    return sentence(f"line_reviews.held_{row['held_by'] or 'in_use'}", language)


def _answer(row: dict[str, Any], language: str) -> str:
    if row["left_out"]:
        why = sentence(f"line_left_out.{row['left_out']}", language)
        return sentence("line_reviews.answer_left_out", language, why=why)
    if row["is_accepted"]:
        return sentence("line_reviews.answer_done", language)
    why = sentence(f"line_decline.{row['reason']}", language)
    return sentence("line_reviews.answer_declined", language, why=why)
