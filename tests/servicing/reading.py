"""A plain reading of the rules of servicing: one loan, one day after the other, exact fractions.

Written from the rules (PM-01, PM-08 to PM-11, PR-14, ZD-14) and not from the engine, with which it
is compared. Only plans of instalments come from `products.schedule`.
"""

from datetime import date, timedelta
from fractions import Fraction
from math import floor
from typing import Any

from tests.servicing.plain_plans import PAID, Instalment, Planned

YEAR = 365
KINDS = (
    "rate_change",
    "draw",
    "fee",
    "waiver",
    "payment",
    "refund",
    "holiday",
    "restructure",
    "charge_off",
    "recovery",
)


class Reading(Planned):
    """One loan on a day."""

    # What stands on the day.

    @property
    def principal(self) -> int:
        return sum(each.principal_left for each in self.plan)

    @property
    def earned(self) -> int:
        return sum(each.earned(self.on) for each in self.plan)

    @property
    def receivable(self) -> int:
        settled = ("interest_paid", "interest_waived", "interest_written_off")
        return self.earned - sum(self.flows[flow] for flow in settled)

    def penalties(self) -> list[int]:
        """Due of each instalment: what was run up, the oldest first within the cost cap."""
        cap = Fraction(self.terms["cost_cap_annual_rate"]) * self.principal_nights / YEAR
        room = floor(cap) - self.earned - self.flows["fee_charged"]
        due = []
        for each in self.plan:
            charged = max(min(round(each.penalty), room), 0)
            room -= charged
            due.append(max(charged - each.penalty_settled, 0))
        return due

    @property
    def payoff(self) -> int:
        return max(self.principal + self.receivable + sum(self.penalties()) + self.fee, 0)

    @property
    def overdue(self) -> list[Instalment]:
        return [each for each in self.plan if each.due < self.on and each.left > 0]

    @property
    def days_past_due(self) -> int:
        return self.overdue[0].days_late if self.overdue else 0

    @property
    def is_over(self) -> bool:
        """Nothing left to pay, nothing left to earn."""
        to_earn = sum(each.interest for each in self.plan) - self.earned
        return to_earn == 0 and all(each.left == 0 for each in self.plan)

    # Time.

    def next_day(self) -> None:
        """A night passes: principal was out, and what is late gets later."""
        self.principal_nights += self.principal
        self.on += timedelta(days=1)
        daily = Fraction(self.rate) * Fraction(self.terms["penalty_multiple"]) / YEAR
        for each in self.plan:
            if each.due < self.on and each.left > 0 and self.on > self.paused_until:
                each.days_late += 1
                if each.days_late > self.terms["grace_days"]:
                    each.penalty += each.principal_left * daily
        if any(each.due == self.on for each in self.plan):
            self.base_owed = sum(each.principal for each in self.ahead)
            self.base_rate, self.changes = self.rate, []

    def happen(self, event: dict[str, Any]) -> None:
        """An event takes effect. What the cap held back of a penalty is gone with the principal
        that ran it up."""
        charged = [
            due + each.penalty_settled
            for due, each in zip(self.penalties(), self.plan, strict=True)
        ]
        getattr(self, f"_{event['kind']}")(event)
        for each, fen in zip(self.plan, charged, strict=False):
            if each.principal_left == 0:
                each.penalty = min(each.penalty, Fraction(fen))

    # Money.

    def _payment(self, event: dict[str, Any]) -> None:
        if self.is_charged_off:
            self._recover(event)
        elif event["strategy"] == "payoff" and event["amount_fen"] >= self.payoff:
            self._pay_off(event["amount_fen"])
        else:
            self._pay_dues(event["amount_fen"], event["strategy"] or "next_dues")

    def _pay_dues(self, amount: int, strategy: str) -> None:
        amount = self._settle_dues(amount)
        ahead = sum(each.principal_left for each in self.ahead)
        if strategy in ("lower_instalment", "fewer_instalments") and 0 < amount < ahead:
            self._book("principal_repaid", amount)
            self._replan(amount=-amount, keeps_size=strategy == "fewer_instalments")
            return
        for each in self.ahead:
            for part in ("interest", "principal"):
                amount -= self._settle(part, each, amount)
        self._keep(amount)

    def _settle_dues(self, amount: int) -> int:
        """Settles what is due in the order of the product; returns what is left."""
        is_late = self.days_past_due >= self.terms["late_allocation_days_past_due"]
        order = self.terms["late_allocation" if is_late else "allocation"].split(",")
        penalties = self.penalties()
        places = range(len(self.plan))
        by_instalment = [(part, place) for place in places for part in order]
        by_component = [(part, place) for part in order for place in places]
        for part, place in by_component if is_late else by_instalment:
            each = self.plan[place]
            if part == "fee":
                taken = min(amount, self.fee)
                self.fee -= taken
                self._book("fee_paid", taken)
            elif part == "penalty":
                taken = min(amount, penalties[place])
                each.penalty_settled += taken
                self._book("penalty_paid", taken)
            else:
                taken = self._settle(part, each, amount) if each.due <= self.on else 0
            amount -= taken
        return amount

    def _pay_off(self, amount: int) -> None:
        parts = self._close()
        for part, fen in parts.items():
            self._book(PAID[part], fen)
        self._keep(amount - sum(parts.values()))

    def _charge_off(self, _: dict[str, Any]) -> None:
        parts = self._close()
        for part, fen in parts.items():
            self._book(f"{part}_written_off", fen)
        self.claim += sum(parts.values())
        self.is_charged_off = True

    def _close(self) -> dict[str, int]:
        """Everything outstanding on the day, after which nothing is owed or earned any more."""
        penalties = self.penalties()
        parts = {
            "fee": self.fee,
            "penalty": sum(penalties),
            "interest": self.receivable,
            "principal": self.principal,
        }
        self.fee = 0
        for each, penalty in zip(self.plan, penalties, strict=True):
            each.penalty_settled += penalty
            each.interest = each.earned_before = each.earned(self.on)
            each.principal -= each.principal_left if each.due > self.on else 0
            each.principal_left = each.interest_left = 0
        return parts

    def _recovery(self, event: dict[str, Any]) -> None:
        """Money after a write-off that was taken back is a payment like any other."""
        self._payment(event)

    def _recover(self, event: dict[str, Any]) -> None:
        taken = min(event["amount_fen"], self.claim)
        self.claim -= taken
        self._book("recovered", taken)
        self._keep(event["amount_fen"] - taken)

    def _fee(self, event: dict[str, Any]) -> None:
        self.fee += event["amount_fen"]
        self._book("fee_charged", event["amount_fen"])

    def _waiver(self, event: dict[str, Any]) -> None:
        amount, part = event["amount_fen"], event["component"]
        if part == "fee":
            taken = min(amount, self.fee)
            self.fee -= taken
            self._book("fee_waived", taken)
            return
        for each, penalty in zip(self.plan, self.penalties(), strict=True):
            if part == "penalty":
                taken = min(amount, penalty)
                each.penalty_settled += taken
            else:
                taken = min(amount, each.interest_left) if each.due <= self.on else 0
                each.interest_left -= taken
            self._book(f"{part}_waived", taken)
            amount -= taken

    def _refund(self, event: dict[str, Any]) -> None:
        back = min(event["amount_fen"], self.excess)
        self.excess -= back
        self._book("excess_refunded", back)

    # Events that change the plan.

    def _draw(self, event: dict[str, Any]) -> None:
        for flow in ("funding_received", "principal_lent"):
            self._book(flow, event["amount_fen"])
        if self.has_plan:
            self._replan(amount=event["amount_fen"])
        else:
            self._replan(anew=event["amount_fen"], count=self.terms["instalments"])

    def _rate_change(self, event: dict[str, Any]) -> None:
        self.rate = event["annual_rate"]
        if self.has_plan:
            self._replan(rate=event["annual_rate"])

    def _holiday(self, event: dict[str, Any]) -> None:
        if self.has_plan:
            self._replan(skips=event["instalments"])

    def _restructure(self, event: dict[str, Any]) -> None:
        rate, more = event["annual_rate"], event["instalments"] or 0
        self.rate = rate or self.rate
        if event["strategy"] == "re_age" and self.principal > 0:
            count = len(self.ahead) + more
            arrears = sum(each.principal_left for each in self.behind)
            ahead = sum(each.principal for each in self.ahead)
            self._replan(anew=arrears + ahead, count=count, takes_arrears=True)
        elif event["strategy"] != "re_age" and self.has_plan:
            self._replan(rate=rate, more=more)

    @property
    def has_plan(self) -> bool:
        """Instalments to come that can change: a loan that is over has none."""
        return not self.is_over and sum(each.principal for each in self.ahead) > 0


def read(
    terms: dict[str, Any], events: list[dict[str, Any]], *, as_of: date, known_on: date
) -> Reading:
    """The loan at the end of a day, by what was recorded by another."""
    known = [event for event in events if event["recorded_on"] <= known_on]
    back = {event["reverses_event_id"] for event in known if event["kind"] == "reversal"}
    stands = [
        event
        for event in known
        if event["kind"] != "reversal" and event["loan_event_id"] not in back
    ]
    loan = Reading(terms)
    while True:
        today = [event for event in stands if event["effective_on"] == loan.on]
        for event in sorted(today, key=_turn):
            loan.happen(event)
        if loan.on >= as_of:
            return loan
        loan.next_day()


def _turn(event: dict[str, Any]) -> tuple[int, int, int, int]:
    """On one day: what changes the plan, then charges, then money; a payoff after other money."""
    strategies = (None, "next_dues", "lower_instalment", "fewer_instalments", "payoff")
    turn = strategies.index(event["strategy"]) if event["kind"] == "payment" else 0
    amount = event["amount_fen"] or 0
    return KINDS.index(event["kind"]), max(turn, 1), amount, event["loan_event_id"]
