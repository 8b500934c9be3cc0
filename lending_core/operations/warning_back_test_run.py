"""A back-test of the rules that goes on while screens are drawn, and is kept when it is whole."""

import contextlib
import threading
from collections.abc import Callable
from datetime import datetime
from typing import Any

from lending_core.access.permissions import Actor
from lending_core.errors import LendingError
from lending_core.operations.warning_back_test import BackTestOrder, keep, months_of
from lending_core.settings import Settings
from lending_core.store.engine import Store


class BackTestRun:
    """The months of a back-test as they are done, in a thread of its own."""

    def __init__(
        self,
        store: Store,
        actor: Actor,
        order: BackTestOrder,
        settings: Settings,
        clock: Callable[[], datetime],
    ) -> None:
        """Starts at once; `clock` says when the result is recorded. Raises as `months_of`; what is
        refused later stands in `refusal`."""
        self.order = order
        self.refusal: LendingError | None = None
        self.back_test_id: int | None = None
        self._months: list[dict[str, Any]] = []
        self._news = months_of(store, actor, order, settings)
        self._stops = threading.Event()
        self._finish = lambda: keep(store, actor, order, self._months, at=clock())
        self._thread = threading.Thread(target=self._go, daemon=True)
        self._thread.start()

    @property
    def done(self) -> int:
        """Months that are done, of `order.steps`."""
        return len(self._months)

    @property
    def is_over(self) -> bool:
        """Whether nothing more will come: kept, stopped or refused."""
        return not self._thread.is_alive()

    def stop(self) -> None:
        """Ends the run and waits until it is cleared away; nothing is kept."""
        self._stops.set()
        self._thread.join()

    def _go(self) -> None:
        try:
            with contextlib.closing(self._news) as news:
                for month in news:
                    if self._stops.is_set():
                        return
                    if month is not None:
                        self._months.append(month)
            self.back_test_id = self._finish()
        except LendingError as refusal:
            self.refusal = refusal
