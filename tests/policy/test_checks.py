"""Static checks: each fault has a name and a place, and nothing else is found."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from lending_core.policy.checks import findings, legal_bounds
from lending_core.policy.document import Gate, LineReview, Multiplier, Policy
from lending_core.policy.finding import FINDING_CODES, Finding
from lending_core.products.catalogue import Fee, catalogue
from tests.policy.builders import POLICY, PRODUCTS


def found(policy: Policy) -> list[tuple[str, str]]:
    return [(fault.code, fault.place) for fault in findings(policy, PRODUCTS)]


def with_band(number: int, **changes: object) -> Policy:
    bands = list(POLICY.band)
    bands[number - 1] = replace(bands[number - 1], **changes)
    return replace(POLICY, band=tuple(bands))


# Where a gate stands that is put after those of the policy.
ADDED = f"gate[{len(POLICY.gate) + 1}]"


def with_gate(**changes: object) -> Policy:
    gate = Gate(
        "extra", "review_trigger", "credit_utilisation", ">=", Decimal("0.9"), "any", None, "x"
    )
    return replace(POLICY, gate=(*POLICY.gate, replace(gate, **changes)))


def without_gate(code: str) -> Policy:
    return replace(POLICY, gate=tuple(gate for gate in POLICY.gate if gate.code != code))


def with_multiplier(**changes: object) -> Policy:
    multiplier = Multiplier("extra", "inquiries_3m", ">=", 4, 90, "any", "x")
    return replace(POLICY, multiplier=(*POLICY.multiplier, replace(multiplier, **changes)))


# Where a multiplier, and a rule of the line review, stand that are put after the others.
SCALED = f"multiplier[{len(POLICY.multiplier) + 1}]"
REVIEWED = f"line_review[{len(POLICY.line_review) + 1}]"


def with_line_rule(**changes: object) -> Policy:
    rule = LineReview("extra", "decrease", "person", 3, 1, 7, None, None, 90, "x")
    return replace(POLICY, line_review=(*POLICY.line_review, replace(rule, **changes)))


def with_guard(**changes: object) -> Policy:
    return replace(POLICY, guard=replace(POLICY.guard, **changes))


def with_product(number: int, **changes: object) -> Policy:
    rows = list(POLICY.product)
    rows[number - 1] = replace(rows[number - 1], **changes)
    return replace(POLICY, product=tuple(rows))


def with_cap(code: str, value: object) -> Policy:
    caps = (replace(cap, value=value) if cap.code == code else cap for cap in POLICY.cap)
    return replace(POLICY, cap=tuple(caps))


FAULTS = [
    (replace(POLICY, effective_until=date(2023, 12, 31)), ("dates_reversed", "effective_until")),
    (without_gate("under_age"), ("law_not_kept", "gate")),
    (with_band(4, instalments_max=25), ("band_term_rises", "band[4].instalments_max")),
    (with_band(6, instalments_max=2), ("band_without_term", "band[6].instalments_max")),
    (with_multiplier(percent=100), ("multiplier_without_effect", f"{SCALED}.percent")),
    (
        with_multiplier(feature="score", value=700),
        ("rule_against_score", f"{SCALED}.percent"),
    ),
    (
        with_multiplier(feature="default_probability", value=0, percent=120),
        ("rule_against_score", f"{SCALED}.percent"),
    ),
    (
        with_multiplier(feature="score", operator="=", value=700, percent=120),
        ("rule_against_score", f"{SCALED}.percent"),
    ),
    (with_multiplier(feature="gender"), ("gate_feature_forbidden", f"{SCALED}.feature")),
    (with_multiplier(code="lines_full"), ("gate_code_twice", f"{SCALED}.code")),
    (with_line_rule(code="freeze_late"), ("line_rule_twice", f"{REVIEWED}.code")),
    (with_line_rule(limit_percent=100), ("line_rule_percent", f"{REVIEWED}.limit_percent")),
    (
        with_line_rule(action="increase", limit_percent=90),
        ("line_rule_percent", f"{REVIEWED}.limit_percent"),
    ),
    (with_line_rule(days_past_due_min=8), ("line_rule_empty", REVIEWED)),
    (with_line_rule(days_past_due_min=40, days_past_due_max=50), ("line_rule_shadowed", REVIEWED)),
    (
        with_line_rule(action="increase", limit_percent=110),
        ("line_rule_rewards_late", f"{REVIEWED}.days_past_due_max"),
    ),
    (
        with_guard(approval_percent_min=60, approval_percent_max=50),
        ("guard_empty", "guard.approval_percent_min"),
    ),
    (with_band(2, score_from=755), ("band_order", "band[2].score_from")),
    (with_band(7, score_from=300), ("band_without_floor", "band[7].score_from")),
    (with_band(2, name="A"), ("band_name_twice", "band[2].name")),
    (with_band(4, admits="none"), ("band_admission_order", "band[5].admits")),
    (
        with_band(4, limit_person_fen=5_000_001),
        ("band_limit_falls", "band[4].limit_person_fen"),
    ),
    (
        with_band(2, earnings_percent_small_business=401),
        ("band_limit_falls", "band[2].earnings_percent_small_business"),
    ),
    (
        with_band(4, rate_position_percent=44),
        ("band_price_rises", "band[4].rate_position_percent"),
    ),
    (with_gate(feature="gender"), ("gate_feature_forbidden", f"{ADDED}.feature")),
    (with_gate(feature="chat_messages"), ("gate_feature_forbidden", f"{ADDED}.feature")),
    (with_gate(feature="shoe_size"), ("gate_feature_unknown", f"{ADDED}.feature")),
    (with_gate(value=True), ("gate_value_kind", f"{ADDED}.value")),
    (with_gate(feature="is_student", value=1), ("gate_value_kind", f"{ADDED}.value")),
    (with_gate(code="student"), ("gate_code_twice", "gate[3].code")),
    (with_gate(code="current_overdue_unknown"), ("gate_code_twice", "gate[5].code")),
    (with_gate(code="learning_test"), ("gate_code_twice", f"{ADDED}.code")),
    (with_gate(operator="<", value=0), ("gate_never_fires", f"{ADDED}.value")),
    (
        with_gate(feature="receipts_growth", value=1, null_outcome="review"),
        ("gate_unknown_of_people", f"{ADDED}.null_outcome"),
    ),
    (with_gate(operator=">=", value=0), ("gate_always_fires", f"{ADDED}.value")),
    (with_gate(value=21), ("gate_never_fires", f"{ADDED}.value")),
    (with_gate(operator="<=", value=20), ("gate_always_fires", f"{ADDED}.value")),
    (
        with_gate(feature="open_accounts", operator="=", value=Decimal("2.5")),
        ("gate_never_fires", f"{ADDED}.value"),
    ),
    (
        with_gate(feature="receipts_variation", borrower="person"),
        ("gate_never_fires", f"{ADDED}.value"),
    ),
    (with_gate(feature="default_probability", value=2), ("gate_never_fires", f"{ADDED}.value")),
    (
        with_gate(purpose="hard_stop", feature="score", value=700),
        ("rule_against_score", f"{ADDED}.value"),
    ),
    (with_gate(feature="inquiries_3m", value=9), ("gate_shadowed", ADDED)),
    (with_gate(feature="inquiries_3m", value=8), ("gate_shadowed", ADDED)),
    (with_product(1, product_code="abc"), ("product_unknown", "product[1].product_code")),
    (with_product(2, product_code="weilidai"), ("product_twice", "product[2].product_code")),
    (with_product(1, limit_percent=0), ("product_never_offered", "product[1].limit_percent")),
    (
        replace(POLICY, product=POLICY.product[:-1]),
        ("product_without_row", "product"),
    ),
    (
        with_cap("all_in_cost_rate", Decimal("0.2")),
        ("price_above_cap", "band.E.rate_position_percent"),
    ),
    (with_cap("exposure_person_fen", 20_000_001), ("cap_above_law", "cap[1].value")),
    (with_cap("all_in_cost_rate", Decimal("0.25")), ("cap_above_law", "cap[11].value")),
]


@pytest.mark.parametrize(("policy", "fault"), FAULTS)
def test_a_fault_is_found_at_its_place(policy: Policy, fault: tuple[str, str]) -> None:
    assert fault in found(policy)


def test_a_shadowed_rule_names_the_one_that_decides_before_it() -> None:
    (fault,) = findings(with_gate(feature="inquiries_3m", value=9), PRODUCTS)

    facts = {"gate": "extra", "by": "many_inquiries_3m"}
    assert fault == Finding("gate_shadowed", ADDED, facts)


@pytest.mark.parametrize(
    "policy",
    [
        with_gate(),
        with_gate(feature="inquiries_3m", value=7),
        with_gate(feature="inquiries_3m", value=9, null_outcome="review"),
        with_gate(feature="amount_asked_fen", value=40_000_000, purpose="hard_stop"),
        with_gate(feature="is_student", operator="!=", value=False),
        with_cap("exposure_person_fen", 10_000_000),
        with_cap("learning_share_bp", 0),
        with_product(1, is_open=False),
        with_multiplier(),
        with_multiplier(feature="receipts_growth", operator="<", value=Decimal("-0.5")),
        with_multiplier(feature="score", operator=">=", value=700, percent=110),
        with_line_rule(),
        with_line_rule(
            borrower="any", days_past_due_min=None, used_percent_max=5, months_open_min=6
        ),
    ],
)
def test_a_sound_change_is_not_complained_about(policy: Policy) -> None:
    assert findings(policy, PRODUCTS) == []


def test_a_fee_counts_into_the_price() -> None:
    fee = Fee("guarantee", "principal_when_paid_out", Decimal("0.02"), "guarantor", "x")
    with_fee = [replace(p, fees=(fee,)) if p.code == "weilidai" else p for p in PRODUCTS]

    dear = [fault for fault in findings(POLICY, with_fee) if fault.code == "price_above_cap"]

    # 2 % at once on five equal instalments, lent for three months on average, is 8 % a year.
    assert [fault.facts["band"] for fault in dear] == ["E", "F"]
    assert {fault.facts["product"] for fault in dear} == {"weilidai"}
    assert all(Decimal("0.26") < fault.facts["rate"] < Decimal("0.27") for fault in dear)


def test_every_kind_of_finding_is_provoked_above() -> None:
    assert {code for _, (code, _) in FAULTS} == set(FINDING_CODES)


def test_the_law_bounds_what_the_catalogue_states() -> None:
    assert legal_bounds() == {
        "exposure_person_fen": 20_000_000,
        "exposure_small_business_fen": 50_000_000,
        "all_in_cost_rate": Decimal("0.24"),
    }
    assert len(PRODUCTS) == len(catalogue()) == 7
