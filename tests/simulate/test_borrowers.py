"""The population has the assumed shares, valid specimen identities and related traits."""

from datetime import date

import numpy as np
import polars as pl
import pytest

from lending_core.identity.business_licence import read_business_licence
from lending_core.identity.id_number import read_id_number
from lending_core.simulate.borrowers import borrowers, joining_dates
from lending_core.simulate.draws import Draws

DRAWS = Draws(11)
JOINED_ON = joining_dates(20_000, date(2024, 11, 1), 24, DRAWS)
CUSTOMERS, TRAITS = borrowers(1, JOINED_ON, DRAWS)


def test_customers_join_in_every_month_and_more_at_the_launch() -> None:
    by_month = JOINED_ON.dt.truncate("1mo").value_counts().sort("joined_on")

    assert by_month["joined_on"].to_list()[:: by_month.height - 1] == [
        date(2024, 11, 1),
        date(2026, 10, 1),
    ]
    assert by_month["count"].head(6).sum() > 1.5 * by_month["count"].tail(6).sum()


def test_shares_of_the_population_are_as_assumed() -> None:
    shares = CUSTOMERS.select(
        (pl.col("kind") == "small_business").mean().alias("small_business"),
        pl.col("is_court_listed").mean(),
        (pl.col("region_code") == "44").mean().alias("guangdong"),
    )

    assert shares.row(0) == pytest.approx((0.12, 0.010, 0.090), abs=0.006)


def test_few_young_people_are_students_and_nobody_else() -> None:
    age = (pl.col("joined_on") - pl.col("birth_on")).dt.total_days() / 365.2425
    young = CUSTOMERS.filter(age <= 25, pl.col("kind") == "person")

    assert young["is_student"].mean() == pytest.approx(0.03, abs=0.01)
    assert CUSTOMERS.filter(age > 25.01)["is_student"].sum() == 0


def test_everybody_is_eighteen_to_sixty_on_joining() -> None:
    age = CUSTOMERS.select(
        (pl.col("joined_on") - pl.col("birth_on")).dt.total_days() / 365.2425
    ).to_series()

    assert (age.min() >= 18, age.max() <= 60.01, 30 <= age.median() <= 34) == (True, True, True)


def test_id_numbers_are_valid_specimens_of_the_birth_date_and_unique() -> None:
    first = CUSTOMERS.row(0, named=True)

    read = read_id_number(first["id_number"], on=first["joined_on"])

    assert read.birth_on == first["birth_on"]
    assert CUSTOMERS["id_number"].str.starts_with("999999").all()
    assert CUSTOMERS["id_number"].n_unique() == CUSTOMERS.height


def test_every_business_and_nobody_else_has_a_licence_of_its_own() -> None:
    of_businesses = CUSTOMERS.filter(kind="small_business")["licence_number"]
    of_persons = CUSTOMERS.filter(kind="person")["licence_number"]

    assert of_businesses.n_unique() == of_businesses.len() == of_businesses.count()
    assert of_persons.count() == 0
    assert read_business_licence(of_businesses[0]).is_specimen


def test_phones_are_unique_and_outside_the_served_ranges() -> None:
    assert CUSTOMERS["phone"].n_unique() == CUSTOMERS.height
    assert CUSTOMERS["phone"].str.contains(r"^154\d{8}$").all()


def test_a_business_is_named_with_its_operator() -> None:
    is_business_name = CUSTOMERS["name"].str.contains("（.+）$")

    assert (is_business_name == (CUSTOMERS["kind"] == "small_business")).all()


@pytest.mark.parametrize(
    ("trait", "expected"),
    [("appetite", 0.45), ("thrift", -0.45), ("income_level", -0.25), ("business_health", -0.45)],
)
def test_traits_go_with_the_true_risk_as_assumed(trait, expected) -> None:
    correlation = np.corrcoef(TRAITS["true_risk"], TRAITS[trait])[0, 1]

    assert correlation == pytest.approx(expected, abs=0.02)


def test_a_borrower_is_the_same_in_a_batch_of_any_size() -> None:
    _, later = borrowers(15_001, JOINED_ON[15_000:15_100], DRAWS)

    assert later.equals(TRAITS[15_000:15_100])
