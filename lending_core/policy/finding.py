"""What a check of a policy may find: named faults with their places."""

from collections.abc import Mapping
from dataclasses import dataclass

# What every finding may say; the facts that its sentence can use are in brackets. A rule is a gate
# or a multiplier.
FINDING_CODES = (
    "dates_reversed",  # ()
    "law_not_kept",  # (feature, rule)
    "band_order",  # (band)
    "band_without_floor",  # (band)
    "band_name_twice",  # (band)
    "band_admission_order",  # (band)
    "band_limit_falls",  # (band, safer)
    "band_price_rises",  # (band, safer)
    "band_term_rises",  # (band, safer)
    "band_without_term",  # (product, band)
    "gate_feature_forbidden",  # (gate, feature)
    "gate_feature_unknown",  # (gate, feature)
    "gate_value_kind",  # (gate, feature)
    "gate_code_twice",  # (gate)
    "gate_never_fires",  # (gate)
    "gate_unknown_of_people",  # (gate, feature)
    "gate_always_fires",  # (gate)
    "gate_shadowed",  # (gate, by)
    "multiplier_without_effect",  # (gate)
    "rule_against_score",  # (gate)
    "product_unknown",  # (product)
    "product_twice",  # (product)
    "product_without_row",  # (product)
    "product_never_offered",  # (product)
    "price_above_cap",  # (product, band, rate, cap)
    "cap_above_law",  # (cap, legal_max)
    "line_rule_twice",  # (line_rule)
    "line_rule_percent",  # (line_rule)
    "line_rule_empty",  # (line_rule)
    "line_rule_shadowed",  # (line_rule, before)
    "line_rule_rewards_late",  # (line_rule)
    "guard_empty",  # ()
)


@dataclass(frozen=True)
class Finding:
    """One fault: `code` of `FINDING_CODES`, the place in the document, facts for its sentence."""

    code: str
    place: str
    facts: Mapping[str, object]
