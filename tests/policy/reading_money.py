"""A second, plain reading of what a decision is worth, to hold the compiled one against.

Shares no code with it: it follows the words of `lending_core/policy/replay_money.py`, in fractions.
"""

from fractions import Fraction
from typing import Any

from lending_core.policy.document import Policy
from lending_core.products.catalogue import catalogue
from tests.policy.reading import decide_by_hand


def half_up(value: Fraction) -> int:
    return int((value + Fraction(1, 2)) // 1)


def worth_by_hand(policy: Policy, past: dict[str, Any]) -> dict[str, int]:
    """Loans and amounts of one application."""
    said = decide_by_hand(policy, past)
    names = ("loans", "drawn", "default", "loss", "scored_loss", "interest", "funding", "cost")
    if said["outcome"] == "decline":
        return dict.fromkeys(names, 0)
    assumed, product = policy.assumption, catalogue()[past["product_code"]]
    rate = int(said["annual_rate"] * 10**6)
    take_up = take_up_of(policy, product, rate)
    size = size_of(policy, past, said["limit_fen"])
    granted = 100 if said["outcome"] == "approve" else past["past_review_percent"]
    granted = assumed.review_approval_percent if granted is None else granted

    amount, taken = size, take_up
    if past["past_fate"] in ("offered", "drawn"):
        before = take_up_of(policy, product, past["past_rate_ppm"])
    if past["past_fate"] == "offered":
        left = 10**6 - before
        taken = half_up(Fraction((take_up - before) * 10**6, left)) if take_up > before else 0
    if past["past_fate"] == "drawn":
        taken = half_up(Fraction(take_up * 10**6, before)) if take_up < before else 10**6
        was = size_of(policy, past, past["past_limit_fen"])
        moved = half_up(Fraction(past["past_drawn_fen"] * size, was)) if was else None
        amount = min(said["limit_fen"], past["past_drawn_fen"] if moved is None else moved)

    loans = half_up(Fraction(taken * granted, 100))
    drawn = half_up(Fraction(amount * loans, 10**6))
    scored = round(past["default_probability"] * 10**6)
    refused = past["past_fate"] == "refused"
    worse = half_up(Fraction(scored * assumed.reject_default_percent, 100))
    default = min(worse, 10**6) if refused else scored
    at_risk = half_up(drawn * Fraction(product.assumed_loss_given_default))
    life = Fraction(assumed.average_life_months, 12)
    worth = {
        "loans": Fraction(loans),
        "drawn": Fraction(drawn),
        "default": Fraction(drawn * default, 10**6),
        "loss": Fraction(at_risk * default, 10**6),
        "scored_loss": Fraction(at_risk * scored, 10**6),
        "interest": drawn * Fraction(said["annual_rate"]) * life,
        "funding": drawn * Fraction(assumed.funding_rate) * life,
        "cost": Fraction(loans * assumed.operating_cost_fen, 10**6),
    }
    return {name: half_up(worth[name]) for name in names}


def take_up_of(policy: Policy, product: Any, rate_ppm: int) -> int:
    assumed = policy.assumption
    dearer = (rate_ppm - int(product.annual_rate_min * 10**6)) * assumed.price_response_percent
    lost = abs(dearer) // 100 * (1 if dearer >= 0 else -1)
    return max(0, min(10**6, assumed.draw_percent * 10**4 - lost))


def size_of(policy: Policy, past: dict[str, Any], limit_fen: int) -> int:
    assumed, asked = policy.assumption, past["amount_asked_fen"]
    within = min(limit_fen, asked) * assumed.utilisation_percent
    above = max(limit_fen - asked, 0) * assumed.spare_utilisation_percent
    return half_up(Fraction(within + above, 100))
