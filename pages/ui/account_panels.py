"""The parts of the trial balance: its period, its answer, what moved it, its rows, its checks."""

from datetime import date

import polars as pl
import streamlit as st

from lending_core.access.permissions import Permission
from lending_core.dates import month_start
from lending_core.operations import accounting
from lending_core.operations.accounting import Difference
from lending_core.servicing.accounts import CASH
from lending_core.servicing.trial_balance import (
    by_account,
    cash_flows,
    in_two_columns,
    result_by_account,
    totals,
)
from pages.ui import account_reads, inputs, links, panels, reads, session, tables, workbooks
from pages.ui import format as shown
from pages.ui.account_reads import Period
from pages.ui.charts import accounts as charts
from pages.ui.panels import KeyFigure
from pages.ui.text import funder_name, headline, t

# The table over all lenders together, or with a row for each.
VIEWS = ("account", "funder")
_FILTER_WIDTH_MIN = 170
_SIDES = (
    "opening_debit_fen",
    "opening_credit_fen",
    "debit_fen",
    "credit_fen",
    "closing_debit_fen",
    "closing_credit_fen",
)
# Pixels: the longest name of an account in English.
_ACCOUNT_WIDTH = 190
_COLUMNS = ("funder_code", "account", "account_kind", *_SIDES)
# Pixels of a figure's margins and of a digit.
_MARGIN_WIDTH, _DIGIT_WIDTH = 18, 7
_AMOUNTS = ("posted_fen", "position_fen", "difference_fen")
# What does not agree, with its columns.
_DIFFERENCES: dict[Difference, tuple[str, ...]] = {
    "day": ("booked_on", "funder_code", "postings", "lines", "difference_fen"),
    "flow": ("loan_id", "flow", *_AMOUNTS),
    "account": ("loan_id", "account", *_AMOUNTS),
}


def choose(business_on: date) -> tuple[Period, str]:
    """Period, lenders, and which of `VIEWS`: as the URL says and the person sets; the month of
    `business_on` unless they say otherwise."""
    with st.grid(4, min_column_width=_FILTER_WIDTH_MIN, gap="small"):
        from_on = inputs.day(t("trial_balance.from"), month_start(business_on), key="from")
        to_on = inputs.day(t("trial_balance.to"), business_on, key="to")
        lenders = inputs.choose_many(
            t("column.funder_code"), account_reads.lender_codes(), key="funder", name_of=funder_name
        )
        view = inputs.choose_one(t("trial_balance.view"), VIEWS, key="view", name_of=_view_name)
    return Period(from_on, to_on, tuple(lenders)), view


def figures(balances: pl.DataFrame) -> None:
    """Whether debits equal credits, how much moved, and what is left of it."""
    found = totals(balances)
    check = t("trial_balance.off", amount=shown.money(found.off_fen))
    panels.key_figures(
        [
            KeyFigure(
                t("trial_balance.check"),
                check if found.off_fen else t("trial_balance.in_balance"),
                help=t("trial_balance.check_help"),
            ),
            _money("debits", found.debit_fen),
            _money("credits", found.credit_fen),
            _money("cash", found.cash_fen),
            _money("principal", found.principal_fen),
            _money("result", found.result_fen),
        ]
    )


def movements(asked: Period, balances: pl.DataFrame) -> None:
    """What moved the cash, and what made the result."""
    language, together = session.language(), by_account(balances)
    cash = together.filter(pl.col("account") == CASH)
    left, right = st.columns(2)
    with left:
        panels.chart(
            charts.cash_bridge(
                cash_flows(account_reads.flow_turnover(asked)),
                int(cash["opening_fen"].sum()),
                language,
            ),
            t("trial_balance.cash_title"),
            alt=t("trial_balance.cash_alt", amount=shown.money(int(cash["closing_fen"].sum()))),
            key="trial_balance_cash",
            note=t("trial_balance.cash_note"),
        )
    with right:
        panels.chart(
            charts.result_bridge(result_by_account(together), language),
            t("trial_balance.result_title"),
            alt=t("trial_balance.result_alt", amount=shown.money(totals(balances).result_fen)),
            key="trial_balance_result",
            note=t("trial_balance.result_note"),
        )


def table(asked: Period, view: str, balances: pl.DataFrame) -> None:
    """The rows, by account or by lender and account, to read and to take along."""
    together = in_two_columns(by_account(balances)).select(_COLUMNS[1:])
    apart = in_two_columns(balances).select(_COLUMNS)
    rows = (together if view == VIEWS[0] else apart).drop("account_kind")
    with st.container(border=True, key="trial_balance_table"):
        panels.heading(t("trial_balance.table_title"), t("trial_balance.table_note"))
        tables.show(
            rows,
            alt=t("trial_balance.table_alt"),
            key="trial_balance",
            widths={"account": _ACCOUNT_WIDTH, **{name: _width(rows[name]) for name in _SIDES}},
        )
        workbooks.download(
            _workbook(asked, together, apart),
            f"trial_balance_{shown.day(asked.from_on)}_{shown.day(asked.to_on)}",
            key="trial_balance_workbook",
        )


def agreement() -> None:
    """Whether every day balances, and every loan's postings are what the loan says it owes: a line
    when they do, else what does not."""
    with st.spinner(t("trial_balance.comparing")):
        found = {kind: account_reads.count_differences(kind) for kind in _DIFFERENCES}
    note = t("trial_balance.agreement_note")
    if not any(found.values()):
        st.caption(t("trial_balance.agrees"), help=note)
        return
    with st.container(border=True, key="trial_balance_agreement"):
        panels.heading(t("trial_balance.agreement_title"), note)
        st.error(t("trial_balance.disagrees"), icon=":material/gpp_bad:")
        for kind, rows in found.items():
            if rows:
                _differing(kind, rows)


def _differing(kind: Difference, rows: int) -> None:
    store, actor = session.store(), session.require(Permission.VIEW_ACCOUNTS)
    loan_id = tables.paged(
        tables.Paged(
            rows=rows,
            read=lambda asked: account_reads.differences(kind, asked),
            everything=lambda order: accounting.all_differences(store, actor, kind, order),
            id_column=None if kind == "day" else links.loan_rows(),
        ),
        alt=t(f"trial_balance.differences_alt_{kind}"),
        key=f"differences_{kind}",
        columns=_DIFFERENCES[kind],
        sortable=accounting.DIFFERENCES[kind].sortable,
    )
    if loan_id is not None:
        st.switch_page(links.LOAN_PAGE, query_params={"loan_id": str(loan_id)})


def _workbook(asked: Period, together: pl.DataFrame, apart: pl.DataFrame) -> workbooks.Workbook:
    book, at = reads.book(), session.now()
    lenders = [funder_name(code) for code in asked.funder_codes]
    facts = [
        (t("trial_balance.book"), t("bar.simulated_book") if book.is_simulated else book.name),
        (t("trial_balance.from"), shown.day(asked.from_on)),
        (t("trial_balance.to"), shown.day(asked.to_on)),
        (t("column.funder_code"), t("trial_balance.separator").join(lenders) or t("input.all")),
        (t("trial_balance.currency"), book.currency),
        (t("trial_balance.made_at"), shown.instant(at)),
    ]
    if book.is_simulated:
        facts.append((t("bar.simulated"), t("bar.simulated_help")))
    sheets = (
        workbooks.Sheet(t("trial_balance.view_account"), together),
        workbooks.Sheet(t("trial_balance.view_funder"), apart),
    )
    return workbooks.Workbook(t("menu.trial_balance"), at, facts, sheets)


def _width(amounts: pl.Series) -> int:
    """Pixels that hold the largest amount to its last digit."""
    largest = int(amounts.max() or 0)  # type: ignore[arg-type]
    return _MARGIN_WIDTH + _DIGIT_WIDTH * len(shown.money(max(largest, 10**9)))


def _view_name(code: str) -> str:
    return t(f"trial_balance.view_{code}")


def _money(name: str, fen: int) -> KeyFigure:
    return KeyFigure(
        t(f"trial_balance.{name}"),
        headline(fen),
        help=t(f"trial_balance.{name}_help", full=shown.money(fen)),
    )
