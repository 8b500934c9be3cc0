"""How a limit came about: one application's way through the policy that decided it."""

import functools
from typing import Any

from lending_core.access.permissions import Actor, Permission, require
from lending_core.errors import NotFound
from lending_core.policy.compile import trail_query
from lending_core.policy.document import LIMIT_BOUND_FEN, Multiplier, Policy, read_policy
from lending_core.products.catalogue import catalogue
from lending_core.store.engine import Store


def limit_trail(store: Store, actor: Actor, application_id: int) -> dict[str, Any]:
    """The columns of `trail_query` for one application under the policy version that decided it,
    as the applicant was known on the day. Raises `NotFound`."""
    require(actor, Permission.VIEW_APPLICATIONS)
    applicant = store.read("application_input", application_id=application_id)
    if applicant.is_empty():
        raise NotFound("application_unknown", application_id=application_id)
    document = store.read("policy_of_decision", application_id=application_id)["document"][0]
    sql = _trail_sql(read_policy(document))
    return store.evaluate(sql, policy_input=applicant).row(0, named=True)


def scaled_amounts(trail: dict[str, Any], policy: Policy) -> list[tuple[Multiplier, int]]:
    """Each multiplier of the policy that applied on a `limit_trail`, in order, and the amount in
    fen after it; the last is the trail's scaled_fen."""
    amount_fen, found = min(trail["base_fen"], LIMIT_BOUND_FEN), []
    for multiplier in policy.multiplier:
        if trail[f"times_{multiplier.code}"]:
            amount_fen = min(amount_fen * multiplier.percent // 100, LIMIT_BOUND_FEN)
            found.append((multiplier, amount_fen))
    return found


@functools.lru_cache(maxsize=8)
def _trail_sql(policy: Policy) -> str:
    return trail_query(policy, catalogue().values()).sql("duckdb")
