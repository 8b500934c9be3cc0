"""How each check of the register is carried out: a query over the book, or a function over what the
house has written down."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

import polars as pl

from lending_core.compliance import (
    configuration_checks,
    cost_checks,
    funder_checks,
    policy_checks,
    sheet_checks,
    text_checks,
)
from lending_core.compliance.finding import found
from lending_core.compliance.parameters import query_parameters
from lending_core.compliance.register import Rule, referred
from lending_core.dates import month_start, newest_month_end
from lending_core.funding.funders import Funder
from lending_core.identity.consents import consents
from lending_core.operations.agreement_register import agreements_in_force
from lending_core.operations.console import Book, book
from lending_core.operations.deciding import policy_in_force
from lending_core.operations.funder_register import funders_in_force
from lending_core.policy.document import Policy
from lending_core.portfolio.collection_rules import conduct, scripts
from lending_core.portfolio.conduct import utc_offset_hours
from lending_core.products.catalogue import catalogue
from lending_core.scoring.features import register as feature_register
from lending_core.store.engine import Store, Transaction
from lending_core.store.query_files import QUERY_FOLDER, query_text

FOLDER = "compliance"
# Checks that ask a query of another name.
QUERIES = dict.fromkeys(("provision_ratio", "provision_coverage"), "provision_level")
_PARAMETER = re.compile(r"\$(\w+)")


@dataclass
class Ground:
    """What one run looks at, read once however many rules ask for it."""

    reader: Store | Transaction

    @cached_property
    def book(self) -> Book:
        return book(self.reader)

    @cached_property
    def funders(self) -> dict[str, Funder]:
        """Who may lend, by the terms in force."""
        return funders_in_force(self.reader)

    @cached_property
    def days(self) -> dict[str, Any]:
        """Days that queries may ask for, and the hours that borrowers' clocks are ahead."""
        month_end_on = newest_month_end(self.book.business_on)
        noon = datetime(month_end_on.year, month_end_on.month, month_end_on.day, 12, tzinfo=UTC)
        return {
            "on": self.book.business_on,
            "month_end_on": month_end_on,
            "month_start_on": month_start(month_end_on),
            "hours_ahead": utc_offset_hours(noon, conduct()),
        }

    @cached_property
    def looked_at(self) -> dict[str, int]:
        """How many things of each kind there are to look at."""
        counted = dict(self.read("looked_at", **self.days).rows())
        return {
            **counted,
            "configuration": 1,
            "policies": 0 if self.policy is None else 1,
            "products": len(catalogue()),
            "features": len(feature_register()),
            "texts": len(text_checks.house_texts()),
            "columns": self.columns.height,
            "sheets": self.sheets.height,
        }

    @cached_property
    def policy(self) -> tuple[int, Policy] | None:
        """The policy that decides, with its version; None before the first."""
        if self.reader.read("policy_versions").is_empty():
            return None
        return policy_in_force(self.reader)

    @cached_property
    def terms(self) -> pl.DataFrame:
        return self.read("loan_terms")

    @cached_property
    def contract_costs(self) -> pl.DataFrame:
        return cost_checks.costs(self.read("contract_flow", loan_id=None))

    @cached_property
    def actual_costs(self) -> pl.DataFrame:
        return cost_checks.costs(self.read("actual_flow", loan_id=None))

    @cached_property
    def unconsented(self) -> pl.DataFrame:
        return self.read("unconsented")

    @cached_property
    def shares(self) -> pl.DataFrame:
        return self.read("share")

    @cached_property
    def held(self) -> pl.DataFrame:
        return self.read("held")

    @cached_property
    def columns(self) -> pl.DataFrame:
        return self.read("table_column")

    @cached_property
    def sheets(self) -> pl.DataFrame:
        evidence = self.read("sheet_evidence", loan_id=None, effective_on=sheets_from())
        return evidence.filter("needs_sheet")

    def read(self, query: str, **known: Any) -> pl.DataFrame:
        """The frame of a query of the register with those of `known` that it asks for."""
        name = f"{FOLDER}/{query}"
        asked = set(_PARAMETER.findall(query_text(name)))
        return self.reader.read(name, **{key: known[key] for key in asked})

    def query(self, rule: Rule, check: str) -> pl.DataFrame:
        """What the query of a check finds."""
        known = {"effective_on": rule.effective_from, **self.days, **query_parameters(rule, check)}
        return found(self.read(QUERIES.get(check, check), **known))


def sheets_from() -> Any:
    """From which day on a contract needs its cost sheet (PR-08)."""
    return referred("rules.toml#cost_sheets_from")


def findings(ground: Ground, rule: Rule, check: str) -> pl.DataFrame:
    """What one check of a rule finds: the columns of `FOUND`."""
    function = FUNCTIONS.get(check)
    return ground.query(rule, check) if function is None else function(ground, rule)


def is_known(check: str) -> bool:
    """Whether a check of this name can be carried out."""
    file = QUERY_FOLDER / FOLDER / f"{QUERIES.get(check, check)}.sql"
    return check in FUNCTIONS or file.exists()


def _of_policy(
    look: Callable[[Policy, int, Rule], pl.DataFrame],
) -> Callable[[Ground, Rule], pl.DataFrame]:
    def looked(ground: Ground, rule: Rule) -> pl.DataFrame:
        if ground.policy is None:
            return found(pl.DataFrame({"subject_id": []}))
        version, policy = ground.policy
        return look(policy, version, rule)

    return looked


def _contract(ground: Ground, rule: Rule) -> pl.DataFrame:
    cap = rule.parameters["cap"]
    return cost_checks.over_cap(ground.terms, ground.contract_costs, rule, cap)


def _actual(ground: Ground, rule: Rule) -> pl.DataFrame:
    cap = rule.parameters["cap"]
    # What was lent since the newest close has no flows yet but the first.
    lent = ground.terms.filter(pl.col("disbursed_on") <= ground.book.business_on)
    return cost_checks.over_cap(lent, ground.actual_costs, rule, cap)


def _average(ground: Ground, rule: Rule) -> pl.DataFrame:
    on = ground.days["month_end_on"]
    return cost_checks.average_over(ground.terms, ground.contract_costs, rule, on)


def _off_list(ground: Ground, rule: Rule) -> pl.DataFrame:
    agreed = agreements_in_force(ground.reader)
    return funder_checks.off_list(ground.shares, ground.funders, agreed, rule)


def _columns(ground: Ground, rule: Rule) -> pl.DataFrame:
    digests = referred("features.toml#forbidden.digests")
    return configuration_checks.barred_columns(ground.columns, rule, digests)


def _unconsented(ground: Ground, rule: Rule) -> pl.DataFrame:
    since = pl.col("applied_on") >= rule.effective_from
    return found(
        ground.unconsented.filter(since & pl.col("detail").is_in(rule.parameters["sources"]))
    )


def _sheet_words(_: Ground, rule: Rule) -> pl.DataFrame:
    return text_checks.words_missing(referred("cost_sheet.toml#sheet"), rule)


FUNCTIONS: dict[str, Callable[[Ground, Rule], pl.DataFrame]] = {
    "read_without_consent": _unconsented,
    "contract_cost": _contract,
    "actual_cost": _actual,
    "legacy_cost": lambda ground, rule: cost_checks.legacy_over_cap(
        ground.terms, ground.contract_costs, rule, rule.parameters["cap"]
    ),
    "average_cost": _average,
    "cost_over_lpr": lambda ground, rule: cost_checks.over_lpr(
        ground.terms, ground.contract_costs, rule
    ),
    "cost_on_balance": lambda ground, rule: cost_checks.off_balance(
        ground.terms, ground.contract_costs, rule
    ),
    "policy_gates": _of_policy(policy_checks.ungated),
    "policy_price": _of_policy(policy_checks.too_dear),
    "policy_features": _of_policy(
        lambda policy, version, _: policy_checks.forbidden(policy, version)
    ),
    "product_cap": lambda _, rule: configuration_checks.above_lift(catalogue().values(), rule),
    "fee_payees": lambda _, rule: configuration_checks.barred_payees(catalogue().values(), rule),
    "feature_sources": lambda _, rule: configuration_checks.unregistered_sources(  # noqa: ARG005
        feature_register().values(), consents().keys()
    ),
    "forbidden_columns": _columns,
    "lpr_age": lambda ground, rule: configuration_checks.stale_lpr(rule, ground.book.business_on),
    "scenarios_few": lambda _, rule: configuration_checks.few_scenarios(rule),
    "marketing_words": lambda _, rule: text_checks.broken_texts(
        text_checks.house_texts(), rule.rule_id
    ),
    "rate_shown": lambda _, rule: text_checks.broken_texts(text_checks.advertised(), rule.rule_id),
    "sheet_words": _sheet_words,
    "sheet_statement": _sheet_words,
    "script_opening": lambda _, rule: text_checks.unsaid(scripts(), rule),
    "contact_words": lambda ground, rule: text_checks.said(
        ground.reader.opened(ground.read("contact_note", effective_on=rule.effective_from)), rule
    ),
    "sheet_missing": lambda ground, _: sheet_checks.missing(ground.sheets),
    "sheet_unread": lambda ground, rule: sheet_checks.unread(ground.sheets, rule),
    "sheet_coverage": lambda ground, rule: sheet_checks.coverage(ground.sheets, rule),
    "funder_unlisted": _off_list,
    "joint_share": lambda ground, rule: funder_checks.too_large_a_share(ground.shares, rule),
    "joint_partner": lambda ground, rule: funder_checks.too_much_with_one(
        ground.held, ground.funders, rule
    ),
    "joint_total": lambda ground, rule: funder_checks.too_much_joint(
        ground.held, ground.funders, rule
    ),
    "out_of_region": lambda ground, rule: funder_checks.out_of_region(
        ground.shares, ground.funders, rule
    ),
    "borrower_of_capital": lambda ground, rule: funder_checks.too_much_to_one(
        ground.held, ground.funders, rule
    ),
}
