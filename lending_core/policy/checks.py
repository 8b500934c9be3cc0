"""What is wrong with a policy before it decides anyone: named findings with their places."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from lending_core.policy.compile import CAP_REASONS, rules
from lending_core.policy.document import ADMISSIONS, Band, Gate, Policy
from lending_core.policy.offers import Offer, offers
from lending_core.products.catalogue import Product, caps
from lending_core.scoring.features import is_audit_only, is_forbidden, register

# What every finding may say; the facts that its sentence can use are in brackets.
FINDING_CODES = (
    "band_order",  # (band)
    "band_without_floor",  # (band)
    "band_name_twice",  # (band)
    "band_admission_order",  # (band)
    "band_limit_falls",  # (band, safer)
    "band_price_rises",  # (band, safer)
    "gate_feature_forbidden",  # (gate, feature)
    "gate_feature_unknown",  # (gate, feature)
    "gate_value_kind",  # (gate, feature)
    "gate_code_twice",  # (gate)
    "gate_never_fires",  # (gate)
    "gate_always_fires",  # (gate)
    "gate_shadowed",  # (gate, by)
    "product_unknown",  # (product)
    "product_twice",  # (product)
    "product_without_row",  # (product)
    "product_never_offered",  # (product)
    "price_above_cap",  # (product, band, rate, cap)
    "cap_above_law",  # (cap, legal_max)
)

# A safer band gets no less of these than a riskier one, and pays no more.
RISING_WITH_SCORE = (
    "limit_person_fen",
    "limit_small_business_fen",
    "earnings_percent_person",
    "earnings_percent_small_business",
)

OWN_REASONS = (
    "product_not_offered",
    "score_below_cut_off",
    "learning_test",
    *CAP_REASONS.values(),
    "limit_capped_income_unknown",
    "limit_below_minimum",
)

APPLICATION_NUMBERS = ("amount_asked_fen", "instalments_asked", "score", "default_probability")

# A place on the number line: a value, and -1, 0 or 1 for just below, at, or just above it.
Bound = tuple[Decimal, int]
LOWEST: Bound = (Decimal("-Infinity"), 0)
HIGHEST: Bound = (Decimal("Infinity"), 0)
# No feature is negative.
SMALLEST: Bound = (Decimal(0), 0)


@dataclass(frozen=True)
class Finding:
    """One fault: `code` of `FINDING_CODES`, the place in the document, facts for its sentence."""

    code: str
    place: str
    facts: Mapping[str, object]


def findings(policy: Policy, products: Iterable[Product]) -> list[Finding]:
    """Everything wrong with the policy, in the order of the document; empty means fit for use."""
    catalogue = tuple(products)
    return [
        *_gate_findings(policy),
        *_shadowed_gates(policy),
        *_band_findings(policy),
        *_product_findings(policy, catalogue),
        *_price_findings(policy, catalogue),
        *_cap_findings(policy),
    ]


def legal_bounds() -> dict[str, int | Decimal]:
    """What no version of the policy may exceed, by the code of its cap."""
    return {
        "exposure_person_fen": caps().consumer_limit_fen,
        "exposure_small_business_fen": caps().small_business_limit_fen,
        "all_in_cost_rate": caps().all_in_annual_rate,
    }


def _gate_findings(policy: Policy) -> Iterator[Finding]:
    codes = [rule.reason for rule in rules(policy)]
    for number, gate in enumerate(policy.gate, start=1):
        fault = next((code for code, is_wrong in GATE_FAULTS.items() if is_wrong(gate)), None)
        if fault:
            facts = {"gate": gate.code, "feature": gate.feature}
            column = "feature" if fault.startswith("gate_feature") else "value"
            yield Finding(fault, f"gate[{number}].{column}", facts)
        own = (gate.code, f"{gate.code}_unknown")
        if codes.count(gate.code) > 1 or codes.count(own[1]) > 1 or set(own) & set(OWN_REASONS):
            yield Finding("gate_code_twice", f"gate[{number}].code", {"gate": gate.code})


def _is_forbidden(gate: Gate) -> bool:
    return is_forbidden(gate.feature) or is_audit_only(gate.feature)


def _is_unknown(gate: Gate) -> bool:
    return gate.feature not in APPLICATION_NUMBERS and gate.feature not in register()


def _is_of_other_kind(gate: Gate) -> bool:
    feature = register().get(gate.feature)
    is_flag = feature is not None and feature.unit == "yes_no"
    if is_flag:
        return not (isinstance(gate.value, bool) and gate.operator in ("=", "!="))
    return isinstance(gate.value, bool)


def _never_fires(gate: Gate) -> bool:
    return gate.operator != "!=" and _interval(gate)[1] < SMALLEST


def _always_fires(gate: Gate) -> bool:
    low, high = _interval(gate)
    return gate.operator != "!=" and low <= SMALLEST and high == HIGHEST


# The first that applies is reported: the later ones make sense only without the earlier.
GATE_FAULTS: dict[str, Callable[[Gate], bool]] = {
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
    is_comparable = wide.feature == narrow.feature and "!=" not in (wide.operator, narrow.operator)
    is_as_strict = wide.outcome in ("decline", narrow.outcome)
    is_for_the_same = wide.borrower in ("any", narrow.borrower)
    is_null_alike = narrow.null_outcome in (None, wide.null_outcome)
    if not (is_comparable and is_as_strict and is_for_the_same and is_null_alike):
        return False
    (wide_low, wide_high), (low, high) = _interval(wide), _interval(narrow)
    return wide_low <= low and high <= wide_high


def _interval(gate: Gate) -> tuple[Bound, Bound]:
    """The values that fire the gate, from the first to the last; meaningless for `!=`."""
    value = Decimal(gate.value)
    intervals: dict[str, tuple[Bound, Bound]] = {
        "<": (LOWEST, (value, -1)),
        "<=": (LOWEST, (value, 0)),
        "=": ((value, 0), (value, 0)),
        ">=": ((value, 0), HIGHEST),
        ">": ((value, 1), HIGHEST),
        "!=": (LOWEST, HIGHEST),
    }
    return intervals[gate.operator]


def _band_findings(policy: Policy) -> Iterator[Finding]:
    names = [band.name for band in policy.band]
    for number, (safer, band) in enumerate(pairwise(policy.band), start=2):
        for code, column in _steps_back(safer, band):
            yield Finding(
                code, f"band[{number}].{column}", {"band": band.name, "safer": safer.name}
            )
        if names.index(band.name) < number - 1:
            yield Finding("band_name_twice", f"band[{number}].name", {"band": band.name})
    lowest = policy.band[-1]
    if lowest.score_from != 0:
        place = f"band[{len(names)}].score_from"
        yield Finding("band_without_floor", place, {"band": lowest.name})


def _steps_back(safer: Band, band: Band) -> Iterator[tuple[str, str]]:
    """Code and column of each value that contradicts `safer` standing above `band`."""
    if band.score_from >= safer.score_from:
        yield "band_order", "score_from"
    if ADMISSIONS.index(band.admits) < ADMISSIONS.index(safer.admits):
        yield "band_admission_order", "admits"
    for column in RISING_WITH_SCORE:
        if getattr(band, column) > getattr(safer, column):
            yield "band_limit_falls", column
    if band.rate_position_percent < safer.rate_position_percent:
        yield "band_price_rises", "rate_position_percent"


def _product_findings(policy: Policy, catalogue: tuple[Product, ...]) -> Iterator[Finding]:
    known = [product.code for product in catalogue]
    rows = [row.product_code for row in policy.product]
    offered = offers(policy, catalogue)
    for number, row in enumerate(policy.product, start=1):
        code = row.product_code
        place, facts = f"product[{number}].product_code", {"product": code}
        if code not in known:
            yield Finding("product_unknown", place, facts)
        elif rows.index(code) < number - 1:
            yield Finding("product_twice", place, facts)
        elif not any(_can_be_granted(o) for o in offered if o.product_code == code):
            yield Finding("product_never_offered", f"product[{number}].limit_percent", facts)
    for code in known:
        if code not in rows:
            yield Finding("product_without_row", "product", {"product": code})


def _can_be_granted(offer: Offer) -> bool:
    largest = min(offer.base_limit_fen, offer.product_max_fen, offer.exposure_max_fen)
    return offer.admitted_share_bp > 0 and largest >= offer.minimum_fen


def _price_findings(policy: Policy, catalogue: tuple[Product, ...]) -> Iterator[Finding]:
    """Prices over the all-in cost cap; whoever is not admitted is not charged."""
    cap = policy.cap_value("all_in_cost_rate")
    for offer in offers(policy, catalogue):
        if offer.admitted_share_bp > 0 and offer.annual_rate > cap:
            facts = {"product": offer.product_code, "band": offer.band}
            place = f"band.{offer.band}.rate_position_percent"
            yield Finding(
                "price_above_cap", place, {**facts, "rate": offer.annual_rate, "cap": cap}
            )


def _cap_findings(policy: Policy) -> Iterator[Finding]:
    legal = legal_bounds()
    for number, cap in enumerate(policy.cap, start=1):
        if cap.code in legal and cap.value > legal[cap.code]:
            facts = {"cap": cap.code, "legal_max": legal[cap.code]}
            yield Finding("cap_above_law", f"cap[{number}].value", facts)
