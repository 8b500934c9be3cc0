"""What an applicant could change so that the models and rules in force would answer better."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import polars as pl

from lending_core.access.permissions import Actor, Permission, require
from lending_core.errors import NotFound
from lending_core.identity.consents import asked_of
from lending_core.operations.consents import Outcome, granted_sources, judged_now, without
from lending_core.operations.deciding import judged, model_in_force, policy_for
from lending_core.policy.document import Gate, Policy
from lending_core.products.catalogue import catalogue
from lending_core.scoring.advice import advice_rules
from lending_core.scoring.counterfactual import (
    FEN_UNIT,
    Judge,
    Lever,
    Value,
    Way,
    consent_lever,
    lever,
    levers,
    ways,
)
from lending_core.scoring.features import CONSENT_SOURCES, register, withheld
from lending_core.scoring.scorecard import Scorecard
from lending_core.store.engine import Store

# What one may hope for next, the best first.
_HOPES = {"decline": ("approve", "review"), "review": ("approve",), "approve": ("better_offer",)}


@dataclass(frozen=True)
class Outlook:
    """What would be answered today on the same facts, less what may no longer be read; and the
    ways to `hope` (approve, review or better_offer). No ways: nothing in the applicant's hands
    would do."""

    facts: dict[str, Any]
    today: Outcome
    hope: str
    ways: tuple[Way, ...]


def outlook(store: Store, actor: Actor, application_id: int) -> Outlook:
    """What would help this applicant, found by scoring and deciding anew; nothing is written.
    Raises `NotFound`."""
    require(actor, Permission.VIEW_SCORES)
    applicant = store.read("application_input", application_id=application_id)
    if applicant.is_empty():
        raise NotFound("application_unknown", application_id=application_id)
    granted = granted_sources(store, applicant["customer_id"].item())
    known = without(applicant, withheld(granted))
    facts = known.row(0, named=True)
    today = judged_now(store, known)
    card = model_in_force(store)
    _, policy = policy_for(store, facts["customer_id"])
    found = _levers(card, policy, facts, granted)
    # Nobody is advised to hope for the draw that lets a few in below the cut-off.
    last_in_line = pl.lit(register()["learning_draw"].maximum, known.schema["learning_draw"])
    drawn = known.with_columns(learning_draw=last_in_line)
    best, hope = [], ""
    for hope in _HOPES[today.outcome]:
        is_better = _is_better(hope, today)
        best = ways(drawn, found, _judge(store, card, policy, is_better))
        if best:
            break
    return Outlook(facts, today, hope, tuple(best))


def _judge(store: Store, card: Scorecard, policy: Policy, is_better: pl.Expr) -> Judge:
    """Scores and decides applicants as they would be."""
    return lambda changed: judged(store, card, policy, changed).with_columns(is_better=is_better)


def _is_better(hope: str, today: Outcome) -> pl.Expr:
    outcome = pl.col("outcome")
    if hope != "better_offer":
        return outcome == hope
    least = today.limit_fen * (100 + advice_rules().limit_gain_percent) // 100
    is_cheaper = (pl.col("annual_rate") < today.annual_rate) & (
        pl.col("limit_fen") >= today.limit_fen
    )
    is_larger = (pl.col("limit_fen") >= least) & (pl.col("annual_rate") <= today.annual_rate)
    return (outcome == "approve") & (is_cheaper | is_larger)


def _levers(
    card: Scorecard, policy: Policy, facts: dict[str, Any], granted: frozenset[str]
) -> list[Lever]:
    """What can be asked for otherwise, what can be changed, and what can be allowed."""
    safe = _safe_values(policy, facts["kind"])
    sources = [each.source for each in asked_of(facts["kind"]) if each.source in CONSENT_SOURCES]
    to_allow = (consent_lever(each, facts, granted) for each in sources if each not in granted)
    return [
        *_of_request(facts, safe),
        *levers(card, facts, safe),
        *(each for each in to_allow if each is not None),
    ]


def _of_request(facts: dict[str, Any], safe: dict[str, set[Value]]) -> list[Lever]:
    product = catalogue()[facts["product_code"]]
    asked_fen, asked = facts["amount_asked_fen"], facts["instalments_asked"]
    amounts = [
        value for value in safe["amount_asked_fen"] if product.limit_min_fen <= value < asked_fen
    ]
    terms = [count for count in product.instalment_choices if count > asked]
    steps: dict[str, list[Value]] = {
        "amount_asked_fen": sorted(amounts, reverse=True),
        "instalments_asked": sorted(terms),
    }
    return [lever(name, values) for name, values in steps.items() if values]


def _safe_values(policy: Policy, kind: str) -> dict[str, set[Value]]:
    """Feature -> the values nearest to each gate on it at which the gate does not fire."""
    safe: dict[str, set[Value]] = defaultdict(set)
    for gate in policy.gate:
        if gate.borrower in ("any", kind):
            safe[gate.feature].update(_safe_value(gate))
    return safe


def _safe_value(gate: Gate) -> list[Value]:
    if isinstance(gate.value, bool):
        return [gate.value == (gate.operator == "!=")]
    unit = _unit(gate)
    beside = {
        "<": gate.value,
        "<=": gate.value + unit,
        ">": gate.value,
        ">=": gate.value - unit,
        "!=": gate.value,
    }
    value = beside.get(gate.operator)
    if value is None:
        return []
    return [float(value) if unit < 1 else int(value)]


def _unit(gate: Gate) -> Decimal:
    if gate.feature.endswith("_fen"):
        return Decimal(FEN_UNIT)
    feature = register().get(gate.feature)
    is_share = feature is not None and feature.unit == "ratio"
    return Decimal("0.01") if is_share else Decimal(1)
