"""The register: every rule of the facts is in it, no number in it that stands elsewhere."""

from datetime import date
from decimal import Decimal

import pytest

from lending_core.compliance.finding import sentence
from lending_core.compliance.register import (
    SEVERITIES,
    checks,
    lpr_on,
    referred,
    rules,
)

# How many rules each chapter of the facts has; they count from 01.
CHAPTERS = {
    **{"IL": 28, "ZD": 15, "PR": 15, "MK": 10, "CR": 10, "PI": 12, "DS": 7},
    **{"AC": 9, "PV": 2, "EC": 6, "CO": 12, "LT": 10, "PM": 14},
}
EXAMPLE = {"measured": Decimal("0.241000"), "limit_value": Decimal("0.240000"), "detail": None}


def test_every_rule_of_the_facts_is_checked_attested_or_said_to_be_out_of_scope() -> None:
    facts = [
        f"{letters}-{number:02}"
        for letters, most in CHAPTERS.items()
        for number in range(1, most + 1)
    ]

    assert list(rules()) == facts
    kinds = [rule.kind for rule in rules().values()]
    assert {kind: kinds.count(kind) for kind in set(kinds)} == {
        "checked": 91,
        "attested": 30,
        "out_of_scope": 29,
    }


def test_a_rule_out_of_scope_says_why_and_another_has_a_weight() -> None:
    said = [rule.reason is not None for rule in rules().values() if rule.kind == "out_of_scope"]
    weights = {rule.severity for rule in rules().values() if rule.kind != "out_of_scope"}

    assert said == [True] * 29
    assert weights == set(SEVERITIES)


@pytest.mark.parametrize(
    ("rule_id", "name", "value"),
    [
        ("IL-01", "cap_yuan", 200_000),
        ("IL-21", "share_min", "0.30"),
        ("ZD-06", "cap", Decimal("0.24")),
        ("PR-09", "seconds_min", 10),
        ("PR-14", "multiples", [Decimal("1.3"), Decimal("1.5")]),
        ("PI-04", "days_max", 15),
        ("CR-06", "days_max", 20),
        ("PI-07", "days_max", 180),
        ("CO-10", "years", 5),
        ("CO-02", "calls_max", 6),
        ("PV-02", "ratio_min", "1.50"),
        ("AC-09", "months_min", 6),
    ],
)
def test_a_number_that_is_enforced_is_read_from_where_it_stands(
    rule_id: str, name: str, value: object
) -> None:
    rule = rules()[rule_id]

    assert rule.parameters[name] == value
    assert referred(rule.references[name]) == value


def test_a_reference_to_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="nothing is there"):
        referred("products.toml#caps.none")


@pytest.mark.parametrize(
    ("on", "known"),
    [
        (date(2025, 12, 21), None),
        (date(2025, 12, 22), (date(2025, 12, 22), Decimal("0.0300"))),
        (date(2026, 9, 20), (date(2026, 9, 20), Decimal("0.0300"))),
    ],
)
def test_the_lpr_of_a_day_is_the_newest_published_by_then(on: date, known: object) -> None:
    assert lpr_on(on) == known


def test_a_rule_binds_from_its_first_day_on() -> None:
    rule = rules()["PR-08"]

    days = [date(2026, 7, 31), date(2026, 8, 1)]

    assert [rule.is_in_force(on) for on in days] == [False, True]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "By its contract it costs 24.10% a year; the cap is 24.00%."),
        ("zh", "按合同年化综合成本 24.10%，上限 24.00%。"),
    ],
)
def test_a_finding_is_said_in_both_languages(language: str, words: str) -> None:
    assert sentence(checks()["contract_cost"], EXAMPLE, language) == words


def test_money_and_counts_of_a_finding_are_said_in_their_units() -> None:
    lines = {"measured": Decimal(20_000_100), "limit_value": Decimal(20_000_000), "detail": None}
    calls = {"measured": Decimal("7.000000"), "limit_value": Decimal(6), "detail": None}

    said = [
        sentence(checks()["line_limits"], lines, "en"),
        sentence(checks()["contact_connected"], calls, "en"),
    ]

    assert said == [
        "Lines of ¥200,001.00 in all; at most ¥200,000.00 may be granted.",
        "7 calls answered on one day; 6 are the most.",
    ]
