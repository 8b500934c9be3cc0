"""Which part of a loan a payment settles first (PM-10)."""

import numpy as np
import numpy.typing as npt

from lending_core.products.catalogue import COMPONENTS

Whole = npt.NDArray[np.int64]


def parse_order(text: str) -> tuple[str, ...]:
    """An order such as `fee,penalty,interest,principal`. Raises `ValueError` unless it names every
    component once."""
    order = tuple(text.split(","))
    if sorted(order) != sorted(COMPONENTS):
        raise ValueError(f"not an order of {', '.join(COMPONENTS)}: {text!r}")
    return order


def waterfall(amount: Whole, slots: Whole) -> Whole:
    """How much of `amount` (one per loan) each slot takes, from the first row down."""
    before = np.cumsum(slots, axis=0) - slots
    return np.clip(amount - before, 0, slots)


def by_instalment(
    amount: Whole, dues: dict[str, Whole], order: tuple[str, ...]
) -> dict[str, Whole]:
    """What each component of each instalment takes: the oldest instalment first, within it in
    `order`. `dues` has a matrix per component, a row per instalment and a column per loan."""
    stacked = np.stack([dues[component] for component in order], axis=1)
    return _taken(amount, stacked, order, axis=1)


def by_component(amount: Whole, dues: dict[str, Whole], order: tuple[str, ...]) -> dict[str, Whole]:
    """What each component of each instalment takes: a component of all instalments before the
    next component."""
    stacked = np.stack([dues[component] for component in order], axis=0)
    return _taken(amount, stacked, order, axis=0)


def _taken(amount: Whole, stacked: Whole, order: tuple[str, ...], axis: int) -> dict[str, Whole]:
    taken = waterfall(amount, stacked.reshape(-1, stacked.shape[-1])).reshape(stacked.shape)
    parts = np.moveaxis(taken, axis, 0)
    return {component: parts[place] for place, component in enumerate(order)}
