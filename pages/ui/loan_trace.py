"""Where a figure of the loan's page comes from: its numbers step by step, with the rule."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import polars as pl
import streamlit as st

from lending_core.money import FEN_PER_YUAN
from lending_core.operations.loan_traces import OF_LOAN
from lending_core.products.catalogue import catalogue
from lending_core.servicing.positions import LoanState
from lending_core.servicing.trace_records import Trace, TraceStep
from pages.ui import format as shown
from pages.ui import loan_reads, panels, session
from pages.ui.text import sentence, t

# Parts of a fen are shown as far as they tell steps apart.
_YUAN_DECIMALS = 6
_RATE_DECIMALS = 4
# Whose day count or order the product itself sets, with a source of its own.
_OF_PRODUCT = {"interest": "day_count", "allocation": "allocation", "penalty": "penalty_multiple"}


def card(loan: dict[str, Any], state: LoanState) -> None:
    """A figure of today, chosen, and how it came about."""
    with st.container(border=True, key="loan_trace_card"):
        panels.heading(t("loan_trace.title"), t("loan_trace.note"))
        names = _figures(state)
        chosen = st.selectbox(
            t("loan_trace.figure"),
            list(names),
            format_func=names.__getitem__,
            index=None,
            placeholder=t("loan_trace.choose"),
            key=f"loan_trace_figure_{session.language()}",
            label_visibility="collapsed",
        )
        if chosen is not None:
            figure, number = chosen.split(":")
            steps(loan_reads.trace(loan["loan_id"], (figure, int(number))), loan)


def steps(traced: Trace, loan: dict[str, Any]) -> None:
    """The steps as a table that ends with the figure, and the rules below."""
    in_days = traced.figure == "days_past_due"
    counted = [each for each in traced.steps if each.amount is not None]
    said = [_said(each) for each in counted] + [f"**{t('loan_trace.result')}**"]
    amounts = [_amount(each.amount, in_days=in_days) for each in counted]
    result = _amount(Fraction(traced.result), in_days=in_days)
    st.table(
        {t("loan_trace.step"): said, t("loan_trace.amount"): [*amounts, f"**{result}**"]},
        border="horizontal",
        hide_index=True,
        alt=t("loan_trace.title"),
    )
    st.caption(_rule(traced, loan))


def order(traced: Trace, loan: dict[str, Any]) -> None:
    """In which order a payment settled its parts, and each part in its turn."""
    for each in traced.steps:
        if each.amount is None:
            st.caption(_said(each))
    steps(traced, loan)


def exact_yuan(fen: Fraction) -> str:
    """Yuan with two decimals, or as many as parts of a fen need, up to six: `¥98.398356`."""
    if fen.denominator == 1:
        return shown.money(int(fen))
    sign = "-" if fen < 0 else ""
    number = f"{_decimal(abs(fen) / FEN_PER_YUAN, _YUAN_DECIMALS):,}"
    return f"{sign}¥{number}"


def _figures(state: LoanState) -> dict[str, str]:
    """What may be asked about: code -> name."""
    language = session.language()
    whole = {f"{name}:0": sentence(f"trace_figure.{name}", language) for name in OF_LOAN}
    rows = state.instalments.with_columns(
        is_running=(pl.col("accrued_fen") > 0) & (pl.col("accrued_fen") < pl.col("interest_fen"))
    )
    of_each = [
        (name, row["number"])
        for name, column in (
            ("penalty", "penalty_fen"),
            ("earned", "is_running"),
            ("interest", "interest_fen"),
        )
        for row in rows.rows(named=True)
        if row[column]
    ]
    return whole | {
        f"{name}:{number}": sentence(f"trace_figure.{name}", language, number=number)
        for name, number in of_each
    }


def _said(each: TraceStep) -> str:
    is_of_loan = each.step == "settled" and each.facts["number"] == 0
    name = "settled_of_loan" if is_of_loan else each.step
    return t(f"trace_step.{name}", **_facts(each.facts))


def _facts(facts: Mapping[str, Any]) -> dict[str, str]:
    return {name: _fact(name, value) for name, value in facts.items()}


def _fact(name: str, value: Any) -> str:
    if name.endswith("_fen"):
        return shown.money(int(value))
    if name.endswith("_rate"):
        return f"{_decimal(value * 100, _RATE_DECIMALS)}%"
    if isinstance(value, date):
        return shown.day(value)
    if isinstance(value, str):
        parts = [t(f"component.{part}") for part in value.split(",")]
        return t("loan_trace.then").join([parts[0], *(part.lower() for part in parts[1:])])
    return f"{_decimal(Fraction(value), _RATE_DECIMALS):,}"


def _decimal(value: Fraction, decimals: int) -> Decimal:
    """The number rounded to so many decimals, without zeros at its end."""
    scaled = Decimal(round(value * 10**decimals)).scaleb(-decimals)
    return scaled.normalize() if scaled % 1 else scaled.quantize(Decimal(1))


def _amount(amount: Fraction | None, *, in_days: bool) -> str:
    if amount is None:
        return shown.DASH
    return shown.count(int(amount)) if in_days else exact_yuan(amount)


def _rule(traced: Trace, loan: dict[str, Any]) -> str:
    product = catalogue()[loan["product_code"]]
    term = _OF_PRODUCT.get(traced.figure)
    if term is None:
        return t("loan_trace.rule", rule=traced.rule)
    source = product.sources[term]
    return t("loan_trace.rule_of_product", rule=traced.rule, source=source)
