"""Who the borrowers are: what they show (customers) and what only the simulation knows (traits)."""

from datetime import date
from typing import Any

import numpy as np
import polars as pl

from lending_core.dates import add_months
from lending_core.identity.business_licence import SPECIMENS as LICENCES
from lending_core.identity.business_licence import specimen_licences
from lending_core.identity.id_number import id_numbers
from lending_core.simulate.assumptions import assumptions, demand_season
from lending_core.simulate.draws import Draws, FloatArray, IntArray

# Hidden columns that make up table simulated_borrower, besides customer_id.
TRAITS = ("true_risk", "appetite", "thrift", "business_health", "income_level")

_DAYS_PER_YEAR = 365.2425


def joining_dates(count: int, first_month: date, months: int, draws: Draws) -> pl.Series:
    """`joined_on` of `count` customers, ascending: growing and seasonal over `months` months."""
    growth = 1.0 + assumptions()["demand"]["joining_growth_per_month"]
    starts = [add_months(first_month, number) for number in range(months + 1)]
    weights = [demand_season(on) * growth**number for number, on in enumerate(starts[:-1])]
    order = np.arange(count)
    month = draws.choice("joining month", order, weights)
    edges = np.array(starts, dtype="datetime64[D]")
    length = (edges[month + 1] - edges[month]).astype(np.int64)
    day = (draws.uniform("joining day", order) * length).astype(np.int64)
    return pl.Series("joined_on", np.sort(edges[month] + day))


def borrowers(
    first_customer_id: int, joined_on: pl.Series, draws: Draws
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """One customer per date of `joined_on`, ids counting up from `first_customer_id`.

    Returns (customers, traits): the columns of table `customer`; and customer_id, the `TRAITS`
    (standard normal, `true_risk` higher is worse) and monthly_income_fen, which nothing that
    scores may read.
    """
    ids = np.arange(first_customer_id, first_customer_id + len(joined_on), dtype=np.int64)
    share = assumptions()["borrowers"]["small_business_share"]
    is_business = draws.uniform("kind", ids) < share
    traits = _traits(ids, is_business, draws)
    age = _age_years(ids, draws)
    joined = joined_on.to_numpy().astype("datetime64[D]")
    birth = joined - np.ceil(age * _DAYS_PER_YEAR).astype(np.int64)
    birth_on = pl.Series("birth_on", birth)
    customers = pl.DataFrame(
        {
            "customer_id": ids,
            "kind": np.where(is_business, "small_business", "person"),
            "name": _names(ids, is_business, draws),
            "id_number": id_numbers(birth_on, _sequences(birth_on, draws)),
            "phone": phones(ids),
            "birth_on": birth_on,
            "region_code": _regions(ids, draws),
            "is_student": _is_student(ids, age, draws) & ~is_business,
            "is_court_listed": _is_court_listed(ids, traits["true_risk"].to_numpy(), draws),
            "is_simulated": np.ones(len(ids), dtype=bool),
            "joined_on": joined_on,
            "licence_number": _licences(ids, is_business, draws),
        }
    )
    return customers, traits


def stand_ins(known: pl.DataFrame, draws: Draws) -> pl.DataFrame:
    """People of the simulation in the place of real ones, one per row of `known` (customer_id,
    kind, joined_on): customer_id, name, id_number, phone, birth_on, licence_number."""
    ids = known["customer_id"].to_numpy()
    is_business = (known["kind"] == "small_business").to_numpy()
    joined = known["joined_on"].to_numpy().astype("datetime64[D]")
    birth = joined - np.ceil(_age_years(ids, draws) * _DAYS_PER_YEAR).astype(np.int64)
    birth_on = pl.Series("birth_on", birth)
    return pl.DataFrame(
        {
            "customer_id": ids,
            "name": _names(ids, is_business, draws),
            "id_number": id_numbers(birth_on, _sequences(birth_on, draws)),
            "phone": phones(ids),
            "birth_on": birth_on.cast(pl.String),
            "licence_number": _licences(ids, is_business, draws),
        }
    )


def _licences(ids: IntArray, is_business: Any, draws: Draws) -> pl.Series:
    """The number of each business's licence, null for a person."""
    numbers = specimen_licences(pl.Series(draws.whole("licence", ids, LICENCES)))
    return pl.select(pl.when(pl.Series(is_business)).then(numbers)).to_series()


def phones(ids: IntArray) -> pl.Series:
    """A number per customer id, from a range no network serves."""
    prefix = assumptions()["borrowers"]["phone_prefix"]
    return prefix + pl.Series("phone", ids % 10**8).cast(pl.String).str.zfill(8)


def _traits(ids: IntArray, is_business: Any, draws: Draws) -> pl.DataFrame:
    chosen = assumptions()["borrowers"]
    correlation = chosen["correlation_with_true_risk"]
    true_risk = draws.normal("true risk", ids)

    def related(name: str) -> FloatArray:
        share = correlation[name]
        return share * true_risk + np.sqrt(1.0 - share**2) * draws.normal(name, ids)

    income_level = related("income")
    income_fen = np.where(
        is_business, *(_income_fen(income_level, kind) for kind in ("small_business", "person"))
    )
    return pl.DataFrame(
        {
            "customer_id": ids,
            "true_risk": true_risk,
            "appetite": related("appetite"),
            "thrift": related("thrift"),
            "business_health": related("business_health"),
            "income_level": income_level,
            "monthly_income_fen": income_fen,
        }
    )


def _income_fen(level: FloatArray, kind: str) -> IntArray:
    chosen = assumptions()["borrowers"]
    income = chosen["income_median_fen"][kind] * np.exp(chosen["income_spread"][kind] * level)
    return np.rint(income / 100).astype(np.int64) * 100


def _age_years(ids: IntArray, draws: Draws) -> FloatArray:
    """Ages with their fraction, drawn again from the whole range where the bell leaves it."""
    chosen = assumptions()["borrowers"]
    low, high = chosen["age_min_years"], chosen["age_max_years"]
    age = chosen["age_median_years"] * np.exp(chosen["age_spread"] * draws.normal("age", ids))
    anywhere = low + (high - low) * draws.uniform("age again", ids)
    return np.where((age < low) | (age > high), anywhere, age)


def _names(ids: IntArray, is_business: Any, draws: Draws) -> pl.Series:
    """A person's name; for a business its trading name with the operator in brackets."""
    chosen = assumptions()["names"]
    surname = draws.choice("surname", ids, chosen["surname_weights"])
    has_second = draws.uniform("second given name", ids) >= chosen["single_given_share"]
    first, second = (draws.whole(f"given name {n}", ids, len(chosen["given"])) for n in (1, 2))
    brand = draws.whole("brand", ids, len(chosen["brands"]))
    trade = draws.whole("trade", ids, len(chosen["trades"]))
    person = pl.concat_str(
        _picked(chosen["surnames"], surname),
        _picked(chosen["given"], first),
        pl.when(pl.Series(has_second)).then(_picked(chosen["given"], second)).otherwise(pl.lit("")),
    )
    business = pl.concat_str(
        _picked(chosen["brands"], brand),
        _picked(chosen["trades"], trade),
        pl.lit("（"),
        person,
        pl.lit("）"),
    )
    named = pl.when(pl.Series(is_business)).then(business).otherwise(person)
    return pl.select(named.alias("name")).to_series()


def _sequences(birth_on: pl.Series, draws: Draws) -> pl.Series:
    """Three digits for the ID number, counting on within a birthday: no two people share a number
    while fewer than 1,000 are born on one day."""
    frame = pl.DataFrame({"birth_on": birth_on})
    start = draws.whole("id sequence", birth_on.to_physical().to_numpy(), 1000)
    count = pl.int_range(pl.len()).over("birth_on")
    return frame.select((count + pl.Series(start)) % 1000).to_series().alias("sequence")


def _picked(words: list[str], position: IntArray) -> pl.Expr:
    return pl.lit(pl.Series(words).gather(position))


def _regions(ids: IntArray, draws: Draws) -> pl.Series:
    weights = assumptions()["regions"]["weights"]
    return pl.Series(list(weights)).gather(draws.choice("region", ids, list(weights.values())))


def _is_student(ids: IntArray, age: FloatArray, draws: Draws) -> Any:
    chosen = assumptions()["borrowers"]
    is_young = age <= chosen["student_age_max_years"]
    return is_young & (draws.uniform("student", ids) < chosen["student_share_of_young"])


def _is_court_listed(ids: IntArray, true_risk: FloatArray, draws: Draws) -> Any:
    chosen = assumptions()["borrowers"]
    slope = chosen["court_listed_sensitivity"]
    # exp(slope x N(0,1)) has the mean exp(slope^2 / 2): dividing by it keeps the share.
    share = chosen["court_listed_share"] * np.exp(slope * true_risk - slope**2 / 2)
    return draws.uniform("court list", ids) < share
