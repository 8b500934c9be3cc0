"""What may not happen to a loan, and why: one check per kind of event."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import polars as pl

from lending_core.errors import InvalidInput, InvalidState
from lending_core.money import fen_text
from lending_core.operations.console import Book
from lending_core.operations.drawing import check_exposure
from lending_core.operations.lines import check_not_frozen
from lending_core.products.catalogue import Product, caps, catalogue
from lending_core.servicing.bounds import bounds
from lending_core.servicing.instalments import outlook
from lending_core.servicing.loan_events import PAYOFF, RESTRUCTURES, REVERSAL
from lending_core.servicing.positions import LoanState
from lending_core.store.engine import Store, Transaction

if TYPE_CHECKING:
    from lending_core.operations.loan_events import LoanEvent

# Money that arrived, and what takes it back, counts from the day it arrived.
BACK_DATED = ("payment", "recovery", REVERSAL)
WITH_AMOUNT = ("payment", "fee", "waiver", "draw", "recovery", "refund")
# Contract rates are kept with so many decimals.
RATE_DIGITS = 6
REASONED = ("fee", "waiver", "rate_change", "holiday", "restructure", "charge_off", REVERSAL)


@dataclass(frozen=True)
class Case:
    """An event that is asked for, and the loan as it is on that day."""

    event: "LoanEvent"
    loan: dict[str, Any]
    contract: pl.DataFrame
    events: pl.DataFrame
    state: LoanState
    book: Book

    @property
    def position(self) -> dict[str, Any]:
        return self.state.positions.row(0, named=True)

    @property
    def product(self) -> Product:
        return catalogue()[self.loan["product_code"]]

    @property
    def dues_fen(self) -> int:
        """What is due by the day: instalments, penalty, fees."""
        return outlook(self.state, self.event.effective_on).due_fen

    @property
    def instalments_left(self) -> int:
        """Instalments that fall due after the day."""
        return self.state.instalments.filter(pl.col("due_on") > self.event.effective_on).height


def check(reader: Store | Transaction, case: Case) -> None:
    """Raises `InvalidInput` or `InvalidState` when the event may not happen."""
    event = case.event
    _check_day(case)
    if event.kind in WITH_AMOUNT and (event.amount_fen or 0) <= 0:
        raise InvalidInput("amount_not_positive")
    if event.kind in REASONED and not (event.reason or "").strip():
        raise InvalidInput("reason_missing")
    if event.kind == "draw":
        _draw(case, check_not_frozen(reader, case.loan["line_id"]))
        customer = reader.read("line_case", line_id=case.loan["line_id"]).row(0, named=True)
        check_exposure(reader, customer, event.amount_fen or 0)
        _check_room(reader, case)
        return
    _CHECKS[event.kind](case)


def _check_room(reader: Store | Transaction, case: Case) -> None:
    """The lender of the loan has room for more of it."""
    room = reader.read("funder_room").filter(pl.col("funder_code") == case.loan["funder_code"])
    amount = case.event.amount_fen or 0
    if int(room["room_fen"].sum()) < amount:
        raise InvalidState("no_funder_has_room", amount=fen_text(amount))


def _check_day(case: Case) -> None:
    on, current = case.event.effective_on, case.book
    if on < case.loan["disbursed_on"]:
        raise InvalidInput("before_disbursement", on=on, disbursed_on=case.loan["disbursed_on"])
    if on > current.open_on:
        raise InvalidInput("event_in_future", on=on, open_on=current.open_on)
    if case.event.kind not in BACK_DATED and on < current.open_on:
        raise InvalidState("event_day_closed", on=on, open_on=current.open_on)
    if on < current.open_on - timedelta(days=bounds().back_dated_days_max):
        raise InvalidState("event_too_old", on=on, days=bounds().back_dated_days_max)


def _payment(case: Case) -> None:
    amount, strategy = case.event.amount_fen or 0, case.event.strategy or "next_dues"
    payoff_fen, claim_fen = case.position["payoff_fen"], case.position["claim_fen"]
    if case.position["is_charged_off"]:
        _at_most(amount, claim_fen, "recovery_above_claim")
        return
    if _asks_nothing(case):
        raise InvalidState("loan_settled", loan_id=case.event.loan_id)
    if strategy == PAYOFF:
        if amount != payoff_fen:
            raise InvalidInput("payoff_differs", payoff=fen_text(payoff_fen))
        return
    if strategy not in case.product.early_repayment_for(case.loan["method"]):
        raise InvalidInput("strategy_not_offered", strategy=_named(strategy))
    if strategy == "next_dues":
        _at_most(amount, _all_dues(case), "payment_above_dues")
    elif not case.dues_fen < amount < case.dues_fen + _undue_principal(case):
        raise InvalidInput(
            "early_repayment_outside",
            least=fen_text(case.dues_fen),
            most=fen_text(case.dues_fen + _undue_principal(case)),
        )


def _recovery(case: Case) -> None:
    if not case.position["is_charged_off"]:
        raise InvalidState("loan_not_charged_off", loan_id=case.event.loan_id)
    _at_most(case.event.amount_fen or 0, case.position["claim_fen"], "recovery_above_claim")


def _fee(case: Case) -> None:
    _owing(case)
    _at_most(case.event.amount_fen or 0, max(case.position["cost_room_fen"], 0), "fee_above_cap")


def _waiver(case: Case) -> None:
    due = {
        "fee": case.position["fee_fen"],
        "penalty": case.position["penalty_fen"],
        "interest": _due_interest(case),
    }
    if case.event.component not in due:
        raise InvalidInput("waiver_component")
    _at_most(case.event.amount_fen or 0, due[case.event.component], "waiver_above_due")


def _refund(case: Case) -> None:
    _at_most(case.event.amount_fen or 0, case.position["excess_fen"], "refund_above_excess")


def _draw(case: Case, line: dict[str, Any]) -> None:
    # Other methods pay out each draw as a loan of its own, with its own cost sheet.
    if case.loan["method"] != "minimum_payment":
        raise InvalidState("draw_is_a_loan")
    _owing(case)
    if case.instalments_left == 0:
        raise InvalidState("no_instalments_left", loan_id=case.event.loan_id)
    amount = case.event.amount_fen or 0
    if amount < case.product.draw_min_fen:
        raise InvalidInput("amount_below_draw", minimum=fen_text(case.product.draw_min_fen))
    _at_most(amount, line["available_fen"], "draw_above_limit")


def _rate_change(case: Case) -> None:
    _owing(case)
    _rate(case.event.annual_rate or Decimal(0))
    if case.instalments_left == 0:
        raise InvalidState("no_instalments_left", loan_id=case.event.loan_id)


def _holiday(case: Case) -> None:
    _owing(case)
    longest = bounds().holiday_instalments_max
    if not 1 <= (case.event.instalments or 0) <= longest:
        raise InvalidInput("holiday_length", longest=longest)
    if case.instalments_left == 0:
        raise InvalidState("no_instalments_left", loan_id=case.event.loan_id)


def _restructure(case: Case) -> None:
    _owing(case)
    event = case.event
    if event.strategy not in RESTRUCTURES:
        raise InvalidInput("restructure_kind")
    if not 0 <= (event.instalments or 0) <= bounds().added_instalments_max:
        raise InvalidInput("added_instalments", longest=bounds().added_instalments_max)
    if event.annual_rate is not None:
        _rate(event.annual_rate)
    if event.strategy == "extend" and not event.instalments:
        raise InvalidInput("added_instalments", longest=bounds().added_instalments_max)
    if event.strategy != "re_age" and case.instalments_left == 0:
        raise InvalidState("no_instalments_left", loan_id=event.loan_id)
    if case.instalments_left + (event.instalments or 0) == 0:
        raise InvalidInput("added_instalments", longest=bounds().added_instalments_max)


def _charge_off(case: Case) -> None:
    _owing(case)
    least = bounds().charge_off_days_past_due
    if case.position["days_past_due"] <= least:
        raise InvalidState("charge_off_too_early", days=least)


def _reversal(case: Case) -> None:
    target = case.event.reverses_event_id
    known = case.events.filter(pl.col("loan_event_id") == (target or 0), pl.col("kind") != REVERSAL)
    if known.is_empty():
        raise InvalidInput("reversal_target", loan_id=case.event.loan_id)
    reversed_ids = case.events.filter(pl.col("kind") == REVERSAL)["reverses_event_id"].to_list()
    if target in reversed_ids:
        raise InvalidState("already_reversed", event_id=target)
    if case.event.effective_on < known["effective_on"][0]:
        raise InvalidInput(
            "before_disbursement", on=case.event.effective_on, disbursed_on=known["effective_on"][0]
        )


def _rate(annual_rate: Decimal) -> None:
    if not 0 < annual_rate <= caps().all_in_annual_rate:
        raise InvalidInput("rate_outside_cap", cap=f"{caps().all_in_annual_rate:.0%}")
    if annual_rate != round(annual_rate, RATE_DIGITS):
        raise InvalidInput("rate_digits", field="annual_rate", digits=RATE_DIGITS)


def _owing(case: Case) -> None:
    if case.position["is_charged_off"] or _asks_nothing(case):
        raise InvalidState("loan_settled", loan_id=case.event.loan_id)


def _asks_nothing(case: Case) -> bool:
    """A loan with interest paid ahead may have a payoff of nothing and still owe principal."""
    return bool(case.position["payoff_fen"] == 0 and case.position["principal_fen"] == 0)


def _at_most(amount_fen: int, most_fen: int, reason: str) -> None:
    if amount_fen > most_fen:
        raise InvalidInput(reason, amount=fen_text(amount_fen), most=fen_text(most_fen))


def _all_dues(case: Case) -> int:
    left = case.state.instalments.select(
        pl.col("principal_left_fen", "interest_left_fen").sum()
    ).sum_horizontal()[0]
    return int(left) + case.position["penalty_fen"] + case.position["fee_fen"]


def _undue_principal(case: Case) -> int:
    ahead = case.state.instalments.filter(pl.col("due_on") > case.event.effective_on)
    return int(ahead["principal_left_fen"].sum())


def _due_interest(case: Case) -> int:
    due = case.state.instalments.filter(pl.col("due_on") <= case.event.effective_on)
    return int(due["interest_left_fen"].sum())


def _named(strategy: str) -> dict[str, str]:
    return {"en": strategy.replace("_", " "), "zh": strategy}


_CHECKS: dict[str, Callable[[Case], None]] = {
    "payment": _payment,
    "recovery": _recovery,
    "fee": _fee,
    "waiver": _waiver,
    "refund": _refund,
    "rate_change": _rate_change,
    "holiday": _holiday,
    "restructure": _restructure,
    "charge_off": _charge_off,
    REVERSAL: _reversal,
}
