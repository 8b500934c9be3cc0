"""What is wrong with rules on one feature: gates, multipliers, and what the law wants declined."""

import functools
import tomllib
from collections.abc import Callable, Iterator
from decimal import Decimal

from lending_core.policy.compile import CAP_REASONS, rules
from lending_core.policy.document import Gate, Multiplier, Policy
from lending_core.policy.finding import Finding
from lending_core.scoring.features import is_audit_only, is_forbidden, register
from lending_core.settings import reference_file

OWN_REASONS = (
    "product_not_offered",
    "score_below_cut_off",
    "learning_test",
    *CAP_REASONS.values(),
    "limit_capped_income_unknown",
    "limit_below_minimum",
)

APPLICATION_NUMBERS = ("amount_asked_fen", "instalments_asked", "score", "default_probability")
# The most that those of them can be which have a most (`document.Score`).
APPLICATION_MAXIMA = {"score": 2_000, "default_probability": 1}

# A place on the number line: a value, and -1, 0 or 1 for just below, at, or just above it.
Bound = tuple[Decimal, int]
LOWEST: Bound = (Decimal("-Infinity"), 0)
HIGHEST: Bound = (Decimal("Infinity"), 0)


def rule_findings(policy: Policy) -> list[Finding]:
    """Faults of the gates and multipliers, and rules of law that no gate keeps."""
    return [
        *_law_findings(policy),
        *_gate_findings(policy),
        *_shadowed_gates(policy),
        *_multiplier_findings(policy),
    ]


@functools.cache
def must_decline() -> tuple[Gate, ...]:
    """What every policy declines by law (`data/reference/policy_law.toml`), as gates."""
    document = tomllib.loads(reference_file("policy_law.toml").read_text("utf-8"))
    return tuple(
        Gate(
            code=row["feature"],
            purpose="eligibility",
            feature=row["feature"],
            operator=row["operator"],
            value=row["value"],
            borrower="any",
            null_outcome=None,
            source=row["rule"],
        )
        for row in document["must_decline"]
    )


def _law_findings(policy: Policy) -> Iterator[Finding]:
    for law in must_decline():
        if not any(_covers(gate, law) for gate in policy.gate):
            yield Finding("law_not_kept", "gate", {"feature": law.feature, "rule": law.source})


def _gate_findings(policy: Policy) -> Iterator[Finding]:
    codes = [rule.reason for rule in rules(policy)]
    for number, gate in enumerate(policy.gate, start=1):
        yield from _rule_fault(gate, f"gate[{number}]")
        own = (gate.code, f"{gate.code}_unknown")
        if codes.count(gate.code) > 1 or codes.count(own[1]) > 1 or set(own) & set(OWN_REASONS):
            yield Finding("gate_code_twice", f"gate[{number}].code", {"gate": gate.code})
        if gate.null_outcome and gate.borrower == "any" and _is_of_business(gate):
            facts = {"gate": gate.code, "feature": gate.feature}
            yield Finding("gate_unknown_of_people", f"gate[{number}].null_outcome", facts)
        if gate.outcome == "decline" and _is_of_safe(gate):
            yield Finding("rule_against_score", f"gate[{number}].value", {"gate": gate.code})


def _multiplier_findings(policy: Policy) -> Iterator[Finding]:
    codes = [multiplier.code for multiplier in policy.multiplier]
    for number, multiplier in enumerate(policy.multiplier, start=1):
        place, facts = f"multiplier[{number}]", {"gate": multiplier.code}
        yield from _rule_fault(multiplier, place)
        if codes.index(multiplier.code) < number - 1:
            yield Finding("gate_code_twice", f"{place}.code", facts)
        if multiplier.percent == 100:
            yield Finding("multiplier_without_effect", f"{place}.percent", facts)
        elif _punishes_safety(multiplier):
            yield Finding("rule_against_score", f"{place}.percent", facts)


def _punishes_safety(multiplier: Multiplier) -> bool:
    """Whether a limit falls as the score rises, past where the bands can see it."""
    return _is_of_safe(multiplier) if multiplier.percent < 100 else _is_of_risky(multiplier)


def _is_of_safe(rule: Gate | Multiplier) -> bool:
    """Whether the rule is true of somebody safer than somebody it leaves out."""
    spared = {"score": ("<", "<="), "default_probability": (">", ">=")}
    return rule.feature in spared and rule.operator not in spared[rule.feature]


def _is_of_risky(rule: Gate | Multiplier) -> bool:
    """Whether the rule leaves somebody out who is safer than somebody it is true of."""
    spared = {"score": (">", ">="), "default_probability": ("<", "<=")}
    return rule.feature in spared and rule.operator not in spared[rule.feature]


def _rule_fault(rule: Gate | Multiplier, place: str) -> Iterator[Finding]:
    fault = next((code for code, is_wrong in RULE_FAULTS.items() if is_wrong(rule)), None)
    if fault:
        facts = {"gate": rule.code, "feature": rule.feature}
        column = "feature" if fault.startswith("gate_feature") else "value"
        yield Finding(fault, f"{place}.{column}", facts)


def _is_forbidden(rule: Gate | Multiplier) -> bool:
    return is_forbidden(rule.feature) or is_audit_only(rule.feature)


def _is_unknown(rule: Gate | Multiplier) -> bool:
    return rule.feature not in APPLICATION_NUMBERS and rule.feature not in register()


def _is_of_other_kind(rule: Gate | Multiplier) -> bool:
    feature = register().get(rule.feature)
    is_flag = feature is not None and feature.unit == "yes_no"
    if is_flag:
        return not (isinstance(rule.value, bool) and rule.operator in ("=", "!="))
    return isinstance(rule.value, bool)


def _never_fires(rule: Gate | Multiplier) -> bool:
    if rule.operator == "!=":
        return _is_of_no_one(rule)
    (low, high), (smallest, largest) = _interval(rule), _range(rule.feature)
    is_between = rule.operator == "=" and Decimal(rule.value) % 1 != 0 and _is_whole(rule.feature)
    return high < smallest or low > largest or is_between or _is_of_no_one(rule)


def _is_of_no_one(rule: Gate | Multiplier) -> bool:
    """Whether the rule asks people for what only a business has."""
    return rule.borrower == "person" and _is_of_business(rule)


def _is_of_business(rule: Gate | Multiplier) -> bool:
    known = register().get(rule.feature)
    return known is not None and known.source == "merchant_receipts"


def _always_fires(rule: Gate | Multiplier) -> bool:
    low, high = _interval(rule)
    smallest, largest = _range(rule.feature)
    return rule.operator != "!=" and low <= smallest and high >= largest


def _range(feature: str) -> tuple[Bound, Bound]:
    """The least and the most that a feature can be, by the register; the application's own numbers
    begin at 0."""
    known = register().get(feature)
    if known is None:
        largest = APPLICATION_MAXIMA.get(feature)
        return (Decimal(0), 0), (Decimal(largest), 0) if largest else HIGHEST
    largest = 1 if known.unit == "yes_no" else known.maximum
    return (Decimal(known.minimum or 0), 0), HIGHEST if largest is None else (Decimal(largest), 0)


def _is_whole(feature: str) -> bool:
    known = register().get(feature)
    return known.unit != "ratio" if known else feature != "default_probability"


# The first that applies is reported: the later ones make sense only without the earlier.
RULE_FAULTS: dict[str, Callable[[Gate | Multiplier], bool]] = {
    "gate_feature_forbidden": _is_forbidden,
    "gate_feature_unknown": _is_unknown,
    "gate_value_kind": _is_of_other_kind,
    "gate_never_fires": _never_fires,
    "gate_always_fires": _always_fires,
}


def _shadowed_gates(policy: Policy) -> Iterator[Finding]:
    """Rules that never decide, because another always fires with them and is as strict."""
    for number, gate in enumerate(policy.gate, start=1):
        others = (*policy.gate[: number - 1], *policy.gate[number:])
        by = next((other for other in others if _covers(other, gate)), None)
        is_first_of_equals = (
            by is not None and _covers(gate, by) and policy.gate.index(by) >= number
        )
        if by and not is_first_of_equals:
            yield Finding("gate_shadowed", f"gate[{number}]", {"gate": gate.code, "by": by.code})


def _covers(wide: Gate, narrow: Gate) -> bool:
    """Whether `wide` fires wherever `narrow` does, and leads to what is as strict."""
    is_comparable = wide.feature == narrow.feature and "!=" not in (wide.operator, narrow.operator)
    is_as_strict = wide.outcome in ("decline", narrow.outcome)
    is_for_the_same = wide.borrower in ("any", narrow.borrower)
    is_null_alike = narrow.null_outcome in (None, wide.null_outcome)
    if not (is_comparable and is_as_strict and is_for_the_same and is_null_alike):
        return False
    (wide_low, wide_high), (low, high) = _interval(wide), _interval(narrow)
    return wide_low <= low and high <= wide_high


def _interval(rule: Gate | Multiplier) -> tuple[Bound, Bound]:
    """The values that fire the rule, from the first to the last; meaningless for `!=`."""
    value = Decimal(rule.value)
    intervals: dict[str, tuple[Bound, Bound]] = {
        "<": (LOWEST, (value, -1)),
        "<=": (LOWEST, (value, 0)),
        "=": ((value, 0), (value, 0)),
        ">=": ((value, 0), HIGHEST),
        ">": ((value, 1), HIGHEST),
        "!=": (LOWEST, HIGHEST),
    }
    return intervals[rule.operator]
