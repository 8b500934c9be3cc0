"""Many simulated applicants at once, and the next month of the whole book."""

from dataclasses import dataclass
from datetime import date

import polars as pl
import streamlit as st

from lending_core.access.permissions import Actor
from lending_core.errors import LendingError
from lending_core.operations import applicants, demonstration
from pages.ui import book_reads, panels, reads, session, tables
from pages.ui import format as shown
from pages.ui.charts import decisions as charts
from pages.ui.text import headline, refusal_text, t

_COUNTS = (100, 500, 1_000, 5_000)
_RUN_KEY = "simulate_application_run"
_DECIDED_KEY = "simulate_application_decided"
_MONTH_KEY = "simulate_application_month"
_REFUSAL_KEY = "simulate_application_month_refusal"


@dataclass(frozen=True)
class MonthRun:
    """A month that was just run, with the figures of the book before and after."""

    closed_on: date
    before: dict[str, int]
    after: dict[str, int]


def run(actor: Actor) -> None:
    """How many, go, progress, and what came of them."""
    with st.container(border=True, key="simulate_application_bulk"):
        panels.heading(t("simulate_application.bulk_title"), t("simulate_application.bulk_note"))
        with st.container(horizontal=True, vertical_alignment="bottom"):
            count = st.segmented_control(
                t("simulate_application.bulk_count"),
                _COUNTS,
                default=_COUNTS[1],
                required=True,
                format_func=shown.count,
                key="simulate_application_bulk_count",
            )
            if st.button(
                t("simulate_application.bulk_run"),
                type="primary",
                icon=":material/groups:",
                key="simulate_application_bulk_run",
            ):
                _run(actor, count)
    decided = st.session_state.get(_DECIDED_KEY)
    if decided is None:
        panels.empty(t("simulate_application.bulk_empty"))
    else:
        _results(decided)


def next_month(actor: Actor) -> None:
    """Runs the month after the business date, and says what changed in the book."""
    with st.container(border=True, key="simulate_application_next_month"):
        panels.heading(t("simulate_application.month_title"), t("simulate_application.month_note"))
        business_on = reads.book().business_on
        st.markdown(t("simulate_application.month_stands", on=shown.day(business_on)))
        # A second click that was made meanwhile still carries the date of the first.
        st.button(
            t("simulate_application.month_run"),
            icon=":material/calendar_month:",
            key="simulate_application_month_run",
            on_click=_run_month,
            args=(actor, business_on),
        )
        refusal = st.session_state.pop(_REFUSAL_KEY, None)
        if refusal is not None:
            st.error(refusal)
        ran = st.session_state.get(_MONTH_KEY)
        if ran is not None:
            _changes(ran)


def _run(actor: Actor, count: int) -> None:
    bar = st.progress(0.0, text=t("simulate_application.bulk_progress", done=0, of=count))

    def progress(done: int, of: int) -> None:
        text = t("simulate_application.bulk_progress", done=f"{done:,}", of=f"{of:,}")
        bar.progress(done / of, text=text)

    # A second click interrupts the first: the same key goes on instead of starting again.
    key = st.session_state.setdefault(_RUN_KEY, session.new_key())
    try:
        asked = applicants.BulkRun(key, count)
        decided = applicants.run_applicants(
            session.store(), actor, asked, at=session.now(), progress=progress
        )
    except LendingError as refusal:
        # A run of another size under the same key is another run.
        del st.session_state[_RUN_KEY]
        st.error(refusal_text(refusal))
        return
    del st.session_state[_RUN_KEY]
    st.session_state[_DECIDED_KEY] = decided
    st.rerun()


def _results(decided: pl.DataFrame) -> None:
    approved = decided.filter(pl.col("outcome") == "approve")
    shares = dict(decided["outcome"].value_counts(normalize=True).iter_rows())
    panels.key_figures(
        [
            panels.KeyFigure(t("simulate_application.applied"), shown.count(decided.height)),
            *(
                panels.KeyFigure(t(f"outcome.{outcome}"), shown.percent(shares.get(outcome, 0.0)))
                for outcome in ("approve", "review", "decline")
            ),
            panels.KeyFigure(
                t("simulate_application.mean_limit"),
                _mean_money(approved["limit_fen"]),
                help=t("simulate_application.mean_limit_help"),
            ),
            panels.KeyFigure(
                t("simulate_application.mean_chance"),
                shown.percent(approved["default_probability"].mean()),  # type: ignore[arg-type]
                help=t("simulate_application.mean_chance_help"),
            ),
        ]
    )
    language = session.language()
    left, right = st.columns(2)
    with left:
        panels.chart(
            charts.scores_by_outcome(decided, language),
            t("simulate_application.scores_title"),
            alt=t("simulate_application.scores_alt", count=shown.count(decided.height)),
            key="simulate_application_scores",
        )
    with right:
        panels.chart(
            charts.limits(approved, language),
            t("simulate_application.limits_title"),
            alt=t("simulate_application.limits_alt", count=shown.count(approved.height)),
            key="simulate_application_limits",
        )
    tables.show(
        decided.with_columns(limit_fen=pl.when(pl.col("limit_fen") > 0).then("limit_fen")),
        alt=t("simulate_application.bulk_title"),
        key="simulate_application_bulk_table",
        columns=(
            "application_id",
            "product_code",
            "score",
            "outcome",
            "limit_fen",
            "annual_rate",
        ),
    )


def _run_month(actor: Actor, seen_on: date) -> None:
    try:
        actor = session.as_of_now(actor)
        before = _figures()
        with st.spinner(t("simulate_application.month_running")):
            closed_on = demonstration.next_month(
                session.store(), actor, at=session.now(), seen_on=seen_on
            )
    except LendingError as refusal:
        st.session_state[_REFUSAL_KEY] = refusal_text(refusal)
        return
    st.session_state[_MONTH_KEY] = MonthRun(closed_on, before, _figures())


def _figures() -> dict[str, int]:
    """The book's newest month end: applications, loans, principal owed, how much of it late; 0 in
    a book without a month."""
    newest = book_reads.month_figures().tail(1)
    stages = book_reads.bucket_by_month().filter(
        pl.col("month_end_on") == pl.col("month_end_on").max(), pl.col("bucket") != "C"
    )
    return {
        **{name: int(newest[name].sum()) for name in ("applied", "funded", "principal_fen")},
        "late_fen": int(stages["principal_fen"].sum()),
    }


def _changes(ran: MonthRun) -> None:
    st.success(
        t("simulate_application.month_done", on=shown.day(ran.closed_on)),
        icon=":material/event_available:",
    )
    meanings = {"applied": None, "funded": None, "principal_fen": None, "late_fen": "bad"}
    panels.key_figures(
        [
            panels.KeyFigure(
                t(f"simulate_application.month_{name}"),
                _shown(name, ran.after[name]),
                change=_change(name, ran.after[name] - ran.before[name]),
                rising_is=meaning,  # type: ignore[arg-type]
            )
            for name, meaning in meanings.items()
        ],
        note=t("simulate_application.month_compared"),
    )


def _shown(name: str, value: int) -> str:
    return headline(value) if name.endswith("_fen") else shown.count(value)


def _change(name: str, change: int) -> str:
    sign = "+" if change > 0 else ""
    return sign + _shown(name, change)


def _mean_money(fen: pl.Series) -> str:
    return shown.DASH if fen.is_empty() else shown.money(round(int(fen.sum()) / fen.len()))
