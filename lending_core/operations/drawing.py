"""What may be drawn: within limit and product, what one borrower may owe, and the sheet shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from lending_core.errors import InvalidInput, InvalidState
from lending_core.money import fen_text
from lending_core.operations.debts import debts
from lending_core.operations.deciding import policy_in_force
from lending_core.operations.quotes import cost_sheet_hash, quote
from lending_core.products.catalogue import catalogue
from lending_core.store.engine import Store, Transaction


@dataclass(frozen=True)
class Wish:
    """How much a borrower draws, over how many instalments, repaid how."""

    amount_fen: int
    instalments: int
    method: str


def check_wish(wish: Wish, case: Mapping[str, Any], available_fen: int) -> None:
    """Raises `InvalidInput` where a wish is outside the limit left, the product or the longest term
    of the offer. `case` has product_code and instalments_max."""
    product = catalogue()[case["product_code"]]
    maximum_fen = min(available_fen, product.draw_max_fen)
    if wish.amount_fen > maximum_fen:
        raise InvalidInput("amount_above_limit", maximum=fen_text(maximum_fen))
    if wish.amount_fen < product.draw_min_fen:
        raise InvalidInput("amount_below_draw", minimum=fen_text(product.draw_min_fen))
    if wish.method not in product.methods:
        raise InvalidInput("method_not_offered", choices=_listed(product.methods))
    choices = product.instalments_for(wish.method, case["instalments_max"])
    if wish.instalments not in choices:
        raise InvalidInput("instalments_not_offered", choices=_listed(choices))


def check_exposure(reader: Store | Transaction, case: Mapping[str, Any], amount_fen: int) -> None:
    """What is owed in all stays within the cap, whatever else was drawn since the offer.

    `case` has customer_id and kind. Raises `InvalidInput`.
    """
    _, policy = policy_in_force(reader)
    owed_fen = int(debts(reader, case["customer_id"])["principal_fen"].sum())
    room_fen = policy.cap_value(f"exposure_{case['kind']}_fen") - owed_fen
    if amount_fen > room_fen:
        raise InvalidInput("amount_above_exposure", maximum=fen_text(max(0, room_fen)))


def check_sheet(case: Mapping[str, Any], wish: Wish, shown_hash: str, on: date) -> None:
    """The contract is the one that was shown: the same costs, on the same days.

    `case` has product_code and annual_rate. Raises `InvalidState`.
    """
    contract = quote(case, wish.amount_fen, wish.instalments, wish.method, on)
    if cost_sheet_hash(contract) != shown_hash:
        raise InvalidState("cost_sheet_changed")


def _listed(choices: tuple[object, ...]) -> str:
    return ", ".join(str(choice) for choice in choices)
