"""A model's life in people's hands: signed off, appointed, retired, switched off on a bad day."""

from dataclasses import dataclass
from datetime import datetime

from lending_core.access.permissions import Actor, Permission, require
from lending_core.errors import InvalidInput, InvalidState
from lending_core.operations.console import book
from lending_core.operations.models import add_step, model_row, standing
from lending_core.scoring.life_cycle import check_step, fallback
from lending_core.store.engine import Store, Transaction
from lending_core.store.events import Moment

REASON_LENGTH_MAX = 500
# Reasons that follow from another model's step rather than from a person's words.
REPLACED, FELL_BACK = "replaced", "fell_back"


@dataclass(frozen=True)
class ModelOrder:
    """What a person wants of a model, and why. Raises `InvalidInput` without a reason."""

    model_version: int
    reason: str

    def __post_init__(self) -> None:
        if not 0 < len(self.reason.strip()) <= REASON_LENGTH_MAX:
            raise InvalidInput("model_reason_missing", maximum=REASON_LENGTH_MAX)


def validate_model(store: Store, actor: Actor, order: ModelOrder, *, at: datetime) -> None:
    """Signs a model off as fit for use. Raises `NotAllowed` for whoever built it."""
    require(actor, Permission.VALIDATE_MODEL)
    _step(store, actor, order, "validated", at)


def appoint_challenger(store: Store, actor: Actor, order: ModelOrder, *, at: datetime) -> None:
    """From now on a validated model scores every applicant silently beside the champion."""
    require(actor, Permission.MANAGE_MODELS)
    _step(store, actor, order, "challenger", at)


def retire_model(store: Store, actor: Actor, order: ModelOrder, *, at: datetime) -> None:
    """Ends a model's life; it scores nobody again. A champion is replaced or switched off."""
    require(actor, Permission.MANAGE_MODELS)
    _step(store, actor, order, "retired", at)


def appoint_champion(store: Store, actor: Actor, order: ModelOrder, *, at: datetime) -> None:
    """From now on a validated scorecard decides; the champion before it stays in reserve.

    Raises `NotAllowed` for whoever built it, `InvalidState` for anything but a scorecard.
    """
    require(actor, Permission.MANAGE_MODELS)
    with store.transaction() as transaction:
        moment = Moment(actor, book(transaction).open_on, at)
        _check(transaction, order, "champion", actor)
        add_step(transaction, moment, _champion(transaction), "validated", REPLACED)
        add_step(transaction, moment, order.model_version, "champion", order.reason.strip())


def switch_off_champion(store: Store, actor: Actor, order: ModelOrder, *, at: datetime) -> int:
    """Takes the champion out at once, for good; returns the version that decides instead.

    Raises `InvalidState` when the model is not the champion, or nothing is left to fall back on.
    """
    require(actor, Permission.SWITCH_MODEL)
    with store.transaction() as transaction:
        moment = Moment(actor, book(transaction).open_on, at)
        model_row(transaction, order.model_version)
        if _champion(transaction) != order.model_version:
            raise InvalidState("model_not_champion", model_version=order.model_version)
        instead = fallback(transaction.read("model_step", model_version=None))
        if instead is None:
            raise InvalidState("model_no_fallback", model_version=order.model_version)
        add_step(transaction, moment, order.model_version, "retired", order.reason.strip())
        add_step(transaction, moment, instead, "champion", FELL_BACK)
        return instead


def fallback_version(store: Store, actor: Actor) -> int | None:
    """The version that would decide if the champion were switched off now; None without one."""
    require(actor, Permission.VIEW_SCORES)
    steps = store.read("model_step", model_version=None)
    return None if steps.is_empty() else fallback(steps)


def _step(store: Store, actor: Actor, order: ModelOrder, status: str, at: datetime) -> None:
    with store.transaction() as transaction:
        moment = Moment(actor, book(transaction).open_on, at)
        _check(transaction, order, status, actor)
        add_step(transaction, moment, order.model_version, status, order.reason.strip())


def _check(transaction: Transaction, order: ModelOrder, status: str, actor: Actor) -> None:
    check_step(standing(model_row(transaction, order.model_version)), status, actor.user_name)


def _champion(transaction: Transaction) -> int:
    return int(transaction.read("model_in_force")["model_version"][0])
