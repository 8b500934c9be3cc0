"""Models for tests of the register: the opening scorecard under another number."""

from dataclasses import replace

from lending_core.access.permissions import Actor
from lending_core.operations.model_life import (
    ModelOrder,
    appoint_challenger,
    appoint_champion,
    validate_model,
)
from lending_core.operations.models import Model, save_model
from lending_core.scoring.document import entry_scorecard
from lending_core.scoring.scorecard import Scorecard
from lending_core.store.engine import Store
from lending_core.store.events import Moment
from tests.builders import APPROVER, AT, MAKER, OPEN_ON


def a_card(extra_points: int = 0) -> Scorecard:
    """The opening scorecard with so many points more for every value of its first feature."""
    card = entry_scorecard()
    first, *rest = card.features
    ranges = tuple(replace(each, points=each.points + extra_points) for each in first.ranges)
    missing = replace(first.missing, points=first.missing.points + extra_points)
    return replace(card, features=(replace(first, ranges=ranges, missing=missing), *rest))


def saved(store: Store, model: Model | None = None, author: Actor = MAKER) -> int:
    """A model in development; returns its version."""
    with store.transaction() as transaction:
        moment = Moment(author, OPEN_ON, AT)
        return save_model(transaction, moment, model or a_card(), note="trained")


def validated(store: Store, model: Model | None = None) -> int:
    """A model that a second person signed off."""
    version = saved(store, model)
    validate_model(store, APPROVER, ModelOrder(version, "checked on later months"), at=AT)
    return version


def challenger(store: Store, model: Model | None = None) -> int:
    """A model that scores silently."""
    version = validated(store, model)
    appoint_challenger(store, APPROVER, ModelOrder(version, "run beside"), at=AT)
    return version


def champion(store: Store, model: Model | None = None) -> int:
    """A model that decides."""
    version = validated(store, model)
    appoint_champion(store, APPROVER, ModelOrder(version, "better on later months"), at=AT)
    return version


def statuses(store: Store) -> dict[int, str]:
    """Where each version stands."""
    rows = store.read("model_versions").sort("model_version")
    return dict(rows.select("model_version", "model_status").rows())
