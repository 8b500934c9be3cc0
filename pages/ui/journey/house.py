"""What the house sees while the borrower goes on: identity, data, score, rules, money, ledger."""

import polars as pl
import streamlit as st

from lending_core.operations.quotes import Quote
from lending_core.scoring.features import register, withheld
from pages.ui import evidence, fraud_panels, panels, reads, score_points, session
from pages.ui import format as shown
from pages.ui.charts import application as charts
from pages.ui.feature_values import OF_BUSINESSES
from pages.ui.journey import offer, state
from pages.ui.journey.state import Comparison, Identity, Journey
from pages.ui.text import feature_name, funder_name, headline, t

_TIMED_STEPS = ("identify", "decide", "pay_out")


def column(journey: Journey) -> None:
    """Every panel that the journey has come to, the newest on top."""
    _clock(journey)
    if journey.loan_id is not None:
        _funding(journey.loan_id)
    quote = offer.current_quote(journey)
    if quote is not None:
        _plan(quote)
    if journey.application_id is not None:
        _decision(journey, journey.application_id)
    if journey.identity is not None:
        _identity(journey.identity)
    else:
        panels.empty(t("simulate_application.house_waits"))


def _clock(journey: Journey) -> None:
    """Seconds of the house's own work per step, and of the whole since the first screen."""
    is_running = journey.ended is None
    with st.grid(4, min_column_width=125, gap="xsmall"):
        for step in _TIMED_STEPS:
            st.metric(
                t(f"simulate_application.took_{step}"),
                shown.seconds(journey.seconds.get(step)),
                border=True,
                height="stretch",
            )
        with st.container():
            st.fragment(_total, run_every=1 if is_running else None)()


def _total() -> None:
    journey = state.current()
    if journey is None:
        return
    st.metric(
        t("simulate_application.took_all"),
        shown.seconds(journey.elapsed()),
        help=t("simulate_application.took_all_help"),
        border=True,
    )


def _identity(identity: Identity) -> None:
    """Field by field what was typed and what the card says; one value where they agree."""
    with st.container(border=True, key="simulate_application_identity", gap="xsmall"):
        panels.heading(
            t("simulate_application.identity_title"), t("simulate_application.identity_note")
        )
        for row in identity.rows:
            st.markdown(_compared(row))
        if not identity.findings:
            st.markdown(t("simulate_application.identity_ok"))


def _compared(row: Comparison) -> str:
    field = t(f"simulate_application.{row.field}")
    doubt = t("simulate_application.unsure") if row.is_unsure else ""
    if row.fits:
        return f":green[:material/check:] :gray[{field}] {row.read} {doubt}"
    key = f"simulate_application.differs_{row.field}"
    differs = t(key, expected=row.expected, read=row.read)
    return f":red[:material/close:] :gray[{field}] {differs}"


def _decision(journey: Journey, application_id: int) -> None:
    case = reads.application_case(application_id)
    features = reads.application_features(application_id)
    evidence.offer(case, key="simulate_application_limit")
    evidence.rules(case, key="simulate_application_rules")
    known = features.row(0, named=True)
    fraud_panels.linked(application_id, known, key="simulate_application_links")
    score_points.waterfall(application_id, key="simulate_application_score")
    _withheld(journey)
    evidence.inputs(known, case["kind"], key="simulate_application_inputs")
    subjects = [("application", application_id)]
    if journey.loan_id is not None:
        subjects.append(("loan", journey.loan_id))
    evidence.events(subjects, key="simulate_application_events")


def _withheld(journey: Journey) -> None:
    """Which inputs vanished for want of a consent, and whether a face may be compared."""
    is_business = journey.facts.kind == "small_business"
    missing = [
        feature_name(name)
        for name in withheld(journey.consents)
        if is_business or register()[name].source not in OF_BUSINESSES
    ]
    face = "checked" if "face" in journey.consents else "not_checked"
    st.caption(t(f"simulate_application.face_{face}"))
    if missing:
        st.warning(
            t(
                "simulate_application.withheld",
                features=t("application.list_separator").join(missing),
            ),
            icon=":material/visibility_off:",
        )


def _plan(quote: Quote) -> None:
    """Every instalment, as it would be with what is set on the sliders now."""
    panels.chart(
        charts.schedule(quote.schedule, session.language()),
        t("simulate_application.plan_title"),
        alt=t(
            "simulate_application.plan_alt",
            instalments=quote.schedule.height,
            paid=shown.money(quote.sheet.paid_in_fen),
        ),
        key="simulate_application_plan",
        note=t("simulate_application.plan_note"),
    )


def _funding(loan_id: int) -> None:
    """Which lenders might have funded it, the cheapest with room first, and which one does."""
    loan = reads.loan(loan_id)
    able = (
        reads.funder_room()
        .filter(pl.col("product_codes").list.contains(loan["product_code"]))
        .sort("annual_cost", "funder_code")
    )
    with st.container(border=True, key="simulate_application_funding", gap="xsmall"):
        panels.heading(
            t("simulate_application.funding_title"), t("simulate_application.funding_note")
        )
        for funder in able.rows(named=True):
            is_chosen = funder["funder_code"] == loan["funder_code"]
            icon = ":green[:material/check:]" if is_chosen else ":gray[:material/remove:]"
            line = t(
                "simulate_application.funder",
                funder=funder_name(funder["funder_code"]),
                kind=t(f"lender_type.{funder['lender_type']}"),
                cost=shown.rate(funder["annual_cost"]),
                room=headline(funder["room_fen"]),
            )
            st.markdown(f"{icon} {line}")
