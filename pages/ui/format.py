"""Numbers as people read them: one function per kind, the same everywhere.

Every function takes None for an unknown value and returns a dash for it, never 0. Money is in the
currency of the book that is shown, unless another is named; `fen` are hundredths of any currency.
"""

import functools
import itertools
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from lending_core.dates import month_end
from lending_core.money import FEN_PER_YUAN, currency_sign, divide_round, fen_text
from pages.ui import session

DASH = "—"
# A change, of a rate, that has two digits of points.
_LONG_CHANGE = 0.1
# ISO code -> the word after 万 and 亿. Others are shown by their code.
_WORDS = {
    "CNY": "",
    "USD": "美元",
    "EUR": "欧元",
    "GBP": "英镑",
    "JPY": "日元",
    "HKD": "港元",
    "INR": "卢比",
    "KRW": "韩元",
    "BRL": "雷亚尔",
}


class MoneyUnit(NamedTuple):
    """A unit of headline money: its size, the decimals shown, and the word after the number."""

    fen: int
    decimals: int
    prefix: str
    suffix: str

    @property
    def name(self) -> str:
        """As an axis says it: `¥m`, `万`."""
        return self.prefix + self.suffix


def money(fen: int | None, currency: str | None = None) -> str:
    """Money in detail: 1234567 -> `¥12,345.67`."""
    if fen is None:
        return DASH
    sign = "-" if fen < 0 else ""
    whole, cents = fen_text(abs(fen)).split(".")
    return f"{sign}{money_sign(currency)}{int(whole):,}.{cents}"


def headline_money(fen: int | None, language: str, currency: str | None = None) -> str:
    """Money at a glance: `¥1.23m`, `$4.5bn`; in Chinese `123.4万`, `4.5亿美元`; else whole."""
    if fen is None:
        return DASH
    unit = money_unit(fen, language, currency)
    rounded = divide_round(abs(fen) * 10**unit.decimals, unit.fen)
    number = Decimal(rounded).scaleb(-unit.decimals)
    sign = "-" if fen < 0 else ""
    return f"{sign}{unit.prefix}{number:,.{unit.decimals}f}{unit.suffix}"


def whole_yuan(fen: int | None, currency: str | None = None) -> str:
    """Money of one loan at a glance, in either language: 1234567 -> `¥12,346`."""
    return DASH if fen is None else f"{money_sign(currency)}{divide_round(fen, FEN_PER_YUAN):,}"


def money_unit(fen: int, language: str, currency: str | None = None) -> MoneyUnit:
    """The unit for an amount of this size, also for a chart axis whose largest value it is."""
    units = _units(language, currency or session.currency())
    chosen = units[0]
    for smaller, larger in itertools.pairwise(units):
        # An amount that the smaller unit would round up to the larger one is shown in the larger.
        half_a_digit = smaller.fen // (2 * 10**smaller.decimals)
        if abs(fen) >= larger.fen - half_a_digit:
            chosen = larger
    return chosen


def money_sign(currency: str | None = None) -> str:
    """What stands before an amount: `¥`, `$`; the code and a space where there is no sign."""
    return currency_sign(currency or session.currency())


@functools.cache
def _units(language: str, currency: str) -> tuple[MoneyUnit, ...]:
    sign, word = currency_sign(currency), _WORDS.get(currency, f" {currency}")
    ones = MoneyUnit(FEN_PER_YUAN, 0, sign, "")
    if language == "zh":
        return (
            ones,
            MoneyUnit(10**4 * FEN_PER_YUAN, 1, "", f"万{word}"),
            MoneyUnit(10**8 * FEN_PER_YUAN, 1, "", f"亿{word}"),
        )
    return (
        ones,
        MoneyUnit(10**6 * FEN_PER_YUAN, 2, sign, "m"),
        MoneyUnit(10**9 * FEN_PER_YUAN, 1, sign, "bn"),
    )


def percent(share: float | Decimal | None) -> str:
    """A share of one, one decimal: 0.1234 -> `12.3%`."""
    return DASH if share is None else f"{share:.1%}"


def rate(annual_rate: float | Decimal | None) -> str:
    """A rate, two decimals: 0.1825 -> `18.25%`."""
    return DASH if annual_rate is None else f"{annual_rate:.2%}"


def points(change: float | Decimal | None, decimals: int = 1) -> str:
    """A change of a share in percentage points with its sign: 0.004 -> `+0.4pp`."""
    return DASH if change is None else f"{change * 100:+z.{decimals}f}pp"


def rate_points(change: float | Decimal | None) -> str:
    """A change of a rate in percentage points: two decimals, as rates have."""
    return points(change, decimals=2)


def tile_points(change: float | Decimal | None) -> str:
    """As `rate_points`, one decimal from ten points on: a tile has room for no more beside its
    word."""
    is_long = change is not None and not -_LONG_CHANGE < change < _LONG_CHANGE
    return points(change, decimals=1 if is_long else 2)


def ratio(value: float | Decimal | None) -> str:
    """Odds and ratios, two decimals: 1.5 -> `1.50`."""
    return DASH if value is None else f"{value:,.2f}"


def precise(index: float | None) -> str:
    """An index that is told apart by its thousandths, such as PSI: 0.0123 -> `0.012`."""
    return DASH if index is None else f"{index:.3f}"


def count(number: int | None) -> str:
    """A count with separators: 12345 -> `12,345`."""
    return DASH if number is None else f"{number:,}"


def day(on: date | None) -> str:
    """A date: `2026-11-21`."""
    return DASH if on is None else on.isoformat()[:10]


def month(on: date | None) -> str:
    """The month of a date: `2026-11`."""
    return DASH if on is None else on.isoformat()[:7]


def period(on: date | None) -> str:
    """A month by its last day, `2026-11`; any other day, where a month stands that is not over, as
    a day: `2026-11-21`."""
    return month(on) if on is None or on == month_end(on) else day(on)


def instant(at: datetime | None) -> str:
    """A point in time, UTC, to the second: `2026-11-21 08:30:00`."""
    return DASH if at is None else f"{at:%Y-%m-%d %H:%M:%S}"


def seconds(elapsed: float | None) -> str:
    """A duration, one decimal: 1.25 -> `1.2 s`."""
    return DASH if elapsed is None else f"{elapsed:.1f} s"
