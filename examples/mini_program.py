"""A mini-program's back end in small: plays one borrower against the HTTP interface, from A to D.

    python -m lending_core api-client demo --callback http://127.0.0.1:8600
    python -m lending_core api-token demo > token
    make serve                                    # in another terminal
    .venv/bin/python -m examples.mini_program --token "$(cat token)" --listen 8600

(A) basic facts and the photos of a specimen ID card, (B) consents, and a decision; (C) limit and
price offered; (D) amount and term chosen, cost sheet read, contract, payout; then a payment, an
early payoff at its quote, and a statement. A consent is taken back and given again on the way, and
taken back for good at the end. `Receiver` shows how news are checked, and refused when they repeat.
"""

import argparse
import base64
import hashlib
import hmac
import time
import uuid
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import httpx
import numpy as np

from lending_core.identity import card_term
from lending_core.identity.id_number import check_digit, read_id_number
from lending_core.identity.specimen import (
    GOOD_LIGHT,
    BackFacts,
    CardFacts,
    draw_back,
    draw_card,
    photograph,
)

BASE = "http://127.0.0.1:8501/api/v1"
NEWS = ["application.decided", "application.reviewed", "loan.paid_out", "loan.payment"]
# The house declines some: then the next made-up borrower comes.
BORROWERS_MAX = 10
Say = Callable[[str], None]


class Refused(Exception):
    """A message that is not the house's, or not from now, or was here before."""


class Receiver:
    """Checks news as Standard Webhooks says. Keep the numbers that were seen somewhere that
    outlives the process, for at least twice the tolerance."""

    def __init__(self, secret: str, tolerance_seconds: int = 300) -> None:
        self._key = base64.b64decode(secret.removeprefix("whsec_"))
        self._tolerance = tolerance_seconds
        self._seen: set[str] = set()

    def check(self, headers: Mapping[str, str], body: str, now: float) -> bool:
        """Whether the message is new: a true message whose number was seen before is a second
        attempt or a replay, and to be answered without acting. Raises `Refused`."""
        told = {name.lower(): value for name, value in headers.items()}
        number, sent_at = told.get("webhook-id", ""), told.get("webhook-timestamp", "")
        words = f"{number}.{sent_at}.{body}".encode()
        expected = b"v1," + base64.b64encode(hmac.new(self._key, words, hashlib.sha256).digest())
        given = told.get("webhook-signature", "").encode().split(b" ")
        if not any(hmac.compare_digest(expected, each) for each in given):
            raise Refused("the signature is not the house's")
        if abs(now - int(sent_at)) > self._tolerance:
            raise Refused("the message is not from now")
        is_new = number not in self._seen
        self._seen.add(number)
        return is_new


def play(
    web: httpx.Client, token: str, *, seed: int = 1, wait: Callable[[float], None], say: Say
) -> dict[str, Any]:
    """One borrower from A to D; returns the loan as it stands at the end."""
    house = Interface(web, token)
    facts = house.ask("GET", "/house")
    open_on = date.fromisoformat(facts["open_on"])
    say(f"The house's day is {open_on}; it offers {len(facts['products'])} products.")

    decided = house.ask("POST", "/applications", application(seed, open_on), is_keyed=True)
    number = decided["application_id"]
    say(f"A, B  Application {number}: card read, consents given, decided: {decided['outcome']}.")
    if decided["outcome"] != "approve":
        return decided
    house.ask("DELETE", f"/applications/{number}/consents/income")
    house.ask("PUT", f"/applications/{number}/consents/income")
    say("B     Consent to income taken back, and given again.")

    offer = house.ask("GET", f"/applications/{number}/offer")
    say(f"C     Limit {offer['limit_fen'] / 100:,.2f} yuan at {offer['annual_rate']} a year.")

    drawn = _draw(house, number, offer, wait, say)
    loan_id = drawn["loan_id"]
    if loan_id is None:
        say("D     No lender has room yet: the draw waits.")
        return drawn
    loan = house.ask("GET", f"/loans/{loan_id}")
    say(f"D     Loan {loan_id} paid out by {loan['funder_code']}, due {loan['next_due_on']}.")
    settled = _repay(house, loan, open_on, say)
    house.ask("DELETE", f"/applications/{number}/consents/income")
    say("      Consent to income taken back: it is read no more.")
    return settled


def _draw(
    house: "Interface",
    number: int,
    offer: Mapping[str, Any],
    wait: Callable[[float], None],
    say: Say,
) -> dict[str, Any]:
    """Chooses amount and term, reads the cost sheet, and confirms it."""
    term = offer["terms"][0]
    wish = {
        "amount_fen": min(300_000, offer["draw_max_fen"]),
        "instalments": term["instalments"][0],
        "method": term["method"],
    }
    sheet = house.ask("POST", f"/applications/{number}/quotes", wish)
    say(f"D     Cost sheet: {sheet['annual_cost_simple']} a year, all costs; reading it.")
    wait(sheet["min_read_seconds"])
    confirmation = {
        **wish,
        "cost_sheet_hash": sheet["cost_sheet_hash"],
        "quote": sheet["quote"],
    }
    return house.ask("POST", f"/applications/{number}/acceptance", confirmation, is_keyed=True)


def _repay(house: "Interface", loan: Mapping[str, Any], on: date, say: Say) -> dict[str, Any]:
    loan_id = loan["loan_id"]
    payment = {"amount_fen": 10_000, "paid_on": on.isoformat(), "strategy": "next_dues"}
    house.ask("POST", f"/loans/{loan_id}/payments", payment, is_keyed=True)
    in_ten_days = (on + timedelta(days=10)).isoformat()
    later = house.ask("GET", f"/loans/{loan_id}/payoff?on={in_ten_days}")
    payoff = house.ask("GET", f"/loans/{loan_id}/payoff")["payoff_fen"]
    in_yuan = f"{payoff / 100:,.2f}", f"{later['payoff_fen'] / 100:,.2f}"
    say(f"      Paid 100.00; {in_yuan[0]} settles it today, {in_yuan[1]} in ten days.")
    settled = {"amount_fen": payoff, "paid_on": on.isoformat(), "strategy": "payoff"}
    house.ask("POST", f"/loans/{loan_id}/payments", settled, is_keyed=True)
    statement = house.ask("GET", f"/loans/{loan_id}/statement")
    told: dict[str, Any] = statement["loan"]
    events = len(statement["events"])
    say(
        f"      Settled early: the statement has {events} payments, {told['outstanding_fen']} owed."
    )
    return told


class Interface:
    """The house's interface with a token: problem details become errors."""

    def __init__(self, web: httpx.Client, token: str) -> None:
        self._web = web
        self._headers = {"authorization": f"Bearer {token}", "accept-language": "en"}

    def ask(
        self, method: str, path: str, body: Any = None, *, is_keyed: bool = False
    ) -> dict[str, Any]:
        """The answer. A step on money gets a key of its own: whoever repeats it after a lost answer
        uses the same one, and it happens once."""
        key = {"idempotency-key": uuid.uuid4().hex} if is_keyed else {}
        answer = self._web.request(method, path, json=body, headers={**self._headers, **key})
        if answer.is_error:
            raise SystemExit(f"{method} {path}: {answer.json()['detail']}")
        told: dict[str, Any] = answer.json()
        return told


def application(seed: int, on: date) -> dict[str, Any]:
    """A made-up person with both sides of a specimen card."""
    digits = f"9999991988080{seed % 9 + 1}{seed % 1000:03d}"
    id_number = digits + check_digit(digits)
    name = "王小明"
    return {
        "kind": "person",
        "name": name,
        "id_number": id_number,
        "phone": f"138{seed:08d}",
        "region_code": "44",
        "is_student": False,
        "product_code": "weilidai",
        "scenario": "decoration",
        "amount_fen": 800_000,
        "instalments": 10,
        "consents": ["bureau", "payment_behaviour", "tenure", "income"],
        "card": _photos(name, id_number, seed, on),
    }


def _photos(name: str, id_number: str, seed: int, on: date) -> dict[str, Any]:
    valid_from = on - timedelta(days=600)
    valid_to = card_term.valid_to(read_id_number(id_number, on=on).birth_on, valid_from)
    sides = (
        draw_card(CardFacts(name, id_number, "样本路1号")),
        draw_back(BackFacts("样本市公安局", valid_from, valid_to)),
    )
    chance = np.random.default_rng(seed)
    front, back = (
        base64.b64encode(photograph(side.resize((700, 441)), chance, GOOD_LIGHT)).decode()
        for side in sides
    )
    return {"front": front, "back": back, "confirmed": []}


def listen(web: httpx.Client, token: str, port: int, say: Say) -> None:
    """Has news sent to this machine, and says what comes."""
    url = f"http://127.0.0.1:{port}/news"
    made = Interface(web, token).ask("POST", "/webhooks", {"url": url, "kinds": NEWS})
    receiver = Receiver(made["secret"])

    class News(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("content-length", 0))
            body = self.rfile.read(min(length, 100_000)).decode(errors="replace")
            try:
                is_new = receiver.check(dict(self.headers.items()), body, time.time())
            except Refused as refusal:
                say(f"News refused: {refusal}.")
                self.send_response(400)
            else:
                say(f"News: {body}" if is_new else "News that was here before.")
                self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing: what is said above is enough."""

    Thread(target=HTTPServer(("127.0.0.1", port), News).serve_forever, daemon=True).start()


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="Play one borrower against the HTTP interface.")
    parser.add_argument("--url", default=BASE, help=f"where the house answers, unless at {BASE}")
    parser.add_argument("--token", required=True, help="as api-token printed it")
    parser.add_argument("--seed", type=int, default=1, help="another borrower")
    parser.add_argument("--listen", type=int, help="have news sent to this port")
    asked = parser.parse_args()
    with httpx.Client(base_url=asked.url, timeout=60, trust_env=False) as web:
        try:
            _play_some(web, asked)
        except httpx.ConnectError:
            raise SystemExit(f"{asked.url} does not answer: make serve starts it") from None


def _play_some(web: httpx.Client, asked: argparse.Namespace) -> None:
    """Borrowers one after the other, until one has a loan or waits for it."""
    if asked.listen:
        listen(web, asked.token, asked.listen, print)
    for seed in range(asked.seed, asked.seed + BORROWERS_MAX):
        ended = play(web, asked.token, seed=seed, wait=time.sleep, say=print)
        if "loan_id" in ended:
            break
    if asked.listen:
        time.sleep(3)


if __name__ == "__main__":
    main()
