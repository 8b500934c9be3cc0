"""Money is whole fen, rates are exact decimals; the one rounding function is here."""

from decimal import Decimal, InvalidOperation
from typing import Any

from lending_core.errors import InvalidInput

FEN_PER_YUAN = 100
ROUNDINGS = ("half_even", "half_up")

# Far above any loan or book, far below what int64 holds: catches a slipped decimal point.
AMOUNT_MAX_FEN = 10**15
RATE_DIGITS_MAX = 12


def divide_round(numerator: Any, denominator: Any, rounding: str = "half_even") -> Any:
    """`numerator / denominator` rounded to a whole number, the only rounding of money.

    Works alike on Python integers and on integer arrays (int64 or object); exact, never through
    floating point. `half_even` sends a tie to the even neighbour, `half_up` away from zero.
    The denominator is positive. Raises `ValueError` for an unknown rounding.
    """
    if rounding not in ROUNDINGS:
        raise ValueError(f"unknown rounding {rounding!r}")
    quotient = numerator // denominator
    twice_rest = 2 * (numerator - quotient * denominator)
    is_tie = twice_rest == denominator
    # Floor division: the rest is never negative, so a tie goes up unless the mode says otherwise.
    tie_goes_up = (quotient & 1) == 1 if rounding == "half_even" else quotient >= 0
    return quotient + ((twice_rest > denominator) | (is_tie & tie_goes_up))


def parse_fen(text: str, field: str = "amount") -> int:
    """Fen in an amount typed in yuan: `"1,234.5"` -> 123450.

    Raises `InvalidInput` naming `field` for anything but an amount with at most two decimals.
    """
    fen = _decimal(text.replace(",", ""), field) * FEN_PER_YUAN
    if fen != fen.to_integral_value():
        raise InvalidInput("amount_decimals", field=field, text=text)
    if abs(fen) > AMOUNT_MAX_FEN:
        raise InvalidInput("amount_too_large", field=field, text=text)
    return int(fen)


def parse_rate(text: str, field: str = "annual_rate") -> Decimal:
    """An exact rate: `"0.12"` -> Decimal("0.12"). Raises `InvalidInput` naming `field`."""
    rate = _decimal(text, field)
    if -int(rate.as_tuple().exponent) > RATE_DIGITS_MAX:
        raise InvalidInput("rate_digits", field=field, digits=RATE_DIGITS_MAX)
    return rate


def fen_text(fen: int) -> str:
    """Yuan with two decimals, no separators: 123450 -> `"1234.50"`."""
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // FEN_PER_YUAN}.{abs(fen) % FEN_PER_YUAN:02d}"


def currency_sign(currency: str) -> str:
    """What stands before an amount: `¥`, `$`; the ISO code and a space that does not break where
    there is no sign."""
    return _SIGNS.get(currency, f"{currency}\u00a0")


# Yuan and yen share a sign: yuan, which most books are in, has it.
_SIGNS = {
    "CNY": "¥",
    "USD": "$",
    "EUR": "€",
    "GBP": "£",
    "JPY": "JP¥",
    "HKD": "HK$",
    "INR": "₹",
    "KRW": "₩",
    "BRL": "R$",
}


def _decimal(text: str, field: str) -> Decimal:
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise InvalidInput("not_a_number", field=field, text=text) from None
    if not value.is_finite():
        raise InvalidInput("not_a_number", field=field, text=text)
    return value
