"""Cached reads of funders, matching and settlement, each a question to `reads.answer`."""

import polars as pl

from lending_core.funding import uses
from lending_core.funding.batch import Batch
from lending_core.operations import (
    agreement_register,
    funder_loans,
    funder_register,
    matchings,
    reports,
)
from lending_core.operations.listing import Asked
from pages.ui.reads import answer


def rooms() -> pl.DataFrame:
    """One row per funder, cheapest first: what it has lent, its quota, what it may still lend today
    and later, and which limit stops it first (see `funding.uses.rooms`)."""
    batch: Batch = answer(matchings.asked_today)
    room = uses.rooms(batch)
    found = answer(reports.funder_room).drop("room_fen").join(room, on="funder_code")
    return found.sort("annual_cost", "funder_code").with_columns(
        annual_cost_rate=pl.col("annual_cost"),
        used_share=pl.col("outstanding_fen") / pl.col("quota_fen"),
        room_later_fen=pl.col("room_fen") - pl.col("room_today_fen"),
    )


def waiting_fen() -> int:
    """How much waits for a funder."""
    batch: Batch = answer(matchings.asked_today)
    return int(batch.loans["principal_fen"].sum())


def limit_uses(funder_code: str) -> pl.DataFrame:
    """How far one funder's limits are used: see `funding.uses.limit_uses`."""
    batch: Batch = answer(matchings.asked_today)
    found = uses.limit_uses(batch.offers, batch.agreements, batch.rules)
    return found.filter(pl.col("funder_code") == funder_code)


def register() -> pl.DataFrame:
    """One row per funder with the terms in force: see `funder_register.register`."""
    return answer(funder_register.register)


def agreements() -> pl.DataFrame:
    """One row per lead and partner: see `agreement_register.agreement_register`; `joint_fen`, what
    both are owed of loans that they have lent together."""
    batch: Batch = answer(matchings.asked_today)
    lent = {each.funder.funder_code: each.joint_fen for each in batch.offers}
    agreed = answer(agreement_register.agreement_register)
    pairs = agreed.select("lead_code", "partner_code").rows()
    joint = [lent.get(a, {}).get(b, 0) + lent.get(b, {}).get(a, 0) for a, b in pairs]
    return agreed.with_columns(joint_fen=pl.Series(joint, dtype=pl.Int64))


def agreement_versions() -> pl.DataFrame:
    """One row per version of an agreement, newest first: see
    `agreement_register.versions_of_agreements`."""
    return answer(agreement_register.versions_of_agreements)


def lent_fen() -> int:
    """What all funders are owed."""
    batch: Batch = answer(matchings.asked_today)
    return sum(each.outstanding_fen for each in batch.offers)


def versions(funder_code: str | None = None) -> pl.DataFrame:
    """One row per version, newest first: see `funder_register.versions_of_funder`."""
    return answer(funder_register.versions_of_funder, funder_code)


def count_loans(funder_code: str) -> int:
    """In how many loans a funder has a share."""
    return answer(funder_loans.count_loans_of_funder, funder_code)


def loans(funder_code: str, asked: Asked) -> pl.DataFrame:
    """One page of a funder's loans: see `funder_loans.loans_of_funder`."""
    return answer(funder_loans.loans_of_funder, funder_code, asked)
