"""What the law asks of a limit policy, from the findings of the policy's own checks."""

from decimal import Decimal

import polars as pl

from lending_core.compliance.finding import named
from lending_core.compliance.register import Rule
from lending_core.policy.checks import findings
from lending_core.policy.document import Policy
from lending_core.policy.finding import Finding
from lending_core.policy.rule_checks import rule_findings
from lending_core.products.catalogue import catalogue


def ungated(policy: Policy, version: int, rule: Rule) -> pl.DataFrame:
    """What the rule wants declined and no gate declines (IL-27, PI-06)."""
    missing = [
        each
        for each in rule_findings(policy)
        if each.code == "law_not_kept" and each.facts["feature"] == rule.parameters["feature"]
    ]
    return named({"subject_id": version, "detail": each.facts["feature"]} for each in missing)


def too_dear(policy: Policy, version: int, rule: Rule) -> pl.DataFrame:
    """Bands and products that can cost more than the cap of the law (ZD-06): where the policy's own
    cap is above it, too. A price above an own cap that is stricter than the law breaks no law."""
    cap = rule.parameters["cap"]
    found = [each for each in findings(policy, catalogue().values()) if _is_dear(each, cap)]
    return named(
        {
            "subject_id": version,
            "measured": each.facts.get("rate", policy.cap_value("all_in_cost_rate")),
            "limit_value": cap,
            "detail": _where(each),
        }
        for each in found
    )


def forbidden(policy: Policy, version: int) -> pl.DataFrame:
    """Features that a policy asks for and may not (PR-13)."""
    barred = [each for each in rule_findings(policy) if each.code == "gate_feature_forbidden"]
    return named({"subject_id": version, "detail": each.facts["feature"]} for each in barred)


def _is_dear(finding: Finding, cap: Decimal) -> bool:
    if finding.code == "cap_above_law":
        return bool(finding.facts["cap"] == "all_in_cost_rate")
    return finding.code == "price_above_cap" and Decimal(str(finding.facts["rate"])) > cap


def _where(finding: Finding) -> str:
    if finding.code == "cap_above_law":
        return "all_in_cost_rate"
    return f"{finding.facts['band']} / {finding.facts['product']}"
