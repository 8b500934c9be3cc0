"""Policies made by chance that are sound: the reference policy with one to three things done to it,
such as the checks let through."""

import itertools
from collections.abc import Iterator

from lending_core.errors import InvalidInput
from lending_core.policy.checks import findings
from lending_core.policy.document import Policy
from lending_core.policy.rows import policy_of
from tests.policy.builders import POLICY, PRODUCTS
from tests.policy.mutations import mutated


def sound_policies(count: int) -> list[Policy]:
    """So many different policies, the same ones every time."""
    return list(itertools.islice(_sound(), count))


def _sound() -> Iterator[Policy]:
    seen = [POLICY]
    for seed in itertools.count():
        try:
            policy = policy_of(mutated(seed))
        except InvalidInput:
            continue
        if policy not in seen and not findings(policy, PRODUCTS):
            seen.append(policy)
            yield policy
