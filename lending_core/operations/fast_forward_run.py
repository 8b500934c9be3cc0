"""A run of months ahead that goes on while screens are drawn, and ends when nobody watches."""

import contextlib
import threading
from typing import Any

from lending_core.access.permissions import Actor
from lending_core.errors import LendingError
from lending_core.operations.fast_forward import Order, fast_forward
from lending_core.settings import Settings
from lending_core.store.engine import Store

# News (a month, or half a second without one) since anybody looked last, after which it stops.
UNSEEN_MAX = 240


class Run:
    """The months of an order as they are done, in a thread of its own."""

    def __init__(self, store: Store, actor: Actor, order: Order, settings: Settings) -> None:
        """Starts at once. Raises `NotAllowed`, and `InvalidState` for a book that is not simulated;
        what is refused later stands in `refusal`."""
        self.order = order
        self.refusal: LendingError | None = None
        self._months: list[dict[str, Any]] = []
        self._unseen = 0
        self._news = fast_forward(store, actor, order, settings)
        self._stops = threading.Event()
        self._thread = threading.Thread(target=self._go, daemon=True)
        self._thread.start()

    def months(self) -> list[dict[str, Any]]:
        """What is done so far, in the order in which it was: see `fast_forward`."""
        self._unseen = 0
        return list(self._months)

    @property
    def is_over(self) -> bool:
        """Whether nothing more will come: done, stopped or refused."""
        return not self._thread.is_alive()

    @property
    def is_whole(self) -> bool:
        """Whether every month of the order is there."""
        return len(self._months) == self.order.steps

    def stop(self) -> None:
        """Ends the run and waits until it is cleared away; what is done stays."""
        self._stops.set()
        self._thread.join()

    def _go(self) -> None:
        try:
            with contextlib.closing(self._news) as news:
                for month in news:
                    self._unseen += 1
                    if month is not None:
                        self._months.append(month)
                    if self._stops.is_set() or self._unseen > UNSEEN_MAX:
                        return
        except LendingError as refusal:
            self.refusal = refusal
