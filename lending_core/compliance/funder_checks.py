"""What the law asks of who lends, alone and together: of shares as they were lent, and of balances
as they are held now."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl

from lending_core.compliance.finding import named
from lending_core.compliance.register import Rule
from lending_core.funding.funders import Agreement, Funder

Funders = Mapping[str, Funder]
Row = dict[str, Any]


def off_list(
    shares: pl.DataFrame, funders: Funders, agreements: Sequence[Agreement], rule: Rule
) -> pl.DataFrame:
    """Loans funded by who was not on the published list that day, or jointly by lenders without an
    agreement (ZD-03). `shares`: as the query `compliance/share`."""
    lent = shares.filter(pl.col("disbursed_on") >= rule.effective_from)
    kinds = lent.group_by("funder_code", "disbursed_on").agg("loan_id").rows(named=True)
    unlisted = [
        {"subject_id": loan_id, "detail": row["funder_code"]}
        for row in kinds
        if (funder := funders.get(row["funder_code"])) is not None
        and not funder.may_lend_on(row["disbursed_on"])
        for loan_id in row["loan_id"]
    ]
    apart = [
        {"subject_id": loan_id, "detail": " / ".join(codes)}
        for loan_id, codes, on in _joint(lent)
        if not _agreed(codes, agreements, on)
    ]
    return named(sorted([*unlisted, *apart], key=lambda row: int(row["subject_id"])))


def too_large_a_share(shares: pl.DataFrame, rule: Rule) -> pl.DataFrame:
    """Joint loans of which one lender has so much that its partners have less than their least part
    (IL-21)."""
    most = 1 - Decimal(rule.parameters["share_min"])
    joint = _of_several(shares).filter(pl.col("disbursed_on") >= rule.effective_from)
    rows = [
        {
            "subject_id": row["loan_id"],
            "measured": _part(row["share_fen"], row["principal_fen"]),
            "limit_value": most,
            "detail": row["funder_code"],
        }
        for row in joint.rows(named=True)
        if row["share_fen"] > most * row["principal_fen"]
    ]
    return named(rows)


def too_much_with_one(held: pl.DataFrame, funders: Funders, rule: Rule) -> pl.DataFrame:
    """Lenders whose own balance lent together with one partner, affiliates included, is too much of
    their tier-1 capital (IL-22). `held`: as the query `compliance/held`."""
    most = Decimal(rule.parameters["part_max"])
    pairs = _pairs(held, funders)
    return named(
        {
            "subject_id": code,
            "measured": _part(owed, tier1),
            "limit_value": most,
            "detail": group,
        }
        for (code, group), owed in sorted(pairs.items())
        if (tier1 := funders[code].tier1_fen) is not None and owed > most * tier1
    )


def too_much_joint(held: pl.DataFrame, funders: Funders, rule: Rule) -> pl.DataFrame:
    """Lenders whose balance of joint loans is too much of all that they lend (IL-23). `held`: as
    `too_much_with_one`."""
    most = Decimal(rule.parameters["part_max"])
    owed = _owed(_of_several(held), "funder_code")
    return named(
        {"subject_id": code, "measured": _part(fen, total), "limit_value": most}
        for (code,), fen in sorted(owed.items())
        if code in funders
        and (total := funders[code].total_loans_fen) is not None
        and fen > most * total
    )


def out_of_region(shares: pl.DataFrame, funders: Funders, rule: Rule) -> pl.DataFrame:
    """Loans of lenders with provinces of their own to borrowers elsewhere (IL-24)."""
    lent = shares.filter(pl.col("disbursed_on") >= rule.effective_from)
    homes = {code: each.region_codes for code, each in funders.items() if each.region_codes}
    away = [
        lent.filter((pl.col("funder_code") == code) & ~pl.col("region_code").is_in(regions))
        for code, regions in homes.items()
    ]
    rows = [row for frame in away for row in frame.rows(named=True)]
    return named(
        {"subject_id": row["loan_id"], "detail": row["funder_code"]}
        for row in sorted(rows, key=lambda row: int(row["loan_id"]))
    )


def too_much_to_one(held: pl.DataFrame, funders: Funders, rule: Rule) -> pl.DataFrame:
    """Borrowers who owe one lender too much of its capital (IL-26). `held`: as
    `too_much_with_one`."""
    most = Decimal(rule.parameters["part_max"])
    owed = _owed(held, "customer_id", "funder_code")
    return named(
        {
            "subject_id": customer_id,
            "measured": _part(fen, tier1),
            "limit_value": most,
            "detail": code,
        }
        for (customer_id, code), fen in sorted(owed.items())
        if code in funders and (tier1 := funders[code].tier1_fen) is not None and fen > most * tier1
    )


def _of_several(shares: pl.DataFrame) -> pl.DataFrame:
    return shares.filter(pl.len().over("loan_id") > 1)


def _joint(shares: pl.DataFrame) -> list[tuple[int, tuple[str, ...], date]]:
    """Loan, lenders and day of each joint loan."""
    grouped = _of_several(shares).group_by("loan_id", maintain_order=True)
    rows = grouped.agg("funder_code", on=pl.col("disbursed_on").first()).rows()
    return [(loan_id, tuple(codes), on) for loan_id, codes, on in rows]


def _agreed(codes: tuple[str, ...], agreements: Sequence[Agreement], on: date) -> bool:
    """Whether every lender has an agreement with another of the loan that holds on the day."""
    pairs = {
        frozenset((each.lead_code, each.partner_code)) for each in agreements if each.holds_on(on)
    }
    return all(any({code, other} in pairs for other in codes if other != code) for code in codes)


def _pairs(held: pl.DataFrame, funders: Funders) -> dict[tuple[str, str], int]:
    """What each lender is owed of loans shared with each group of partners."""
    groups = {code: each.group for code, each in funders.items()}
    joint = _of_several(held).filter(pl.col("funder_code").is_in(list(funders)))
    grouped = joint.with_columns(
        own_group=pl.col("funder_code").replace_strict(groups, return_dtype=pl.String)
    )
    partners = grouped.select("loan_id", group="own_group").unique()
    apart = grouped.join(partners, on="loan_id").filter(pl.col("group") != pl.col("own_group"))
    sums = apart.group_by("funder_code", "group").agg(pl.col("owing_fen").sum()).rows()
    return {(code, group): int(fen) for code, group, fen in sums}


def _owed(held: pl.DataFrame, *by: str) -> dict[tuple[Any, ...], int]:
    sums = held.group_by(by).agg(pl.col("owing_fen").sum()).rows()
    return {tuple(row[:-1]): int(row[-1]) for row in sums}


def _part(fen: int, whole_fen: int) -> Decimal:
    return round(Decimal(fen) / whole_fen, 6)
