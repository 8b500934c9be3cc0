"""Why a loan waits: the first thing that stopped it, and how much room it lacked."""

import numpy as np
import polars as pl

from lending_core.funding.answer import LEFT
from lending_core.funding.eligible import first_reason
from lending_core.funding.problem import Problem

# Why no funder may fund a loan, whatever its room; see `eligible.conditions`.
UNFIT = ("no_funder", "product", "not_listed", "region", "band", "rate", "instalments")
# A funder of the type that must lead is missing; every way would cost more than the loan earns.
NO_WAY = ("lead_type", "margin")
# Limits that had too little room.
FULL = (
    *("total_quota", "daily_quota", "guarantee", "funder_part", "joint_total", "partner"),
    *("region_part", "product_part"),
)
REASONS = (*UNFIT, *NO_WAY, *FULL)


def reasons(problem: Problem, way_of: np.ndarray, waiting: np.ndarray) -> pl.DataFrame:
    """One row per waiting loan, as `answer.LEFT`. Of the ways that lack room, the one that lacks
    least is told: its limit that lacks most, that limit's funder, and how much it lacks."""
    loans = problem.loans[waiting]
    unfit = pl.repeat(None, loans.height, dtype=pl.String, eager=True)
    if not problem.may[waiting].any(axis=1).all():
        unfit = first_reason(loans, problem.funders, problem.batch.business_on)
    lacking, row = _lacking(problem, way_of, waiting)
    names = [limit.limit for limit in problem.limits]
    codes = [limit.funder_code for limit in problem.limits]
    none = np.flatnonzero(row < 0)
    told = pl.DataFrame(
        {
            "loan_id": loans["loan_id"],
            "principal_fen": loans["principal_fen"],
            "unfit": unfit,
            "no_way": _no_way(problem, waiting),
            "limit": [names[each] if each >= 0 else None for each in row],
            "funder_code": [codes[each] if each >= 0 else None for each in row],
            "missing_fen": pl.Series(lacking, dtype=pl.Int64).scatter(none, None),
        },
        schema_overrides={"limit": pl.String, "funder_code": pl.String},
    )
    reason = pl.coalesce("unfit", "limit", "no_way").alias("reason")
    return told.with_columns(reason).select(pl.col(name).cast(kind) for name, kind in LEFT.items())


def _no_way(problem: Problem, waiting: np.ndarray) -> list[str]:
    """Of loans that some funder may fund and no way allows: the lead is missing, or the margin."""
    types = {funder.lender_type: [] for funder in problem.funders}  # type: ignore[var-annotated]
    for place, funder in enumerate(problem.funders):
        types[funder.lender_type].append(place)
    asked = problem.loans["lead_type"].to_list()
    return [
        "margin"
        if asked[loan] is None or problem.may[loan, types.get(asked[loan], [])].any()
        else "lead_type"
        for loan in waiting.tolist()
    ]


def _lacking(
    problem: Problem, way_of: np.ndarray, waiting: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Per waiting loan: what the way that lacks least lacks, and its limit (-1 without a way)."""
    left = np.append(problem.rooms - problem.used(way_of), problem.principal.sum())
    least = np.full(waiting.size, np.iinfo(np.int64).max)
    limit = np.full(waiting.size, -1, np.int64)
    for place in range(len(problem.ways)):
        most = np.zeros(waiting.size, np.int64)
        worst = np.full(waiting.size, -1, np.int64)
        for row, use in _taken(problem, place, waiting):
            lack = use - left[row]
            worst = np.where(lack > most, row, worst)
            most = np.maximum(most, lack)
        better = problem.allowed[place, waiting] & (most < least)
        least, limit = np.where(better, most, least), np.where(better, worst, limit)
    return least, limit


def _taken(problem: Problem, place: int, loans: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    """Limit (per loan) and what each loan takes of it when funded this way."""
    whole = [(np.full(loans.size, row), use) for row, use in problem.use(place, loans).items()]
    books = (problem.region_row[loans], problem.product_row[loans])
    return whole + [(row, problem.principal[loans]) for row in books]
