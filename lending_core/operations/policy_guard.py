"""The guard of the limit policy: a version whose approvals or early lateness leave its range gives
way to the version before, by itself, and tells people."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from lending_core.access.permissions import SYSTEM, Actor, Permission, require
from lending_core.ledger.chain import canonical
from lending_core.operations.console import book
from lending_core.operations.deciding import document_of_version, rulebook
from lending_core.operations.policy_life import Paper, PolicyOrder, reinstate
from lending_core.operations.policy_outcomes import Window, outcomes
from lending_core.policy.document import Guard
from lending_core.policy.life_cycle import GUARD, fallback, in_force
from lending_core.policy.trials import Outcome
from lending_core.policy.watch import Breach, breaches, watch
from lending_core.store.engine import Store, Transaction
from lending_core.store.events import Moment


@dataclass(frozen=True)
class Reading:
    """What the guard sees of the version in force: what came of the applications that it decided
    from a day on, where that is out of range, and the version to go back to (None: there is none).
    """

    policy_version: int
    guard: Guard
    from_on: date
    outcome: Outcome
    breaches: tuple[Breach, ...]
    fallback: int | None


@dataclass(frozen=True)
class Reversion:
    """The guard's last word, while it stands: which version it sent back, and which decides."""

    failed_version: int
    policy_version: int
    since_on: date


def guard_reading(store: Store, actor: Actor) -> Reading | None:
    """What the guard sees now; None in a book without a policy."""
    require(actor, Permission.VIEW_POLICY)
    return _reading(store)


def reversion(store: Store, actor: Actor) -> Reversion | None:
    """What the guard did, until a person takes the next step; None where a person put the version
    in force."""
    require(actor, Permission.VIEW_POLICY)
    steps, open_on = rulebook(store).steps, book(store).open_on
    current = in_force(steps, open_on)
    if current is None or current.reason != GUARD:
        return None
    before = in_force([step for step in steps if step.position < current.position], open_on)
    if before is None:
        return None
    return Reversion(before.policy_version, current.policy_version, current.effective_on)


def check_guard(store: Store, actor: Actor, *, at: datetime) -> int | None:
    """Reads the guard now; where the version in force is out of range, the one before decides from
    now on. Returns the version that decides instead; None where nothing changed."""
    require(actor, Permission.CLOSE_DAY)
    with store.transaction() as transaction:
        return watch_policy(transaction, at)


def watch_policy(transaction: Transaction, at: datetime) -> int | None:
    """As `check_guard`, at the close of a month, in its transaction."""
    found = _reading(transaction)
    if found is None or not found.breaches or found.fallback is None:
        return None
    moment = Moment(SYSTEM, book(transaction).open_on, at)
    order = PolicyOrder(found.fallback, GUARD)
    paper = Paper("alarm", found.policy_version, _alarm(found, moment))
    reinstate(transaction, moment, order, paper)
    return found.fallback


def _reading(reader: Store | Transaction) -> Reading | None:
    steps, open_on = rulebook(reader).steps, book(reader).open_on
    current = in_force(steps, open_on)
    if current is None:
        return None
    version = current.policy_version
    guard = document_of_version(reader, version).guard
    from_on = watch().from_on(current.effective_on, open_on)
    outcome = outcomes(reader, [version], Window(from_on))[version]
    return Reading(
        version,
        guard,
        from_on,
        outcome,
        tuple(breaches(guard, outcome)),
        fallback(steps, open_on),
    )


def _alarm(found: Reading, moment: Moment) -> str:
    outcome = {
        name: value for name, value in asdict(found.outcome).items() if not name.startswith("limit")
    }
    facts: dict[str, Any] = {
        "failed_version": found.policy_version,
        "from_on": found.from_on,
        "business_on": moment.business_on,
        "guard": asdict(found.guard),
        "outcome": outcome,
        "breaches": [each.measure for each in found.breaches],
    }
    return canonical(facts)
