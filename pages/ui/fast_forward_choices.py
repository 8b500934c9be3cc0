"""What can be compared: every version of the policy and every open draft, by name."""

from typing import Any

from lending_core.access.permissions import Actor
from lending_core.operations import fast_forward, policy_drafts
from lending_core.policy.document import Policy
from lending_core.policy.rows import policy_of
from pages.ui import format as shown
from pages.ui import policy_reads, reads, session
from pages.ui.text import plain, t

# A choice is a code: `version-3`, `draft-2`, or `preset-` and its name: the policy in force, moved.
_VERSION, _DRAFT, _PRESET = "version", "draft", "preset"


def codes(actor: Actor) -> list[str]:
    """The policy in force first, then drafts, then other versions, newest first."""
    in_force = _in_force()
    versions = [int(number) for number in policy_reads.versions()["policy_version"]]
    others = [number for number in versions if number != in_force["policy_version"]]
    return [
        f"{_VERSION}-{in_force['policy_version']}",
        *(f"{_DRAFT}-{row['draft_id']}" for row in _drafts(actor)),
        *(f"{_VERSION}-{number}" for number in others),
    ]


def name(code: str) -> str:
    """The choice in words."""
    kind, _, which = code.partition("-")
    if kind == _PRESET:
        return t(f"fast_forward.preset_policy.{which}")
    if kind == _DRAFT:
        actor = session.actor()
        found = [row for row in _drafts(actor) if row["draft_id"] == int(which)] if actor else []
        said = plain(found[0]["name"]) if found else shown.DASH
        return t("fast_forward.draft", draft_id=which, name=said)
    is_in_force = int(which) == _in_force()["policy_version"]
    return t("fast_forward.in_force" if is_in_force else "fast_forward.version", version=which)


def preset_code(preset: str) -> str:
    """The choice that a preset compares with the policy in force."""
    return f"{_PRESET}-{preset}"


def in_force_code() -> str:
    """The choice of the policy that decides now."""
    return f"{_VERSION}-{_in_force()['policy_version']}"


def policy(actor: Actor, code: str) -> Policy:
    """The policy of a choice. Raises `InvalidInput` naming the cell of a draft that no policy may
    hold, `NotFound` for one that is gone."""
    kind, _, which = code.partition("-")
    if kind == _DRAFT:
        return policy_of(policy_drafts.draft(session.store(), actor, int(which)).rows)
    if kind == _VERSION:
        return reads.policy(int(which))
    plan = fast_forward.preset(which, reads.book())
    return fast_forward.preset_policy(policy(actor, in_force_code()), plan)


def is_possible(actor: Actor) -> bool:
    """Whether this book has months ahead: it has simulated people, and a policy decides."""
    is_simulated = reads.book().is_simulated and fast_forward.has_people(session.store(), actor)
    return is_simulated and policy_reads.in_force() is not None


def _in_force() -> dict[str, Any]:
    return policy_reads.in_force() or {}


def _drafts(actor: Actor) -> list[dict[str, Any]]:
    # Saving a draft is no event of the ledger, so nothing cached would notice it.
    return policy_drafts.drafts(session.store(), actor).rows(named=True)
