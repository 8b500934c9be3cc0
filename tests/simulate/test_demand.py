"""People ask when, how often and for what the assumptions say, within their product."""

from datetime import date

import polars as pl
import pytest

from lending_core.products.catalogue import catalogue
from lending_core.simulate.borrowers import borrowers
from lending_core.simulate.demand import arrivals, consents, requests
from lending_core.simulate.draws import Draws
from tests.simulate.book import Book

DRAWS = Draws(5)
MONTH = date(2026, 3, 1)
JOINED_ON = pl.Series("joined_on", [date(2025, 10, 7)] * 20_000)
CUSTOMERS, TRAITS = borrowers(1, JOINED_ON, DRAWS)


def people(**changes: pl.Expr) -> pl.DataFrame:
    """Everybody joined and applied in October 2025, nobody took a loan; unless changed."""
    past = {
        "last_applied_on": pl.lit(date(2025, 10, 7)),
        "loans_taken": pl.lit(0),
        "applied_on": pl.lit(MONTH),
    }
    return CUSTOMERS.join(TRAITS, on="customer_id").with_columns(**past | changes)


def test_a_new_customer_asks_on_the_day_of_joining_and_only_then() -> None:
    new = people(last_applied_on=pl.lit(None, pl.Date))

    on_joining = arrivals(new, date(2025, 10, 1), DRAWS)
    later = arrivals(new, MONTH, DRAWS)

    assert on_joining["applied_on"].value_counts().rows() == [(date(2025, 10, 7), 20_000)]
    assert later.height == 0


def test_nobody_asks_again_within_two_months() -> None:
    recent = people(last_applied_on=pl.lit(date(2026, 1, 1)))

    assert arrivals(recent, MONTH, DRAWS).height == 0


def test_borrowers_with_a_loan_ask_again_more_often() -> None:
    refused = arrivals(people(), MONTH, DRAWS).height / 20_000

    borrowed = arrivals(people(loans_taken=pl.lit(1)), MONTH, DRAWS).height / 20_000

    assert refused == pytest.approx(0.095 * 0.98 * 0.65, abs=0.005)
    assert borrowed == pytest.approx(0.095 * 0.98 * 1.5, abs=0.006)


def test_more_people_ask_before_spring_festival() -> None:
    borrowed = people(loans_taken=pl.lit(1))

    january, march = (arrivals(borrowed, date(2026, m, 1), DRAWS).height for m in (1, 3))

    assert january / march == pytest.approx(1.00 * 1.15 / 0.98, abs=0.08)


def test_applications_per_customer_over_two_years(small_book: Book) -> None:
    per_customer = small_book.applications.height / small_book.customers.height

    assert 1.6 <= per_customer <= 2.0


def test_requests_stay_within_the_product() -> None:
    asked = requests(people(), MONTH, catalogue(), DRAWS)

    products = pl.DataFrame(
        {
            "product_code": product.code,
            "borrower_kind": product.borrower_kind,
            "scenarios": product.scenarios,
            "least": product.draw_min_fen,
            "most": product.draw_max_fen,
            "choices": product.instalment_choices,
        }
        for product in catalogue().values()
    )
    known = asked.join(products, on="product_code").join(CUSTOMERS, on="customer_id")
    assert known.height == 20_000
    assert (
        known.select(
            (pl.col("borrower_kind") == pl.col("kind")).all(),
            pl.col("scenario").is_in(pl.col("scenarios")).all().alias("in scenario"),
            pl.col("amount_asked_fen").is_between("least", "most").all(),
            (pl.col("amount_asked_fen") % 10_000 == 0).all().alias("whole steps"),
            pl.col("instalments_asked").is_in(pl.col("choices")).all(),
            pl.col("learning_draw").is_between(0, 9_999).all(),
        ).row(0)
        == (True,) * 6
    )


def test_every_product_is_asked_for() -> None:
    asked = requests(people(), MONTH, catalogue(), DRAWS)

    assert set(asked["product_code"]) == set(catalogue())


def test_most_people_ask_for_the_same_product_again() -> None:
    first = requests(people(), MONTH, catalogue(), DRAWS)

    second = requests(people(), date(2026, 6, 1), catalogue(), DRAWS)

    same = (first["product_code"] == second["product_code"]).mean()
    assert 0.60 < same < 0.75


def test_nobody_asking_gives_an_empty_frame_of_the_same_columns() -> None:
    nobody = people().clear()

    empty = requests(nobody, MONTH, catalogue(), DRAWS)

    assert empty.schema == requests(people(), MONTH, catalogue(), DRAWS).schema


def test_consent_is_mostly_given_and_receipts_are_asked_of_businesses_only() -> None:
    given = consents(CUSTOMERS, DRAWS)

    shares = dict(given.group_by("source").agg(pl.col("is_granted").mean()).rows())
    receipts = given.filter(source="merchant_receipts")["customer_id"]
    businesses = CUSTOMERS.filter(kind="small_business")["customer_id"]
    assert shares == pytest.approx(
        {
            "bureau": 0.985,
            "payment_behaviour": 0.95,
            "tenure": 0.97,
            "merchant_receipts": 0.90,
            "income": 0.92,
        },
        abs=0.015,
    )
    assert receipts.to_list() == businesses.to_list()
