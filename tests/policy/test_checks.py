"""Static checks: each fault has a name and a place, and nothing else is found."""

from dataclasses import replace
from decimal import Decimal

import pytest

from lending_core.policy.checks import FINDING_CODES, Finding, findings, legal_bounds
from lending_core.policy.document import Gate, Policy
from lending_core.products.catalogue import catalogue
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


def with_product(number: int, **changes: object) -> Policy:
    rows = list(POLICY.product)
    rows[number - 1] = replace(rows[number - 1], **changes)
    return replace(POLICY, product=tuple(rows))


def with_cap(code: str, value: object) -> Policy:
    caps = (replace(cap, value=value) if cap.code == code else cap for cap in POLICY.cap)
    return replace(POLICY, cap=tuple(caps))


FAULTS = [
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
    (with_gate(operator=">=", value=0), ("gate_always_fires", f"{ADDED}.value")),
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
    ],
)
def test_a_sound_change_is_not_complained_about(policy: Policy) -> None:
    assert findings(policy, PRODUCTS) == []


def test_every_kind_of_finding_is_provoked_above() -> None:
    assert {code for _, (code, _) in FAULTS} == set(FINDING_CODES)


def test_the_law_bounds_what_the_catalogue_states() -> None:
    assert legal_bounds() == {
        "exposure_person_fen": 20_000_000,
        "exposure_small_business_fen": 50_000_000,
        "all_in_cost_rate": Decimal("0.24"),
    }
    assert len(PRODUCTS) == len(catalogue()) == 7
