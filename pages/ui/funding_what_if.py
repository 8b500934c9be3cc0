"""What if there were another funder, a smaller quota, another price? Matched anew beside what is,
and nothing of it is written."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import polars as pl
import streamlit as st

from lending_core.funding.answer import Matching
from lending_core.funding.batch import Batch, Offer
from lending_core.funding.funders import Funder
from lending_core.funding.matching import fund
from lending_core.funding.what_if import compared, with_funder, with_terms
from lending_core.money import FEN_PER_YUAN
from lending_core.operations import matching_replay
from lending_core.operations.matching_replay import Lately
from lending_core.products.catalogue import catalogue
from pages.ui import format as shown
from pages.ui import funding_match_reads, inputs, long_step, panels, session, tables
from pages.ui.charts import funding as charts
from pages.ui.text import funder_name, product_name, t

KINDS = ("quota", "price", "add")
_TYPES = ("bank", "consumer_finance", "microloan", "trust")
_NEW_CODE = "what_if"
_STEP = 100_000.0
_QUOTA, _COST = 1_000_000.0, 3.0
_COLUMNS = ("measure", "before_figure", "after_figure", "change_figure")


@dataclass(frozen=True)
class Change:
    """What is assumed: of a funder (empty: one more) another quota, another cost a year."""

    kind: str
    funder_code: str = ""
    quota_fen: int = 0
    annual_cost: Decimal = Decimal(0)
    lender_type: str = ""
    product_codes: tuple[str, ...] = ()


def panel() -> None:
    """The form, and below it what would change: of what waits, matched at once; where nothing
    waits, of the loans of the last days, matched day by day."""
    batch, ground = funding_match_reads.asked(), funding_match_reads.lately()
    with st.container(border=True, key="matching_what_if"):
        panels.heading(t("matching.what_if_title"), t("matching.what_if_note"))
        st.markdown(_over(batch, ground))
        if batch.loans.is_empty() and not ground.days:
            return
        kind = inputs.choose_view(
            t("matching.what_if_title"), KINDS, key="change", name_of=_kind_name
        )
        change = _form(kind, {offer.funder.funder_code: offer.funder for offer in batch.offers})
        if change is None:
            return
        sides = (batch, changed(batch, change))
        if batch.loans.is_empty():
            before, after = _replayed(ground, sides)
        else:
            with st.spinner(t("matching.matching", waits=shown.count(batch.loans.height))):
                before, after = (fund(side) for side in sides)
    _outcome(before, after)


def changed(batch: Batch, change: Change) -> Batch:
    """The batch as it would be."""
    if change.kind == "quota":
        return with_terms(batch, change.funder_code, quota_fen=change.quota_fen)
    if change.kind == "price":
        return with_terms(batch, change.funder_code, annual_cost=change.annual_cost)
    name = t("matching.new_funder")
    funder = Funder(
        funder_code=_NEW_CODE,
        name_en=name,
        name_zh=name,
        lender_type=change.lender_type,
        product_codes=change.product_codes,
        annual_cost=change.annual_cost,
        quota_fen=change.quota_fen,
        licence_on=date.min,
    )
    return with_funder(batch, Offer(funder))


def _over(batch: Batch, ground: Lately) -> str:
    """What is matched once more, in words."""
    days = funding_match_reads.DAYS
    if not batch.loans.is_empty():
        waits, fen = batch.loans.height, int(batch.loans["principal_fen"].sum())
        return t("matching.over_waiting", waits=shown.count(waits), amount=shown.money(fen))
    if not ground.days:
        return t("matching.over_nothing", days=days)
    return t(
        "matching.over_days",
        days=days,
        loans=shown.count(ground.loans.height),
        amount=shown.money(int(ground.loans["principal_fen"].sum())),
    )


def _replayed(ground: Lately, sides: tuple[Batch, Batch]) -> list[Matching]:
    """The last days as they are and as they would be, counted day by day; any click ends it."""
    answers: list[Matching] = []
    with long_step.running("what_if", t("matching.replay_title")) as show:

        def progress(done: int, days: int) -> None:
            told, of = done + days * len(answers), days * len(sides)
            words = t("matching.replaying", done=shown.count(told), days=shown.count(of))
            show(told, of, words)

        for side in sides:
            funders = {offer.funder.funder_code: offer.funder for offer in side.offers}
            answers.append(matching_replay.day_by_day(ground, funders, progress))
    return answers


def _form(kind: str, funders: dict[str, Funder]) -> Change | None:
    """What is assumed, once it is asked for."""
    with st.form(f"matching_change_{kind}_{session.language()}", border=False):
        change = _new_funder() if kind == "add" else _other_terms(kind, funders)
        is_asked = st.form_submit_button(t("matching.what_if_ask"), type="primary")
    if kind == "add" and is_asked and not change.product_codes:
        st.error(t("matching.no_products"))
        return None
    return change if is_asked else None


def _other_terms(kind: str, funders: dict[str, Funder]) -> Change:
    with st.grid(2, min_column_width=220, gap="small"):
        code = st.selectbox(
            t("column.funder_code"), list(funders), format_func=funder_name, key=f"change_{kind}_of"
        )
        if kind == "quota":
            part = st.number_input(
                t("matching.quota_percent"), 0, 1000, 50, step=10, key="change_quota_percent"
            )
            return Change("quota", code, quota_fen=funders[code].quota_fen * int(part) // 100)
        cost = st.number_input(
            t("matching.new_cost"), 0.0, 24.0, _COST, step=0.1, format="%.2f", key="change_cost"
        )
    return Change("price", code, annual_cost=_share(cost))


def _new_funder() -> Change:
    with st.grid(3, min_column_width=220, gap="small"):
        lender_type = st.selectbox(
            t("funder_term.lender_type"), _TYPES, format_func=_type_name, key="change_type"
        )
        quota = st.number_input(
            t("funder_input.quota_fen"), 0.0, value=_QUOTA, step=_STEP, key="change_new_quota"
        )
        cost = st.number_input(
            t("matching.new_cost"), 0.0, 24.0, _COST, step=0.1, format="%.2f", key="change_new_cost"
        )
    chosen = st.multiselect(
        t("funder_term.products"),
        list(catalogue()),
        format_func=product_name,
        key="change_products",
    )
    may_fund = tuple(code for code in chosen if lender_type in catalogue()[code].lender_types)
    return Change(
        "add",
        quota_fen=round(quota * FEN_PER_YUAN),
        annual_cost=_share(cost),
        lender_type=lender_type,
        product_codes=may_fund,
    )


def _outcome(before: Matching, after: Matching) -> None:
    """What would change: of the whole in figures, of each funder as bars."""
    rows = compared(before, after)
    whole = rows.filter(pl.col("funder_code").is_null())
    with st.container(border=True, key="matching_compared"):
        panels.heading(t("matching.compared_title"), t("matching.compared_note"))
        tables.show(
            _readable(whole),
            alt=t("matching.compared_alt"),
            key="matching_compared_rows",
            columns=_COLUMNS,
        )
    by_funder = rows.filter(pl.col("funder_code").is_not_null())
    names = [_name(code) for code in by_funder["funder_code"]]
    panels.chart(
        charts.by_funder(by_funder, names, ("before", "after"), session.language()),
        t("matching.by_funder_title"),
        alt=t("matching.by_funder_alt"),
        key="matching_by_funder",
    )


def _readable(whole: pl.DataFrame) -> pl.DataFrame:
    told = [
        [_figure(row["measure"], row[side]) for side in ("before", "after", "change")]
        for row in whole.rows(named=True)
    ]
    names = [t(f"matching_measure.{code}") for code in whole["measure"]]
    columns = dict(zip(_COLUMNS, [names, *map(list, zip(*told, strict=True))], strict=True))
    return pl.DataFrame(columns)


def _figure(measure: str, value: int) -> str:
    return shown.count(value) if measure == "left_loans" else shown.money(value)


def _name(code: str) -> str:
    return t("matching.new_funder") if code == _NEW_CODE else funder_name(code)


def _share(percent: float) -> Decimal:
    return Decimal(f"{percent:.2f}") / 100


def _kind_name(kind: str) -> str:
    return t(f"matching.change_{kind}")


def _type_name(code: str) -> str:
    return t(f"lender_type.{code}")
