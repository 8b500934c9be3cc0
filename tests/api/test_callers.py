"""Who is let in, how often, with how much, and in which words the others are refused."""

import asyncio
import json
import logging
from pathlib import Path
from typing import Any

import pytest

from lending_core.access.clients import api_rules
from lending_core.access.permissions import SYSTEM
from lending_core.operations import own_applications
from lending_core.operations.api_clients import revoke_token
from lending_core.store.engine import Store
from tests.api.doors import OTHER, WISH, Door, a_door, a_token, two_programs
from tests.builders import AT, a_book


def test_without_a_token_or_with_one_of_nobody_nothing_opens(door: Door) -> None:
    without = door.web.get("/house")
    unknown = door.with_token("lct_nobody").get("/house")

    assert (without.status_code, without.json()["reason"]) == (401, "api_token_missing")
    assert (unknown.status_code, unknown.json()["reason"]) == (401, "api_token")
    assert without.headers["www-authenticate"] == "Bearer"


def test_a_token_that_is_revoked_or_old_opens_nothing(store: Store, door: Door) -> None:
    revoked = door.with_token(a_token(store, OTHER))
    revoke_token(store, SYSTEM, 2, at=AT)
    door.clock.pass_by(days=29)
    still = door.get("/house").status_code
    door.clock.pass_by(days=1)

    assert revoked.get("/house").status_code == 401
    assert (still, door.get("/house").status_code) == (200, 401)


def test_refusals_speak_the_language_that_is_asked_for(door: Door) -> None:
    chinese = door.get("/loans/9", headers={"accept-language": "fr, zh-CN;q=0.9, en;q=0.8"})
    english = door.get("/loans/9")

    assert chinese.headers["content-type"] == "application/problem+json"
    assert chinese.headers["content-language"] == "zh"
    assert chinese.json()["detail"] == "没有编号为 9 的贷款。"
    assert english.json() == {
        "type": "urn:lending:problem:loan_unknown",
        "title": "Not found",
        "status": 404,
        "detail": "There is no loan 9.",
        "reason": "loan_unknown",
    }


@pytest.mark.parametrize(
    ("asked", "spoken"),
    [
        ("en;q=0.3, zh", "zh"),
        ("en; q=0.3, zh; q=0.9", "zh"),
        ("en ;Q=0.3,zh ;Q=0.2", "en"),
        ("zh;q=0, fr", "en"),
        ("zh-Hant-TW;q=nan, en;q=0.1", "en"),
    ],
)
def test_of_the_languages_asked_for_the_preferred_one_is_spoken(
    door: Door, asked: str, spoken: str
) -> None:
    refused = door.get("/loans/9", headers={"accept-language": asked})

    assert refused.headers["content-language"] == spoken


def test_who_asks_too_often_waits_and_others_do_not(
    store: Store, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(api_rules()["limits"], "requests_per_minute", 2)
    other = door.with_token(a_token(store, OTHER))

    answers = [door.get("/house") for _ in range(3)]
    door.clock.pass_by(seconds=61)

    assert [each.status_code for each in answers] == [200, 200, 429]
    assert answers[2].headers["retry-after"] == "61"
    assert other.get("/house").status_code == 200
    assert door.get("/house").status_code == 200


def test_a_request_that_is_too_large_is_not_read(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(api_rules()["limits"], "body_bytes_max", 1_000_000)

    refused = door.ask("POST", "/applications", content=b"x" * 1_000_001)

    assert (refused.status_code, refused.json()["reason"]) == (413, "api_body_too_large")


def test_a_request_that_does_not_come_in_time_gives_up_its_place(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(api_rules()["limits"], "body_seconds", 0.05)
    asked = {"type": "http", "method": "POST", "path": "/webhooks", "headers": []}
    parts = [{"type": "http.request", "body": b"{", "more_body": True}]
    told: list[Any] = []

    async def receive() -> Any:
        return parts.pop() if parts else await asyncio.sleep(60)

    async def send(message: Any) -> None:
        told.append(message)

    asyncio.run(door.web.app(asked, receive, send))

    assert told[0]["status"] == 408
    assert json.loads(told[1]["body"])["reason"] == "api_body_slow"


def test_too_many_open_requests_are_told_to_come_again(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(api_rules()["limits"], "requests_open", 0)

    refused = door.get("/house")

    assert (refused.status_code, refused.json()["reason"]) == (503, "api_busy")
    assert refused.headers["retry-after"] == "1"


def test_what_cannot_be_read_is_named_and_never_repeated(door: Door) -> None:
    refused = door.post("/loans/1/payments", {"amount_fen": "SECRET", "paid_on": 5}, "payment-1")

    assert refused.status_code == 422
    assert {each["where"] for each in refused.json()["errors"]} == {
        "body.amount_fen",
        "body.paid_on",
        "body.strategy",
    }
    assert "SECRET" not in refused.text


def test_a_parameter_that_is_said_twice_is_refused(door: Door) -> None:
    refused = door.get("/applications?after=1&after=0")

    assert refused.status_code == 422
    assert refused.json()["errors"] == [{"where": "query.after", "rule": "repeated"}]


def test_what_nobody_asked_for_is_named_and_not_at_length(door: Door) -> None:
    refused = door.post("/applications/1/quotes", {**WISH, "x" * 10_000: 1})

    assert refused.json()["errors"] == [{"where": "body." + "x" * 40, "rule": "extra_forbidden"}]


@pytest.mark.parametrize(
    "day", ["2026-W47-6", "20261121", "2026-11-1", "1795226400", "２０２６-11-21"]
)
def test_a_day_is_written_in_one_way(door: Door, day: str) -> None:
    refused = door.get("/loans/1/payoff", params={"on": day})

    assert refused.json()["errors"] == [{"where": "query.on", "rule": "value_error"}]


def test_an_unknown_address_and_another_method_are_problems_too(door: Door) -> None:
    nowhere, method = door.get("/nowhere"), door.ask("DELETE", "/house")

    slash = door.get("/house/")

    assert (nowhere.status_code, nowhere.json()["reason"]) == (404, "api_path")
    assert (slash.status_code, slash.json()["reason"]) == (404, "api_path")
    assert (method.status_code, method.json()["reason"]) == (405, "api_method")
    assert method.headers["allow"] == "GET"


def test_a_bug_says_where_it_is_and_nothing_of_anybody(
    door: Door, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: Any) -> None:
        raise RuntimeError("王小明 999999199001010016")

    monkeypatch.setattr(own_applications, "own_case", broken)
    with caplog.at_level(logging.DEBUG):
        answer = door.get("/applications/1")

    assert (answer.status_code, answer.json()["reason"]) == (500, "api_bug")
    assert "RuntimeError at" in caplog.text
    assert "王小明" not in caplog.text + answer.text
    assert door.token not in caplog.text


# The book that is copied is made before the keys are elsewhere.
@pytest.mark.usefixtures("store")
def test_what_the_house_itself_lacks_is_told_to_its_log_and_to_nobody_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("LENDING_PRIVACY_KEYS", str(tmp_path / "keys"))
    without_keys = a_book(tmp_path / "without_keys.duckdb", two_programs)
    wanted = {"url": "https://huatai.example/news", "kinds": ["loan.payment"]}

    refused = a_door(without_keys).post("/webhooks", wanted)

    assert (refused.status_code, refused.json()["reason"]) == (503, "api_unready")
    assert refused.headers["retry-after"] == "60"
    assert str(tmp_path) not in refused.text
    assert "privacy_key_missing" in caplog.text
    without_keys.close()


def test_the_house_says_its_day_its_products_and_the_words_of_consents(door: Door) -> None:
    told = door.get("/house", headers={"accept-language": "zh"}).json()

    assert (told["open_on"], told["is_simulated"]) == ("2026-11-01", True)
    assert told["min_read_seconds"] == 10
    assert {each["source"] for each in told["consents"]} >= {"bureau", "income"}
    assert all("\u4e00" <= each["text"][0] <= "\u9fff" for each in told["consents"])
