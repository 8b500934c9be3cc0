"""Numbers as people read them, to the last character."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from pages.ui import format as shown


@pytest.mark.parametrize(
    ("fen", "text"),
    [
        (1_234_567, "¥12,345.67"),
        (5, "¥0.05"),
        (0, "¥0.00"),
        (-123_456_789, "-¥1,234,567.89"),
        (None, "—"),
    ],
)
def test_money_in_detail_has_two_decimals_and_separators(fen: int | None, text: str) -> None:
    assert shown.money(fen) == text


@pytest.mark.parametrize(
    ("fen", "text"),
    [
        (123_449, "¥1,234"),
        (99_999_949, "¥999,999"),
        (99_999_950, "¥1.00m"),
        (123_456_789, "¥1.23m"),
        (99_999_499_999, "¥999.99m"),
        (99_999_500_000, "¥1.0bn"),
        (450_000_000_000, "¥4.5bn"),
        (-123_456_789, "-¥1.23m"),
        (None, "—"),
    ],
)
def test_headlines_in_english_count_in_millions_and_billions(fen: int | None, text: str) -> None:
    assert shown.headline_money(fen, "en") == text


@pytest.mark.parametrize(
    ("fen", "text"),
    [
        (999_949, "¥9,999"),
        (999_950, "1.0万"),
        (123_400_000, "123.4万"),
        (9_999_949_999, "9,999.9万"),
        (9_999_950_000, "1.0亿"),
        (45_000_000_000, "4.5亿"),
        (None, "—"),
    ],
)
def test_headlines_in_chinese_count_in_wan_and_yi(fen: int | None, text: str) -> None:
    assert shown.headline_money(fen, "zh") == text


@pytest.mark.parametrize(
    ("currency", "detail", "english", "chinese"),
    [
        ("USD", "-$1,234,567.89", "-$1.23m", "-123.5万美元"),
        ("EUR", "-€1,234,567.89", "-€1.23m", "-123.5万欧元"),
        ("CHF", "-CHF\u00a01,234,567.89", "-CHF\u00a01.23m", "-123.5万 CHF"),
    ],
)
def test_money_is_in_the_currency_of_its_book(
    currency: str, detail: str, english: str, chinese: str
) -> None:
    fen = -123_456_789

    assert shown.money(fen, currency) == detail
    assert shown.headline_money(fen, "en", currency) == english
    assert shown.headline_money(fen, "zh", currency) == chinese
    assert shown.whole_yuan(5_100, currency) == detail[1:].split("1")[0] + "51"


def test_shares_have_one_decimal_and_rates_two() -> None:
    assert shown.percent(0.1234) == "12.3%"
    assert shown.rate(Decimal("0.1825")) == "18.25%"
    assert shown.percent(None) == "—"
    assert shown.rate(None) == "—"


def test_a_change_is_in_percentage_points_with_its_sign() -> None:
    assert shown.points(0.004) == "+0.4pp"
    assert shown.points(-0.012) == "-1.2pp"
    assert shown.rate_points(0.0004) == "+0.04pp"
    assert shown.tile_points(0.0999) == "+9.99pp"
    assert shown.tile_points(-0.1693) == "-16.9pp"
    assert shown.tile_points(None) == "—"
    assert shown.points(None) == "—"


def test_counts_ratios_and_durations() -> None:
    assert shown.count(1_234_567) == "1,234,567"
    assert shown.ratio(1.5) == "1.50"
    assert shown.seconds(1.26) == "1.3 s"
    assert [shown.count(None), shown.ratio(None), shown.seconds(None)] == ["—", "—", "—"]


def test_dates_are_written_year_first() -> None:
    at = datetime(2026, 11, 21, 8, 30, 5)  # noqa: DTZ001

    assert shown.day(date(2026, 11, 21)) == "2026-11-21"
    assert shown.month(date(2026, 11, 30)) == "2026-11"
    assert shown.instant(at) == "2026-11-21 08:30:05"
    assert [shown.day(None), shown.month(None), shown.instant(None)] == ["—", "—", "—"]


def test_a_month_that_is_not_over_is_named_by_its_newest_day() -> None:
    days = (date(2026, 11, 30), date(2026, 11, 29), date(2028, 2, 28), date(2028, 2, 29), None)

    assert [shown.period(on) for on in days] == [
        "2026-11",
        "2026-11-29",
        "2028-02-28",
        "2028-02",
        "—",
    ]
