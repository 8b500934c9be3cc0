"""Operations over the sealed ledger, with calls complete but for the right to make them."""

from collections.abc import Callable

from lending_core.access.permissions import Actor, Permission
from lending_core.operations import ledger_checks, sealing, signing_keys
from lending_core.store.engine import Store
from tests.builders import AT

Call = Callable[[Store, Actor], object]

# By the right that each needs.
LEDGER_OPERATIONS: dict[Permission, tuple[Call, ...]] = {
    Permission.SEAL_LEDGER: (lambda store, who: sealing.seal_block(store, who, at=AT),),
    Permission.CHANGE_KEYS: (
        lambda store, who: signing_keys.change_signing_key(store, who, at=AT),
    ),
    Permission.VIEW_EVENTS: (lambda store, who: ledger_checks.verify_ledger(store, who),),
}
