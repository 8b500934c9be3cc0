"""Applicants on one day, for bulk runs and demonstrations, from the same generators as the book."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from lending_core.products.catalogue import Product
from lending_core.simulate.borrowers import borrowers, phones
from lending_core.simulate.demand import consents, requests
from lending_core.simulate.draws import Draws
from lending_core.simulate.features import SOURCE_COLUMNS, features
from lending_core.simulate.identities import identities, ring_members

# Who may be asked for by name; each is the first of many drawn applicants who fits. The risky one
# passes the gates of age, court list and overdue loans elsewhere, so that the score has to speak.
SAMPLES = {
    "surprise": pl.lit(True),
    "risky": (pl.col("kind") == "person")
    & (pl.col("true_risk") > 1.2)
    & pl.col("inquiries_3m").is_between(4, 7)
    & pl.col("lenders_with_balance").is_between(3, 5)
    & (pl.col("credit_utilisation") >= 0.7)
    & (pl.col("worst_status_24m") <= 2)
    & (pl.col("payment_stability") <= 0.5)
    & ~pl.any_horizontal("has_current_overdue", "is_student", "is_court_listed"),
    "small_business": (pl.col("kind") == "small_business")
    & pl.col("merchant_receipts_monthly_fen").is_not_null(),
}
_POOL = 5_000
# Enough to find somebody of either kind among them, whatever the number: one in five is a business.
_STRANGERS = 200
# Phones of samples lie beyond those of any book.
_FIRST_PHONE = _PHONES = 50_000_000


@dataclass(frozen=True)
class Applicants:
    """Frames with the same customers in the same order: see `borrowers`, `demand`, `features`,
    `identities`."""

    customers: pl.DataFrame
    traits: pl.DataFrame
    consents: pl.DataFrame
    requests: pl.DataFrame
    features: pl.DataFrame
    identities: pl.DataFrame


@dataclass(frozen=True)
class Stranger:
    """Somebody whose name and number came from outside: hidden columns of the simulation, the
    columns of `features`, and whether a court lists them."""

    traits: dict[str, Any]
    features: dict[str, Any]
    is_court_listed: bool


def applicants(
    first_customer_id: int, count: int, on: date, products: Mapping[str, Product], draws: Draws
) -> Applicants:
    """`count` new customers who all apply on the day `on`, without a history of their own."""
    joined_on = pl.Series("joined_on", [on], dtype=pl.Date).new_from_index(0, count)
    customers, traits = borrowers(first_customer_id, joined_on, draws)
    people = _without_past(customers, traits)
    granted = consents(customers, draws)
    return Applicants(
        customers,
        traits,
        granted,
        requests(people, on, products, draws),
        features(people, granted, on, draws),
        identities(customers, draws),
    )


def stranger(number: int, kind: str, on: date, draws: Draws) -> Stranger:
    """What the sources know of somebody who applies on the day `on` and was never drawn: the same
    `number` is always the same person. Consents hide nothing here; the decision does."""
    joined_on = pl.Series("joined_on", [on], dtype=pl.Date).new_from_index(0, _STRANGERS)
    drawn, drawn_traits = borrowers(number, joined_on, draws)
    customers = drawn.filter(kind=kind).head(1)
    traits = drawn_traits.join(customers, on="customer_id", how="semi")
    granted = customers.select("customer_id").join(
        pl.DataFrame({"source": list(SOURCE_COLUMNS), "is_granted": True}), how="cross"
    )
    seen = features(_without_past(customers, traits), granted, on, draws)
    return Stranger(
        traits=traits.drop("customer_id").row(0, named=True),
        features=seen.drop("customer_id").row(0, named=True),
        is_court_listed=customers["is_court_listed"].item(),
    )


def _without_past(customers: pl.DataFrame, traits: pl.DataFrame) -> pl.DataFrame:
    return customers.join(traits, on="customer_id", maintain_order="left").with_columns(
        applied_on="joined_on",
        own_loans_repaid=pl.lit(0, pl.Int32),
        own_worst_days_past_due=pl.lit(0, pl.Int32),
        own_days_past_due=pl.lit(0, pl.Int32),
        own_months_since_late=pl.lit(None, pl.Int32),
        own_principal_fen=pl.lit(0, pl.Int64),
        own_limit_fen=pl.lit(0, pl.Int64),
    )


def sample(
    name: str,
    customer_id: int,
    on: date,
    products: Mapping[str, Product],
    generator: np.random.Generator,
) -> Applicants:
    """One applicant who fits `name` of `SAMPLES`, numbered `customer_id`; each frame has one row
    (consents: one per source). Raises `KeyError` for an unknown name."""
    draws = Draws(int(generator.integers(2**62)))
    pool = applicants(customer_id, _POOL, on, products, draws)
    everything = (
        pool.customers.select("customer_id", "kind")
        .join(pool.traits.select("customer_id", "true_risk"), on="customer_id")
        .join(pool.features, on="customer_id")
    )
    found = everything.filter(SAMPLES[name])["customer_id"].min()
    number = pl.lit(customer_id, pl.Int64).alias("customer_id")
    frames = {
        field.name: getattr(pool, field.name)
        .filter(pl.col("customer_id") == found)
        .with_columns(number)
        for field in fields(pool)
    }
    number_of_phone = draws.whole("sample phone", np.array([customer_id]), _PHONES)
    phone = phones(_FIRST_PHONE + number_of_phone).alias("phone")
    return Applicants(**frames | {"customers": frames["customers"].with_columns(phone)})


def in_ring(drawn: Applicants, last_customer_id: int, draws: Draws) -> Applicants:
    """The sample with the device, card and address of the newest member of a fraud ring among the
    customers 1 to `last_customer_id` of the book of `draws`; unchanged where there is no ring."""
    members = ring_members(np.arange(1, last_customer_id + 1), draws)[-1:]
    if not len(members):
        return drawn
    member = pl.DataFrame({"customer_id": members, "kind": drawn.customers["kind"]})
    shared = identities(member, draws).select("device", "bank_card", "address")
    return replace(drawn, identities=drawn.identities.with_columns(shared))
