"""Steps C and D as the borrower sees them: what is offered, how much is taken, what it costs."""

from functools import partial
from typing import Any

import streamlit as st

from lending_core.access.permissions import Actor, Permission
from lending_core.money import FEN_PER_YUAN
from lending_core.operations import rematching
from lending_core.operations.quotes import Quote
from lending_core.products.catalogue import Product, catalogue
from pages.ui import explanation_reads, explanation_words, links, notices, reads, reviews, session
from pages.ui import format as shown
from pages.ui.journey import cost_sheet, state, steps
from pages.ui.journey.state import Journey
from pages.ui.text import funder_name, product_name, sentence, t

AMOUNT_STEP_FEN = 10_000


def screen(journey: Journey, actor: Actor) -> None:
    """The offer, or that there is none, or that a person has to look first."""
    case = reads.application_case(journey.application_id or 0)
    notices.show()
    outcome = case["outcome_now"]
    if outcome == "decline":
        _declined(case, actor)
    elif outcome == "review":
        _waiting(case, actor)
    elif case["accepted_fen"] is not None:
        _waits_for_money(case, actor)
    else:
        _offered(journey, actor, case)


def funded(journey: Journey, actor: Actor) -> None:  # noqa: ARG001
    """The money is on its way: loan number, lender, first payment, and the way to its page."""
    loan_id = journey.loan_id or 0
    loan = reads.loan(loan_id)
    st.success(
        t(
            "simulate_application.funded",
            amount=shown.money(loan["principal_fen"]),
            funder=funder_name(loan["funder_code"]),
        ),
        icon=":material/task_alt:",
    )
    st.markdown(
        t(
            "simulate_application.funded_facts",
            loan_id=loan_id,
            first_due_on=shown.day(loan["first_due_on"]),
            product=product_name(loan["product_code"]),
        )
    )
    links.loan(loan_id, t("simulate_application.to_loan"))
    links.application(loan["application_id"], t("simulate_application.to_application"))


def _waits_for_money(case: dict[str, Any], actor: Actor) -> None:
    """No lender has room yet; or one had since, or none until the offer was over."""
    waiting = rematching.wait_of_application(session.store(), actor, case["application_id"])
    amount = shown.money(case["accepted_fen"])
    if case["loan_id"] is not None:
        st.success(t("simulate_application.funded_later", amount=amount))
        links.loan(case["loan_id"], t("simulate_application.to_loan"))
    elif waiting.is_empty():
        st.warning(t("simulate_application.waited_in_vain", amount=amount))
    else:
        until = shown.day(waiting["expires_on"][0])
        st.info(t("simulate_application.waits_for_money", amount=amount, until=until))
    links.application(case["application_id"], t("simulate_application.to_application"))


def current_quote(journey: Journey) -> Quote | None:
    """What the borrower has set on the sliders by now; None without an open offer."""
    if journey.application_id is None or journey.amount_fen is None:
        return None
    case = reads.application_case(journey.application_id)
    return steps.quote(case, journey.amount_fen, journey.instalments, journey.method)


def _declined(case: dict[str, Any], actor: Actor) -> None:
    st.error(t("simulate_application.declined"), icon=":material/cancel:")
    reasons = explanation_reads.reasons(case["application_id"])
    policy = reads.policy(case["policy_version"])
    for text in explanation_words.reason_texts(reasons, policy, session.language()):
        st.markdown(f"- {text}")
    st.caption(t("simulate_application.declined_rights"))
    reviews.ask(actor, case)
    links.explanation(case["application_id"], t("simulate_application.to_explanation"))
    links.application(case["application_id"], t("simulate_application.to_application"))


def _waiting(case: dict[str, Any], actor: Actor) -> None:
    st.warning(t("simulate_application.waiting"), icon=":material/person_search:")
    may_decide = actor.may(Permission.REVIEW_APPLICATION)
    st.caption(
        t("simulate_application.waiting_decide")
        if may_decide
        else t("simulate_application.waiting_others")
    )
    links.application(case["application_id"], t("simulate_application.to_application"))


def _offered(journey: Journey, actor: Actor, case: dict[str, Any]) -> None:
    product = catalogue()[case["product_code"]]
    with st.container(border=True, gap=None, key="simulate_application_offer"):
        st.metric(t("simulate_application.you_may_borrow"), shown.money(case["limit_fen"]))
        st.caption(_price(product, case))
    journey = _chosen(journey, product, case)
    quote = current_quote(journey)
    if quote is None:
        return
    _summary(quote)
    if st.button(
        t("simulate_application.to_cost_sheet"),
        type="primary",
        width="stretch",
        key="simulate_application_sheet",
    ):
        journey = state.changed(journey, sheet_shown_at=session.now())
    if journey.sheet_shown_at is not None:
        cost_sheet.open_dialog(actor, quote)


def _price(product: Product, case: dict[str, Any]) -> str:
    rate = shown.rate(case["annual_rate"])
    if product.daily_rate_min is None:
        return t("simulate_application.price", rate=rate)
    daily = case["annual_rate"] / 365
    return t("simulate_application.price_daily", rate=rate, daily=f"{daily * 100:.3f}%")


def _chosen(journey: Journey, product: Product, case: dict[str, Any]) -> Journey:
    """Amount, method and term as set now, kept in the journey for both columns."""
    most_fen = min(case["limit_fen"], product.draw_max_fen)
    amount_fen = _amount(journey, product, most_fen)
    method = _method(journey, product)
    choices = product.instalments_for(method, case["instalments_max"])
    asked = journey.facts.instalments if journey.facts.instalments in choices else choices[-1]
    instalments = st.select_slider(
        t("simulate_application.instalments"),
        choices,
        asked,
        key=journey.widget(f"term_{method}"),
    )
    return state.changed(journey, amount_fen=amount_fen, instalments=instalments, method=method)


def _amount(journey: Journey, product: Product, most_fen: int) -> int:
    """Whole steps between the smallest drawdown and what the limit allows."""
    if most_fen < product.draw_min_fen + AMOUNT_STEP_FEN:
        return most_fen
    asked_fen = min(max(journey.facts.amount_fen, product.draw_min_fen), most_fen)
    yuan = st.slider(
        t("simulate_application.amount"),
        product.draw_min_fen // FEN_PER_YUAN,
        most_fen // FEN_PER_YUAN,
        asked_fen // FEN_PER_YUAN,
        AMOUNT_STEP_FEN // FEN_PER_YUAN,
        format="¥%,d",
        key=journey.widget("amount"),
    )
    return yuan * FEN_PER_YUAN


def _method(journey: Journey, product: Product) -> str:
    if len(product.methods) == 1:
        return product.methods[0]
    return st.selectbox(
        t("simulate_application.method"),
        product.methods,
        index=product.methods.index(journey.method) if journey.method else 0,
        format_func=partial(_method_name, session.language()),
        key=journey.widget(f"method_{session.language()}"),
    )


def _method_name(language: str, code: str) -> str:
    return sentence(f"method.{code}", language)


def _summary(quote: Quote) -> None:
    """What it comes to: the first payment, everything paid, the yearly cost of all of it."""
    first = quote.schedule.row(0, named=True)
    sheet = quote.sheet
    lines = (
        ("first_payment", f"{shown.money(first['total_fen'])} · {shown.day(first['due_on'])}"),
        ("total_cost", shown.money(sheet.paid_in_fen - sheet.principal_fen)),
        ("paid_in", shown.money(sheet.paid_in_fen)),
        ("annual_cost", shown.rate(sheet.annual_cost_simple)),
    )
    with st.container(gap=None, key="simulate_application_summary"):
        for name, value in lines:
            with st.container(horizontal=True, horizontal_alignment="distribute"):
                st.caption(t(f"simulate_application.{name}"), width="content")
                st.markdown(f"**{value}**", width="content")
