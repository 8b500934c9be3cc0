"""A second, plain reading of the policy, applicant by applicant, to hold the compiled one against.

Shares no code with what compiles: it follows the words of `data/reference/policy.toml`.
"""

import operator
from fractions import Fraction
from typing import Any

from lending_core.policy.document import Band, Gate, Multiplier, Policy
from lending_core.products.catalogue import Product, catalogue

COMPARE = {
    "<": operator.lt,
    "<=": operator.le,
    "=": operator.eq,
    "!=": operator.ne,
    ">=": operator.ge,
    ">": operator.gt,
}


def decide_by_hand(policy: Policy, applicant: dict[str, Any]) -> dict[str, Any]:
    """The same columns as the compiled query."""
    band = band_of(policy, applicant["score"])
    fired = [hit for gate in policy.gate for hit in fires(gate, applicant)]
    reasons = [reason for reason, _ in fired]
    outcomes = {outcome for _, outcome in fired}
    decision = {"application_id": applicant["application_id"], "band": band.name}
    nothing = {"limit_fen": 0, "annual_rate": None, "instalments_max": None}
    no = {**decision, "outcome": "decline", **nothing}

    product = product_for(policy, band, applicant)
    if product is None:
        return {**no, "reasons": [*reasons, "product_not_offered"]}
    share = {"all": 10_000, "learning": policy.cap_value("learning_share_bp"), "none": 0}
    if applicant["learning_draw"] >= share[band.admits]:
        return {**no, "reasons": [*reasons, "score_below_cut_off"]}
    if "decline" in outcomes:
        return {**no, "reasons": reasons}
    if band.admits == "learning":
        reasons.append("learning_test")

    limit, cap_reason = limit_for(policy, band, product, applicant)
    reasons += [cap_reason] if cap_reason else []
    if limit < max(policy.cap_value("limit_min_fen"), product.limit_min_fen):
        return {**no, "reasons": [*reasons, "limit_below_minimum"]}
    outcome = "review" if "review" in outcomes else "approve"
    rate = rate_for(band, product)
    return {
        **decision,
        "outcome": outcome,
        "limit_fen": limit,
        "annual_rate": rate,
        "instalments_max": term_for(band, product),
        "reasons": reasons,
    }


def band_of(policy: Policy, score: int | None) -> Band:
    reached = [band for band in policy.band if score is not None and score >= band.score_from]
    return reached[0] if reached else policy.band[-1]


def is_true_of(rule: Gate | Multiplier, applicant: dict[str, Any]) -> bool:
    value = applicant[rule.feature]
    if rule.borrower not in ("any", applicant["kind"]) or value is None:
        return False
    bound = float(rule.value) if isinstance(value, float) else rule.value
    return COMPARE[rule.operator](value, bound)


def fires(gate: Gate, applicant: dict[str, Any]) -> list[tuple[str, str]]:
    if gate.borrower not in ("any", applicant["kind"]):
        return []
    value = applicant[gate.feature]
    if value is None:
        return [(f"{gate.code}_unknown", gate.null_outcome)] if gate.null_outcome else []
    outcome = "review" if gate.purpose == "review_trigger" else "decline"
    return [(gate.code, outcome)] if is_true_of(gate, applicant) else []


def term_for(band: Band, product: Product) -> int:
    return max([term for term in product.instalment_choices if term <= band.instalments_max] or [0])


def product_for(policy: Policy, band: Band, applicant: dict[str, Any]) -> Product | None:
    code = applicant["product_code"]
    product = catalogue().get(code)
    is_open = any(row.is_open for row in policy.product if row.product_code == code)
    is_right = product and is_open and product.borrower_kind == applicant["kind"]
    return product if product and is_right and term_for(band, product) else None


def rate_for(band: Band, product: Product) -> Any:
    width = Fraction(product.annual_rate_max) - Fraction(product.annual_rate_min)
    steps = width * band.rate_position_percent / 100 // Fraction(product.rate_step)
    return product.annual_rate_min + int(steps) * product.rate_step


def limit_for(
    policy: Policy, band: Band, product: Product, applicant: dict[str, Any]
) -> tuple[int, str | None]:
    kind = product.borrower_kind
    percent = next(row.limit_percent for row in policy.product if row.product_code == product.code)
    is_person = kind == "person"
    base = band.limit_person_fen if is_person else band.limit_small_business_fen
    base = min(base * percent // 100, 10**9)
    for multiplier in policy.multiplier:
        times = multiplier.percent if is_true_of(multiplier, applicant) else 100
        base = min(base * times // 100, 10**9)
    earnings = applicant["monthly_income_fen" if is_person else "merchant_receipts_monthly_fen"]
    times = band.earnings_percent_person if is_person else band.earnings_percent_small_business
    exposure = policy.cap_value(f"exposure_{kind}_fen")

    caps = [
        (product.limit_max_fen, "limit_capped_by_product"),
        (
            exposure - max(applicant["own_principal_fen"], applicant["own_limit_fen"] or 0),
            "limit_capped_by_exposure",
        ),
        (
            policy.cap_value(f"exposure_all_lenders_{kind}_fen")
            - applicant["own_principal_fen"]
            - (applicant["other_lenders_balance_fen"] or 0),
            "limit_capped_by_all_lenders",
        ),
    ]
    if earnings is None:
        unknown = policy.cap_value(f"unknown_earnings_{kind}_fen")
        caps.append((unknown, "limit_capped_income_unknown"))
    else:
        caps.append((earnings * times // 100, "limit_capped_by_income"))
        share = earnings * policy.cap_value(f"debt_service_{kind}_percent") // 100
        room = max(share - (applicant["monthly_debt_service_fen"] or 0), 0)
        room = min(room, 2 * exposure)
        months = min(applicant["instalments_asked"], term_for(band, product))
        dearest = Fraction(1, months) + Fraction(rate_for(band, product)) / 12
        caps.append((room / dearest // 1, "limit_capped_by_debt_service"))
    smallest, reason = min(caps, key=lambda cap: cap[0])
    if smallest >= base:
        smallest, reason = base, None
    step = policy.cap_value("limit_step_fen")
    return int(smallest // step * step), reason
