"""Applications as work: filters kept in the URL, how far they get, who waits for a person."""

from datetime import date

import polars as pl
import streamlit as st

from lending_core.access.permissions import Actor, Permission
from lending_core.errors import LendingError
from lending_core.operations.reports import ROWS_MAX, ApplicationFilter
from lending_core.operations.reviewing import Review, review_application
from lending_core.products.catalogue import catalogue
from pages.ui import evidence, inputs, links, panels, reads, session, tables
from pages.ui import format as shown
from pages.ui.charts import application as charts
from pages.ui.charts import series
from pages.ui.text import plain, product_name, refusal_text, t

OUTCOMES = ("approve", "review", "decline")
PERIODS = ("month", "day")
REASON_LENGTH_MAX = 300
# More cards than anybody decides in one sitting; the rest is counted.
QUEUE_SHOWN_MAX = 10
_STAGES = ("applied", "approved", "accepted", "funded")
_REFERRED = ":orange[:material/person_search:]"
_FILTER_WIDTH_MIN = 130
_DONE_KEY = "applications_done"


def filters() -> tuple[ApplicationFilter, str]:
    """What part of the applications, counted by which of `PERIODS`: as the URL says and the person
    sets."""
    with st.grid(6, min_column_width=_FILTER_WIDTH_MIN):
        product_codes = inputs.choose_many(
            t("column.product_code"), list(catalogue()), key="product", name_of=product_name
        )
        outcomes = inputs.choose_many(
            t("column.outcome"), OUTCOMES, key="outcome", name_of=_outcome_name
        )
        from_on = _day("from")
        to_on = _day("to")
        application_id = st.number_input(
            t("applications.number"),
            value=None,
            min_value=1,
            step=1,
            key="number",
            bind="query-params",
            placeholder=t("input.all"),
        )
        period = inputs.choose_one(t("applications.by"), PERIODS, key="by", name_of=_period_name)
    chosen = ApplicationFilter(
        product_codes=tuple(product_codes),
        outcomes=tuple(outcomes),
        from_on=from_on,
        to_on=to_on,
        score_from=inputs.whole_in_url("score_from"),
        score_to=inputs.whole_in_url("score_to"),
        application_id=application_id,
    )
    return chosen, period


def funnel(chosen: ApplicationFilter, period: str) -> None:
    """How many came, how far they got, and how that moved by day or month."""
    periods = reads.application_funnel(chosen, period)
    totals = {stage: int(periods[stage].sum()) for stage in (*_STAGES, "waiting")}
    if not totals["applied"]:
        panels.empty(t("applications.empty"))
        return
    _figures(totals)
    left, right = st.columns([2, 3])
    with left:
        panels.chart(
            charts.funnel(
                pl.DataFrame({"stage": _STAGES, "applications": [totals[s] for s in _STAGES]}),
                session.language(),
            ),
            t("applications.funnel_title"),
            alt=t("applications.funnel_alt", **totals),
            key="applications_funnel",
            note=t("applications.funnel_note"),
        )
    with right:
        panels.chart(
            series.lines(
                periods, "period_on", ("applied", "approved", "funded"), "count", session.language()
            ),
            t("applications.trend_title"),
            alt=t("applications.trend_alt", periods=periods.height),
            key="applications_trend",
        )


def queue(actor: Actor, chosen: ApplicationFilter) -> None:
    """Applications that wait for a person, the longest first, each with its reasons."""
    waiting = reads.applications(
        ApplicationFilter(product_codes=chosen.product_codes, outcomes=("review",))
    ).sort("application_id")
    panels.heading(
        t("applications.queue_title", count=shown.count(waiting.height)),
        t("applications.queue_note"),
    )
    done = st.session_state.pop(_DONE_KEY, None)
    if done is not None:
        st.success(done, icon=":material/task_alt:")
    if waiting.is_empty():
        panels.empty(t("applications.queue_empty"))
        return
    for row in waiting.head(QUEUE_SHOWN_MAX).rows(named=True):
        _waiting(actor, row)
    beyond = waiting.height - QUEUE_SHOWN_MAX
    if beyond > 0:
        st.caption(t("applications.queue_beyond", count=shown.count(beyond)))


def decide(actor: Actor, application_id: int) -> None:
    """The decision of one waiting application, with its reason, in a box that opens on a click."""
    if not actor.may(Permission.REVIEW_APPLICATION):
        st.caption(t("applications.may_not_decide"))
        return
    with (
        st.popover(
            t("applications.decide"), icon=":material/gavel:", key=f"decide_{application_id}"
        ),
        st.form(f"applications_decide_{application_id}", border=False),
    ):
        st.caption(t("applications.decide_help"))
        reason = st.text_area(
            t("applications.reason"),
            max_chars=REASON_LENGTH_MAX,
            key=f"applications_reason_{application_id}",
        )
        with st.container(horizontal=True):
            is_approved = st.form_submit_button(
                t("applications.approve"),
                type="primary",
                icon=":material/check:",
                key=f"applications_approve_{application_id}",
            )
            is_declined = st.form_submit_button(
                t("applications.decline"),
                icon=":material/close:",
                key=f"applications_decline_{application_id}",
            )
        if is_approved or is_declined:
            outcome = "approve" if is_approved else "decline"
            _review(actor, Review(application_id, outcome, reason))


def found(chosen: ApplicationFilter) -> None:
    """The applications of the filter; a click opens one."""
    rows = reads.applications(chosen)
    panels.heading(t("applications.list_title", count=shown.count(rows.height)))
    if rows.is_empty():
        panels.empty(t("applications.empty"))
        return
    if rows.height == ROWS_MAX:
        st.caption(t("applications.list_beyond", count=shown.count(ROWS_MAX)))
    chosen_id = tables.selectable(
        rows.with_columns(limit_fen=pl.when(pl.col("limit_fen") > 0).then("limit_fen")),
        "application_id",
        alt=t("applications.title"),
        key="applications_list",
        columns=(
            "application_id",
            "applied_on",
            "name",
            "product_code",
            "amount_asked_fen",
            "score",
            "outcome",
            "limit_fen",
            "annual_rate",
            "loan_id",
        ),
    )
    if chosen_id is not None:
        st.switch_page(links.APPLICATION_PAGE, query_params={"application_id": str(chosen_id)})


def _outcome_name(code: str) -> str:
    return t(f"outcome.{code}")


def _period_name(code: str) -> str:
    return t(f"applications.by_{code}")


def _day(name: str) -> date | None:
    return st.date_input(
        t(f"applications.{name}"), None, key=name, format="YYYY-MM-DD", bind="query-params"
    )


def _figures(totals: dict[str, int]) -> None:
    panels.key_figures(
        [
            panels.KeyFigure(t("column.applied"), shown.count(totals["applied"])),
            panels.KeyFigure(
                t("applications.approval_rate"),
                shown.percent(totals["approved"] / totals["applied"]),
                help=t("applications.approval_rate_help"),
            ),
            panels.KeyFigure(
                t("applications.acceptance_rate"),
                shown.percent(_share(totals["accepted"], totals["approved"])),
                help=t("applications.acceptance_rate_help"),
            ),
            panels.KeyFigure(t("column.funded"), shown.count(totals["funded"])),
            panels.KeyFigure(t("column.waiting"), shown.count(totals["waiting"])),
        ]
    )


def _waiting(actor: Actor, row: dict) -> None:
    with st.container(border=True, gap="xsmall", key=f"waiting_{row['application_id']}"):
        with st.container(
            horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
        ):
            st.markdown(
                t(
                    "applications.waiting_line",
                    application_id=row["application_id"],
                    name=plain(row["name"]),
                    product=product_name(row["product_code"]),
                    amount=shown.money(row["amount_asked_fen"]),
                    score=row["score"],
                    on=shown.day(row["applied_on"]),
                    limit=shown.money(row["limit_fen"]),
                    rate=shown.rate(row["annual_rate"]),
                )
            )
            with st.container(horizontal=True, width="content", vertical_alignment="center"):
                links.application(row["application_id"], t("applications.open"))
                decide(actor, row["application_id"])
        for reason in row["reasons"]:
            if reason not in evidence.CAP_REASONS:
                st.markdown(f"{_REFERRED} {evidence.reason_text(reason)}")


def _review(actor: Actor, review: Review) -> None:
    try:
        review_application(session.store(), actor, review, at=session.now())
    except LendingError as refusal:
        st.error(refusal_text(refusal))
        return
    st.session_state[_DONE_KEY] = t(
        f"applications.done_{review.outcome}", application_id=review.application_id
    )
    st.rerun()


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
