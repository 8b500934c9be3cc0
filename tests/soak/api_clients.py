"""One mini-program at work: borrower after borrower, each money step sent twice, now and then a
look at somebody else's application."""

import re
import time
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from itertools import cycle
from typing import Any, NamedTuple

import httpx

from examples.mini_program import application

_TOOK = re.compile(r"(queue|card|decide);dur=([0-9.]+)")
# What a borrower needs at least to read a screen and tap.
REST_SECONDS = 2.0
# Twenty do not begin in the same second; within half a minute all of them are at work.
APART_SECONDS = 1.5
SAME_BORROWERS = 3


class Timed(NamedTuple):
    """One answer: of what, with which status, after how many seconds."""

    label: str
    status: int
    seconds: float


@dataclass
class Client:
    """A mini-program with its token, and what it did so far."""

    number: int
    token: str
    base_url: str
    borrowers: list[dict[str, Any]] = field(default_factory=list)
    answers: list[Timed] = field(default_factory=list)
    took: list[dict[str, float]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    applications: set[int] = field(default_factory=set)
    loans: set[int] = field(default_factory=set)
    payments: dict[int, int] = field(default_factory=dict)
    foreign_id: int = 1
    busy: int = 0
    refusals: Counter[str] = field(default_factory=Counter)

    def prepare(self) -> None:
        """Photographs the cards of its borrowers, before anything is measured."""
        with httpx.Client(base_url=self.base_url, timeout=60, trust_env=False) as self._web:
            on = _day(self._ask("house", "GET", "/house"))
        numbers = range(100 * self.number, 100 * self.number + SAME_BORROWERS)
        self.borrowers = [{**application(each, on), "paid_on": on.isoformat()} for each in numbers]

    def work(self, until: float) -> None:
        """Borrower after borrower until then. Whoever has begun is served to the end: what was
        confirmed can then be counted."""
        time.sleep(self.number * APART_SECONDS)
        with httpx.Client(base_url=self.base_url, timeout=60, trust_env=False) as self._web:
            for borrower in cycle(self.borrowers):
                if time.monotonic() > until:
                    return
                self._serve({**borrower})

    def _serve(self, borrower: dict[str, Any]) -> None:
        paid_on = borrower.pop("paid_on")
        sent = self._twice("submit", "POST", "/applications", borrower)
        if sent is None:
            return
        number = sent["application_id"]
        self.applications.add(number)
        self._ask("status", "GET", f"/applications/{number}")
        self._peep()
        loan_id = self._draw(number) if sent["outcome"] == "approve" else None
        if loan_id is not None:
            self.loans.add(loan_id)
            self._pay(loan_id, paid_on)

    def _peep(self) -> None:
        """Another's application is not there."""
        answer = self._send("foreign", "GET", f"/applications/{self.foreign_id}", None, None)
        if answer.status_code != 404:
            self.faults.append(f"foreign application {self.foreign_id}: {answer.status_code}")

    def _draw(self, number: int) -> int | None:
        offer = self._ask("offer", "GET", f"/applications/{number}/offer")
        if offer is None or offer["draw_max_fen"] < offer["draw_min_fen"]:
            return None
        term = offer["terms"][0]
        wish = {
            "amount_fen": offer["draw_min_fen"],
            "instalments": term["instalments"][0],
            "method": term["method"],
        }
        sheet = self._ask("quote", "POST", f"/applications/{number}/quotes", wish)
        if sheet is None:
            return None
        self._ask("consents", "GET", f"/applications/{number}/consents")
        time.sleep(sheet["min_read_seconds"] + 1)
        confirmed = {**wish, "cost_sheet_hash": sheet["cost_sheet_hash"], "quote": sheet["quote"]}
        drawn = self._twice("accept", "POST", f"/applications/{number}/acceptance", confirmed)
        return None if drawn is None else drawn["loan_id"]

    def _pay(self, loan_id: int, paid_on: str) -> None:
        for fen in (1_000 + self.number, 2_000 + self.number):
            payment = {"amount_fen": fen, "paid_on": paid_on, "strategy": "next_dues"}
            told = self._twice("pay", "POST", f"/loans/{loan_id}/payments", payment)
            if told is not None:
                self.payments[told["event_id"]] = fen
            self._ask("loan", "GET", f"/loans/{loan_id}")
        self._ask("payoff", "GET", f"/loans/{loan_id}/payoff")
        self._ask("statement", "GET", f"/loans/{loan_id}/statement")

    def _twice(self, label: str, method: str, path: str, body: Any) -> dict[str, Any] | None:
        """Twice at the same moment under one key: one and the same answer."""
        key = uuid.uuid4().hex
        with ThreadPoolExecutor(2) as hands:
            first, second = hands.map(
                lambda _: self._send(label, method, path, body, key), range(2)
            )
        if (first.status_code, first.json()) != (second.status_code, second.json()):
            self.faults.append(f"{path}: {first.text[:200]} and {second.text[:200]}")
        return self._checked(first)

    def _ask(self, label: str, method: str, path: str, body: Any = None) -> dict[str, Any] | None:
        return self._checked(self._send(label, method, path, body, None))

    def _checked(self, answer: httpx.Response) -> dict[str, Any] | None:
        """What was told; None where it was refused for a reason that can be."""
        if answer.is_success:
            told: dict[str, Any] = answer.json()
            return told
        self.refusals[answer.json()["reason"]] += 1
        if answer.status_code not in (409, 422):
            self.faults.append(f"{answer.request.url.path}: {answer.status_code} {answer.text}")
        return None

    def _send(
        self, label: str, method: str, path: str, body: Any, key: str | None
    ) -> httpx.Response:
        """The answer; a house that is busy is asked again, with the same key."""
        headers = {"authorization": f"Bearer {self.token}"}
        if key:
            headers["idempotency-key"] = key
        answer = self._once(label, method, path, body, headers)
        while answer.status_code in (429, 503):
            self.busy += 1
            time.sleep(int(answer.headers["retry-after"]))
            answer = self._once(label, method, path, body, headers)
        return answer

    def _once(
        self, label: str, method: str, path: str, body: Any, headers: dict[str, str]
    ) -> httpx.Response:
        time.sleep(REST_SECONDS)
        began = time.monotonic()
        answer = self._web.request(method, path, json=body, headers=headers)
        seconds = time.monotonic() - began
        self.answers.append(Timed(label, answer.status_code, seconds))
        told = _TOOK.findall(answer.headers.get("server-timing", ""))
        if told:
            took = {name: float(milliseconds) / 1_000 for name, milliseconds in told}
            self.took.append(took | {"without_card": seconds - took["queue"] - took["card"]})
        return answer


def _day(house: dict[str, Any] | None) -> date:
    if house is None:
        raise ValueError("the house does not say its day")
    return date.fromisoformat(house["open_on"])
