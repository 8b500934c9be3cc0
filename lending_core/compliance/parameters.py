"""What the queries of the register are asked with, where it is not a number of the rule as such."""

from collections.abc import Callable
from typing import Any

from lending_core.compliance.register import Rule
from lending_core.identity.consents import consents
from lending_core.portfolio.collection_rules import agencies, failed_outcomes, outcomes
from lending_core.products.catalogue import catalogue

Parameters = dict[str, Any]


def query_parameters(rule: Rule, check: str) -> Parameters:
    """The numbers and lists of a rule for the query of one of its checks: its own parameters that
    are plain, and those that a query cannot make of a document itself."""
    plain = {
        name: value for name, value in rule.parameters.items() if not isinstance(value, dict | list)
    }
    derived = _DERIVED.get(check)
    return {**plain, **_lists(rule), **(derived(rule) if derived else {})}


def _lists(rule: Rule) -> Parameters:
    return {
        name: value
        for name, value in rule.parameters.items()
        if isinstance(value, list) and all(isinstance(each, str) for each in value)
    }


def _codes(rule: Rule) -> list[str]:
    return [row["asset_class"] for row in rule.parameters["classes"]]


def _floor(rule: Rule) -> Parameters:
    codes = _codes(rule)
    place = codes.index(rule.parameters["asset_class"])
    return {
        "better": codes[:place],
        "days_from": rule.parameters["classes"][place]["days_past_due_from"],
    }


def _bad(rule: Rule) -> Parameters:
    codes = _codes(rule)
    place = codes.index(rule.parameters["bad_from"])
    days = rule.parameters["classes"][place]["days_past_due_from"]
    return {"bad": codes[place:], "days_from": days}


def _stage(rule: Rule) -> Parameters:
    rows = {row["stage"]: row for row in rule.parameters["stages"]}
    return {"days_from": rows[rule.parameters["stage"]]["days_past_due_from"]}


def _product(rule: Rule) -> Parameters:
    product = catalogue()[rule.parameters["product"]]
    return {
        "draw_min_fen": product.draw_min_fen,
        "draw_max_fen": product.draw_max_fen,
        "methods": list(product.methods),
        "choices": list(product.instalment_choices),
        "grace_days": product.grace_days,
        "rate_min": product.annual_rate_min,
        "rate_max": product.annual_rate_max,
    }


def _purposes(_: Rule) -> Parameters:
    allowed = [f"{code}:{one}" for code, each in catalogue().items() for one in each.scenarios]
    return {"allowed": allowed}


def _age(rule: Rule) -> Parameters:
    wanted = rule.parameters["feature"]
    rows = rule.parameters["must_decline"]
    return {"age_min": next(row["value"] for row in rows if row["feature"] == wanted)}


def _texts(_: Rule) -> Parameters:
    known = [
        f"{source}:{text.version}" for source, each in consents().items() for text in each.texts
    ]
    return {"texts_known": known}


def _outcomes(_: Rule) -> Parameters:
    invalid = [code for code, each in outcomes().items() if each.is_number_invalid]
    return {"failed_outcomes": failed_outcomes(), "invalid_outcomes": invalid}


def _multiples(rule: Rule) -> Parameters:
    least, most = rule.parameters["multiples"]
    return {"multiple_min": least, "multiple_max": most}


_DERIVED: dict[str, Callable[[Rule], Parameters]] = {
    "class_unknown": lambda rule: {"classes_known": _codes(rule)},
    "class_floor": _floor,
    "class_restructured": _floor,
    "class_group": _bad,
    "class_upgrade": _bad,
    "class_stage": _bad,
    "provision_coverage": lambda rule: {"classes": _bad(rule)["bad"]},
    "provision_ratio": lambda _: {"classes": None},
    "stage_floor": _stage,
    "product_terms": _product,
    "purposes": _purposes,
    "minor_loans": _age,
    "consent_text_unknown": _texts,
    "contact_third": _outcomes,
    "penalty_multiple": _multiples,
    "agency_unpublished": lambda _: {
        "barred": [code for code, each in agencies().items() if not each.is_published]
    },
    "agency_violent": lambda _: {
        "barred": [code for code, each in agencies().items() if each.has_violent_record]
    },
}
