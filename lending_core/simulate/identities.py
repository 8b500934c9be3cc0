"""What simulated borrowers come with: device, card and address, their own or shared.

Everything is a function of seed and customer number, so that a borrower brings the same things to
every application, alone or in a batch.
"""

import functools
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from lending_core.identity.bank_card import SPECIMENS as CARDS
from lending_core.identity.bank_card import specimen_cards
from lending_core.simulate.assumptions import assumptions
from lending_core.simulate.draws import Draws, IntArray

_DEVICES, _ADDRESSES = 10**15, 10**9


@dataclass(frozen=True)
class _Groups:
    """Per customer: the number of the household and of the ring, and whether they belong to it."""

    household: IntArray
    is_at_home: Any
    ring: IntArray
    is_in_ring: Any


def identities(customers: pl.DataFrame, draws: Draws) -> pl.DataFrame:
    """One row per customer, in their order: customer_id, device, bank_card, address. Needs
    customer_id.

    Some of a household share the address, fewer of them a device; the members of a fraud ring, who
    come one after the other, share one device, a few cards and often an address.
    """
    ids = customers["customer_id"].to_numpy()
    groups = _groups(ids, draws)
    return customers.select(
        "customer_id",
        device=_devices(ids, groups, draws),
        bank_card=_bank_cards(ids, groups, draws),
        address=_addresses(ids, groups, draws),
    )


def ring_members(ids: IntArray, draws: Draws) -> IntArray:
    """Those of the customers who belong to a fraud ring."""
    return ids[_groups(ids, draws).is_in_ring]


def _groups(ids: IntArray, draws: Draws) -> _Groups:
    chosen = assumptions()["identities"]
    # People of a household differ in these bits of their number, and so come at different times.
    apart = functools.reduce(int.__or__, chosen["household_apart"])
    household = ids & ~np.int64(apart)
    ring = ids // chosen["ring_size_max"]
    return _Groups(
        household,
        draws.uniform("at home", ids) < chosen["household_share"],
        ring,
        (draws.uniform("ring", ring) < chosen["ring_share"])
        & (draws.uniform("ring member", ids) < chosen["ring_member_share"]),
    )


def _devices(ids: IntArray, groups: _Groups, draws: Draws) -> pl.Series:
    shares = draws.uniform("shares device", ids) < assumptions()["identities"]["device_share"]
    number = _grouped(
        draws.whole("device", ids, _DEVICES),
        (groups.is_at_home & shares, draws.whole("household device", groups.household, _DEVICES)),
        (groups.is_in_ring, draws.whole("ring device", groups.ring, _DEVICES)),
    )
    return "sim" + pl.Series(number).cast(pl.String).str.zfill(15)


def _bank_cards(ids: IntArray, groups: _Groups, draws: Draws) -> pl.Series:
    cards = assumptions()["identities"]["ring_cards"]
    of_ring = groups.ring * cards + draws.whole("which card", ids, cards)
    number = _grouped(
        draws.whole("bank card", ids, CARDS),
        (groups.is_in_ring, draws.whole("ring card", of_ring, CARDS)),
    )
    return specimen_cards(pl.Series(number))


def _addresses(ids: IntArray, groups: _Groups, draws: Draws) -> pl.Series:
    share = assumptions()["identities"]["ring_address_share"]
    lives = draws.uniform("lives with ring", ids) < share
    number = _grouped(
        draws.whole("address", ids, _ADDRESSES),
        (groups.is_at_home, draws.whole("household address", groups.household, _ADDRESSES)),
        (groups.is_in_ring & lives, draws.whole("ring address", groups.ring, _ADDRESSES)),
    )
    house, room = (pl.Series(part).cast(pl.String) for part in np.divmod(number, 1_000))
    return "样本路" + house + "号" + room + "室"


def _grouped(own: IntArray, *shared: tuple[Any, IntArray]) -> IntArray:
    """Everybody's own number, replaced by that of each group they belong to in turn."""
    for belongs, of_group in shared:
        own = np.where(belongs, of_group, own)
    return own
