"""A letter word by word: in the borrower's language, without codes, safe to print."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from lending_core.operations.consents import Outcome
from lending_core.operations.console import Book
from lending_core.operations.explanations import Reason
from lending_core.operations.outlooks import Outlook
from lending_core.policy.document import Gate, Policy, opening_policy
from lending_core.scoring.counterfactual import Change, Way
from lending_core.scoring.features import register
from pages.ui import explanation_words as words
from pages.ui.explanation_letter import Answered, Letter, letter
from pages.ui.explanation_print import html_bytes

BOOK = Book("Real book", False, None, "CNY", date(2026, 1, 1), date(2026, 10, 31))
DECLINED = Outcome("decline", 500, 0.2, "G", 0, None, ("score_below_cut_off",))
APPROVED = Outcome("approve", 640, 0.03, "D", 1_000_000, Decimal("0.12"), ())
WAY = Way((Change("inquiries_3m", {"inquiries_3m": 2}, 0.5),), {})
BOTH = Way((*WAY.changes, Change("bureau", {}, 1.0)), {})
CASE: dict[str, Any] = {
    "application_id": 7,
    "kind": "person",
    "name": "王小明",
    "id_number": "999999199001010016",
    "product_code": "weilidai",
    "applied_on": date(2026, 10, 1),
    "amount_asked_fen": 800_000,
    "instalments_asked": 10,
    "outcome": "decline",
    "outcome_now": "decline",
    "limit_fen": 0,
    "annual_rate": None,
    "review_outcome": None,
    "requested_on": None,
}


def answered(*ways: Way, today: Outcome = DECLINED, **changes: Any) -> Answered:
    facts = {**dict.fromkeys(register()), "inquiries_3m": 5, "people_on_device": 4}
    allowed = pl.DataFrame(
        {
            "source": ["bureau"],
            "granted_at": [date(2026, 9, 30)],
            "text_version": ["1"],
            "withdrawn_at": [None],
        }
    )
    outlook = Outlook(facts, today, "approve", ways)
    reasons = (Reason("rule", "score_below_cut_off"), Reason("feature", "inquiries_3m"))
    case = {**CASE, **changes}
    return Answered(case, facts, opening_policy(), reasons, allowed, outlook, BOOK)


def helps(seen: Answered, language: str = "en") -> str:
    """The section on what may help, as one text."""
    section = letter(seen, language).sections[2]
    return " ".join((*section.paragraphs, *section.points, section.closing))


def printed(said: Letter) -> str:
    return html_bytes(said).decode()


def with_gate(code: str, feature: str) -> Policy:
    gate = Gate(code, "hard_stop", feature, ">=", 9, "any", None, "assumption")
    return replace(opening_policy(), gate=(*opening_policy().gate, gate))


def test_a_consent_is_never_later_than_the_decision_that_read_by_it() -> None:
    said = letter(answered(applied_on=date(2026, 9, 1)), "en")

    bureau = said.sections[4]
    assert bureau.paragraphs == ("Read with your consent of 2026-09-01 (text version 1).",)


def test_a_declined_letter_says_why_what_helps_and_on_which_facts() -> None:
    said = letter(answered(WAY), "en")

    decision, why, _, rights, bureau, _, unread = said.sections
    assert dict(decision.facts)["ID number"] == "999***********00*6"
    assert why.points == (
        "What is known of you comes to fewer points than a loan needs.",
        "Many lenders asked the credit bureau about you in the last three months.",
    )
    assert "at most 2 inquiries in three months; the credit bureau shows 5." in helps(answered(WAY))
    assert "within 15 days" in rights.paragraphs[0]
    assert "within 20 days" in rights.paragraphs[1]
    assert bureau.facts == (("Credit inquiries, 3 months", "5"),)
    assert bureau.paragraphs == ("Read with your consent of 2026-09-30 (text version 1).",)
    assert unread.paragraphs[0] == (
        "Not read, because you did not allow it: Payment behaviour, Account tenure, Income."
    )


def test_how_many_others_share_a_device_is_not_told() -> None:
    said = printed(letter(answered(), "en"))

    assert "People on the device" not in said


def test_two_changes_are_one_line() -> None:
    assert "These 2 together: Ask fewer other lenders" in helps(answered(BOTH))
    assert "以下 2 项须同时做到：" in helps(answered(BOTH), "zh")


def test_where_nothing_helps_the_letter_says_so() -> None:
    assert "None of them would lead to a better answer" in helps(answered())


def test_where_the_rules_have_changed_for_the_better_there_is_nothing_to_change() -> None:
    assert "the same facts would lead to an approval" in helps(answered(WAY, today=APPROVED))


def test_what_people_approved_needs_nothing_more() -> None:
    seen = answered(WAY, outcome="review", outcome_now="approve", review_outcome="approve")

    assert helps(seen).strip() == (
        "Your application is approved, and that stands. Nothing more is needed for it."
    )


def test_who_asked_for_a_person_reads_when_the_answer_comes() -> None:
    rights = letter(answered(requested_on=date(2026, 11, 1)), "en").sections[3]

    assert "You have an answer by 2026-11-16." in rights.paragraphs[0]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_was_typed_cannot_become_part_of_the_page(language: str) -> None:
    evil = "<script>alert(1)</script>\"'&$title"

    page = printed(letter(answered(WAY, BOTH, name=evil), language))

    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#x27;&amp;$title" in page
    assert "src=" not in page
    assert "href=" not in page
    assert "url(" not in page
    assert "@media print" in page


def test_the_page_says_its_language() -> None:
    assert '<html lang="zh-CN">' in printed(letter(answered(), "zh"))


def test_a_rule_that_somebody_added_is_named_by_what_it_is_about() -> None:
    policy = with_gate("r_77", "open_accounts")

    (said,) = words.reason_texts([Reason("rule", "r_77")], policy, "en")

    assert said == "A rule of ours about this was not met: Open credit accounts."


def test_rules_on_others_say_neither_who_nor_how_many_and_only_once() -> None:
    rules = [Reason("rule", "device_of_many"), Reason("rule", "bank_card_of_several")]

    (said,) = words.reason_texts(rules, opening_policy(), "en")

    assert said.startswith("The device, phone, bank card or address of the application")


def test_every_reason_of_the_list_has_words() -> None:
    people = [Reason("review", code) for code in ("approve", "decline", "debts_too_high")]

    assert words.reason_texts(people, opening_policy(), "zh") == [
        "工作人员审核后认为可以通过。",
        "工作人员审核后认为，现有情况不足以通过。",
        "负债相对收入过高。",
    ]
