"""For every rule held over what is written down or reckoned: what breaks it, what just does not."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl

from lending_core.compliance import (
    configuration_checks,
    cost_checks,
    funder_checks,
    policy_checks,
    text_checks,
)
from lending_core.compliance.register import Rule
from lending_core.funding.funders import Agreement, Funder, funders
from lending_core.policy.document import Cap, Policy, opening_policy
from lending_core.products.catalogue import Fee, Product, catalogue
from lending_core.scoring.features import Feature, register

# A rule broken and a rule kept, as findings.
Looked = Callable[[Rule], tuple[pl.DataFrame, pl.DataFrame]]

IN_FORCE_ON = date(2026, 10, 15)


def cost(simple: str, compound: str = "0.250000") -> pl.DataFrame:
    """What loan 1 costs in a year."""
    rates = {
        "loan_id": [1],
        "annual_cost_simple": [Decimal(simple)],
        "annual_cost_compound": [Decimal(compound)],
    }
    return pl.DataFrame(rates, schema_overrides=dict.fromkeys(list(rates)[1:], pl.Decimal(18, 6)))


def terms(**changes: Any) -> pl.DataFrame:
    """Loan 1, as its cost is held against."""
    facts = {
        "loan_id": 1,
        "product_code": "weilidai",
        "annual_rate": Decimal("0.146000"),
        "principal_fen": 100_000,
        "disbursed_on": IN_FORCE_ON,
        "is_open": True,
        "funder_code": "binhai_bank",
        "lender_type": "bank",
    }
    return pl.DataFrame([{**facts, **changes}])


def dear(**changes: Any) -> Looked:
    """A loan at 24.06 % and one at 24.05 %, which whole fen may come to."""

    def looked(rule: Rule) -> tuple[pl.DataFrame, pl.DataFrame]:
        cap, loan = rule.parameters["cap"], terms(**changes)
        return (
            cost_checks.over_cap(loan, cost("0.240600"), rule, cap),
            cost_checks.over_cap(loan, cost("0.240500"), rule, cap),
        )

    return looked


def legacy(rule: Rule) -> tuple[pl.DataFrame, pl.DataFrame]:
    cap = rule.parameters["cap"]
    older, newer = terms(disbursed_on=date(2025, 9, 30)), terms(disbursed_on=date(2025, 10, 1))
    return (
        cost_checks.legacy_over_cap(older, cost("0.30"), rule, cap),
        cost_checks.legacy_over_cap(newer, cost("0.30"), rule, cap),
    )


def average(rule: Rule) -> tuple[pl.DataFrame, pl.DataFrame]:
    loan = terms(lender_type="consumer_finance", funder_code="qinghe_finance")
    on = date(2026, 10, 31)
    return (
        cost_checks.average_over(loan, cost("0.200001"), rule, on),
        cost_checks.average_over(loan, cost("0.200000"), rule, on),
    )


def over_lpr(rule: Rule) -> tuple[pl.DataFrame, pl.DataFrame]:
    loan = terms(lender_type="microloan", disbursed_on=date(2027, 12, 31))
    return (
        cost_checks.over_lpr(loan, cost("0.120600"), rule),
        cost_checks.over_lpr(loan, cost("0.120500"), rule),
    )


def on_balance(rule: Rule) -> tuple[pl.DataFrame, pl.DataFrame]:
    """At 14.60 %, on principal that is repaid or not."""
    return (
        cost_checks.off_balance(terms(), cost("0.151001"), rule),
        cost_checks.off_balance(terms(), cost("0.151000"), rule),
    )


def with_policy(
    look: Callable[[Policy, int, Rule], pl.DataFrame], change: Callable[[Policy], Policy]
) -> Looked:
    """The opening policy with something wrong in it, and as it is."""

    def looked(rule: Rule) -> tuple[pl.DataFrame, pl.DataFrame]:
        policy = opening_policy()
        return look(change(policy), 2, rule), look(policy, 1, rule)

    return looked


def ungated(feature: str) -> Callable[[Policy], Policy]:
    def change(policy: Policy) -> Policy:
        kept = tuple(gate for gate in policy.gate if gate.feature != feature)
        return replace(policy, gate=kept)

    return change


def policy_price(rule: Rule) -> tuple[pl.DataFrame, pl.DataFrame]:
    """A policy whose own cap is above the law's, and one whose own cap none of its prices keeps."""
    above, below = (capped(opening_policy(), cap) for cap in ("0.2401", "0.01"))
    return policy_checks.too_dear(above, 2, rule), policy_checks.too_dear(below, 2, rule)


def capped(policy: Policy, cap: str) -> Policy:
    own = Cap("all_in_cost_rate", Decimal(cap), "assumption")
    others = tuple(each for each in policy.cap if each.code != own.code)
    return replace(policy, cap=(*others, own))


def asks_for_sex(policy: Policy) -> Policy:
    gate = replace(policy.gate[0], code="extra", feature="customer_sex")
    return replace(policy, gate=(*policy.gate, gate))


def with_product(look: Callable[[list[Product], Rule], pl.DataFrame], **changes: Any) -> Looked:
    """The first product with something wrong in it, and as it is."""

    def looked(rule: Rule) -> tuple[pl.DataFrame, pl.DataFrame]:
        product = catalogue()["weilidai"]
        return look([replace(product, **changes)], rule), look([product], rule)

    return looked


def fee(payee: str) -> tuple[Fee, ...]:
    return (Fee("membership", "principal_when_paid_out", Decimal("0.01"), payee, "assumption"),)


def sources(_: Rule) -> tuple[pl.DataFrame, pl.DataFrame]:
    feature: Feature = register()["inquiries_3m"]
    return (
        configuration_checks.unregistered_sources([feature], {"tenure"}),
        configuration_checks.unregistered_sources([feature], {"bureau"}),
    )


def columns(bad: str, good: str) -> Looked:
    def looked(rule: Rule) -> tuple[pl.DataFrame, pl.DataFrame]:
        named = {
            name: pl.DataFrame({"table_name": ["customer"], "column_name": [name]})
            for name in (bad, good)
        }
        return (
            configuration_checks.barred_columns(named[bad], rule),
            configuration_checks.barred_columns(named[good], rule),
        )

    return looked


def lpr_age(rule: Rule) -> tuple[pl.DataFrame, pl.DataFrame]:
    return (
        configuration_checks.stale_lpr(rule, date(2026, 10, 22)),
        configuration_checks.stale_lpr(rule, date(2026, 10, 21)),
    )


def scenarios(rule: Rule) -> tuple[pl.DataFrame, pl.DataFrame]:
    two = {**rule.parameters, "scenarios": rule.parameters["scenarios"][:2]}
    return (
        configuration_checks.few_scenarios(replace(rule, parameters=two)),
        configuration_checks.few_scenarios(rule),
    )


def texts(bad: str, good: str) -> Looked:
    def looked(rule: Rule) -> tuple[pl.DataFrame, pl.DataFrame]:
        return (
            text_checks.broken_texts({"a": {"en": "", "zh": bad}}, rule.rule_id),
            text_checks.broken_texts({"a": {"en": "", "zh": good}}, rule.rule_id),
        )

    return looked


def sheet(en: str, zh: str) -> Looked:
    def looked(rule: Rule) -> tuple[pl.DataFrame, pl.DataFrame]:
        return (
            text_checks.words_missing({"a": {"en": en, "zh": ""}}, rule),
            text_checks.words_missing({"a": {"en": en, "zh": zh}}, rule),
        )

    return looked


def scripts(rule: Rule) -> tuple[pl.DataFrame, pl.DataFrame]:
    whole = {"borrower": {"en": "{caller} of {house}", "zh": "{house}的{caller}"}}
    nameless = {"borrower": {"en": "{caller}", "zh": "{house}的{caller}"}}
    return text_checks.unsaid(nameless, rule), text_checks.unsaid(whole, rule)


def shares(*parts: tuple[str, int], **changes: Any) -> pl.DataFrame:
    """A loan of 1,000.00 by lender and part in fen, all of it owed."""
    facts = {
        "loan_id": 1,
        "customer_id": 1,
        "region_code": "44",
        "disbursed_on": IN_FORCE_ON,
        "principal_fen": 100_000,
        **changes,
    }
    own = [{"funder_code": code, "share_fen": fen, "owing_fen": fen} for code, fen in parts]
    return pl.DataFrame([{**facts, **each} for each in own])


def lender(code: str, **changes: Any) -> dict[str, Funder]:
    """The lenders of the house, one of them changed."""
    return {**funders(), code: replace(funders()[code], **changes)}


def off_list(rule: Rule) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Off the list on the day, and on it for a day more; jointly without an agreement, and with."""
    whole = shares(("binhai_bank", 100_000))
    joint = shares(("binhai_bank", 50_000), ("qinghe_finance", 50_000))
    gone = lender("binhai_bank", delisted_on=IN_FORCE_ON)
    there = lender("binhai_bank", delisted_on=date(2026, 10, 16))
    agreed = [Agreement("binhai_bank", "qinghe_finance")]
    return (
        pl.concat(
            [
                funder_checks.off_list(whole, gone, [], rule),
                funder_checks.off_list(joint, there, [], rule),
            ]
        ),
        pl.concat(
            [
                funder_checks.off_list(whole, there, [], rule),
                funder_checks.off_list(joint, there, agreed, rule),
            ]
        ),
    )


def joint_share(rule: Rule) -> tuple[pl.DataFrame, pl.DataFrame]:
    return (
        funder_checks.too_large_a_share(
            shares(("binhai_bank", 70_001), ("qinghe_finance", 29_999)), rule
        ),
        funder_checks.too_large_a_share(
            shares(("binhai_bank", 70_000), ("qinghe_finance", 30_000)), rule
        ),
    )


def joint_partner(rule: Rule) -> tuple[pl.DataFrame, pl.DataFrame]:
    """A quarter of 2,000.00 is 500.00."""
    joint = shares(("binhai_bank", 50_000), ("qinghe_finance", 50_000))
    return (
        funder_checks.too_much_with_one(joint, lender("binhai_bank", tier1_fen=199_999), rule),
        funder_checks.too_much_with_one(joint, lender("binhai_bank", tier1_fen=200_000), rule),
    )


def joint_total(rule: Rule) -> tuple[pl.DataFrame, pl.DataFrame]:
    joint = shares(("binhai_bank", 50_000), ("qinghe_finance", 50_000))
    return (
        funder_checks.too_much_joint(joint, lender("binhai_bank", total_loans_fen=99_999), rule),
        funder_checks.too_much_joint(joint, lender("binhai_bank", total_loans_fen=100_000), rule),
    )


def out_of_region(rule: Rule) -> tuple[pl.DataFrame, pl.DataFrame]:
    whole = shares(("binhai_bank", 100_000))
    return (
        funder_checks.out_of_region(whole, lender("binhai_bank", region_codes=("31",)), rule),
        funder_checks.out_of_region(whole, lender("binhai_bank", region_codes=("31", "44")), rule),
    )


def one_borrower(rule: Rule) -> tuple[pl.DataFrame, pl.DataFrame]:
    whole = shares(("binhai_bank", 100_000))
    return (
        funder_checks.too_much_to_one(whole, lender("binhai_bank", tier1_fen=999_999), rule),
        funder_checks.too_much_to_one(whole, lender("binhai_bank", tier1_fen=1_000_000), rule),
    )


PAYEES = with_product(configuration_checks.barred_payees, fees=fee("platform"))
WRITTEN_CASES: dict[tuple[str, str], Looked] = {
    ("IL-02", "product_cap"): with_product(
        configuration_checks.above_lift, limit_max_fen=30_000_001
    ),
    ("IL-13", "feature_sources"): sources,
    ("IL-20", "fee_payees"): PAYEES,
    ("ZD-07", "fee_payees"): PAYEES,
    ("IL-21", "joint_share"): joint_share,
    ("IL-22", "joint_partner"): joint_partner,
    ("IL-23", "joint_total"): joint_total,
    ("IL-24", "out_of_region"): out_of_region,
    ("IL-26", "borrower_of_capital"): one_borrower,
    ("ZD-03", "funder_unlisted"): off_list,
    ("IL-27", "policy_gates"): with_policy(policy_checks.ungated, ungated("is_student")),
    ("PI-06", "policy_gates"): with_policy(policy_checks.ungated, ungated("age_years")),
    ("ZD-06", "policy_price"): policy_price,
    ("ZD-06", "contract_cost"): dear(),
    ("ZD-06", "actual_cost"): dear(),
    ("ZD-10", "legacy_cost"): legacy,
    ("ZD-11", "average_cost"): average,
    ("ZD-12", "contract_cost"): dear(lender_type="microloan"),
    ("ZD-13", "cost_over_lpr"): over_lpr,
    ("ZD-14", "actual_cost"): dear(),
    ("PR-04", "lpr_age"): lpr_age,
    ("PR-05", "rate_shown"): texts("额度高，日息0.02%", "额度高，年化利率7.3%"),
    ("PR-06", "cost_on_balance"): on_balance,
    ("PR-07", "sheet_words"): sheet("simple and compound", "单利和复利"),
    ("PR-08", "sheet_statement"): sheet("nothing beyond", "不再收取"),
    ("PR-13", "policy_features"): with_policy(
        lambda policy, version, _: policy_checks.forbidden(policy, version), asks_for_sex
    ),
    ("MK-05", "marketing_words"): texts("年化利率7.3%，秒 到 账", "年化利率7.3%，次日到账"),
    ("CR-02", "forbidden_columns"): columns("blood_type", "product_type"),
    ("CO-05", "forbidden_columns"): columns("contact_list", "contact_id"),
    ("EC-05", "scenarios_few"): scenarios,
    ("CO-06", "script_opening"): scripts,
}
