"""The assumptions hold together, name their sources, and give season and stress by month."""

from datetime import date

import pytest

from lending_core.dates import add_months
from lending_core.simulate.assumptions import assumptions, demand_season, stress

START = date(2024, 11, 1)


@pytest.mark.parametrize(
    ("month", "path", "expected"),
    [
        (date(2025, 3, 1), "base", 1.00),
        (date(2025, 1, 1), "base", 1.02 * 1.12),
        (date(2025, 2, 1), "base", 1.04),
        (date(2026, 2, 1), "base", 1.04 * 1.12),
        (date(2026, 2, 1), "festival_peak", 1.04 * 1.36),
        (date(2026, 3, 1), "slowdown", 1.30 + 0.10 / 9),
    ],
)
def test_stress_is_macro_path_times_season_times_spring_festival(month, path, expected) -> None:
    assert stress(path, START, month) == pytest.approx(expected)


def test_demand_peaks_before_spring_festival_in_june_and_in_november() -> None:
    months = [add_months(START, number) for number in range(14)]

    busiest = sorted(months, key=demand_season)[-4:]

    assert sorted(busiest) == [
        date(2024, 11, 1),
        date(2024, 12, 1),
        date(2025, 6, 1),
        date(2025, 11, 1),
    ]


def test_every_product_is_more_often_late_than_unpaid_at_month_end() -> None:
    products = assumptions()["products"].values()

    assert all(p["d1_entry"] > p["c_m1"] > p["first_payment_30"] for p in products)


def test_every_group_of_assumptions_names_its_source() -> None:
    groups = assumptions()
    listed = [*groups["products"].values(), *groups["macro"].values()]
    single = [group for name, group in groups.items() if name not in ("products", "macro")]

    assert [group for group in listed + single if not group.get("source")] == []
