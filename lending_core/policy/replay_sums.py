"""A replay in sums: a cube over every dimension, and the parts of it that an interval needs."""

from sqlglot import exp

from lending_core.money import FEN_PER_YUAN
from lending_core.policy.replay import DIMENSIONS
from lending_core.policy.replay_money import AMOUNTS, scored_ppm

# Columns of a cube. rate_yuan_ppm: rate times whole yuan of the limit, of those approved.
SUMS = (
    "applications",
    "approvals",
    "reviews",
    "declines",
    "limit_fen",
    "limit_yuan",
    "rate_yuan_ppm",
    "loans_ppm",
    *AMOUNTS,
    "unaffordable",
)
# Of offers really made: how many, how many were drawn, how much, and what the model says of them.
MODELLED = ("past_offers", "past_loans", "past_drawn_fen", "modelled_loans_ppm", "modelled_fen")

# People are dealt into so many groups by their application's number, which says nothing of them.
DEALS = 256
DEALT = ("loans_ppm", *AMOUNTS)


def cube_query(source: str, side: str, *, modelled: bool = False) -> exp.Select:
    """One row per value of `DIMENSIONS` and evidence: the sums of one side of a `replay_query` or
    `changed_query` held in `source`.

    Columns: `DIMENSIONS`, evidence and `SUMS`; with `modelled`, those of `MODELLED` too.
    """
    keys = [exp.column(f"{side}_band").as_("band"), *map(exp.column, DIMENSIONS[1:])]
    sums = [*_sums(side), *(_modelled_sums() if modelled else [])]
    query = exp.select(*keys, exp.column("evidence"), *sums).from_(source)
    return query.group_by(*map(exp.convert, range(1, len(DIMENSIONS) + 2)))


def deals_query(source: str, side: str) -> exp.Select:
    """One row per deal of the people whose refusal a policy takes back, by what they are worth.

    Columns: deal, from 0; loans_ppm and `AMOUNTS`.
    """
    sums = (_total(exp.Sum(this=exp.column(f"{side}_{name}"))).as_(name) for name in DEALT)
    is_taken_back = exp.and_(
        exp.column("evidence").eq("inferred"), exp.column(f"{side}_outcome").neq("decline")
    )
    deal = (exp.column("application_id") % DEALS).as_("deal")
    return exp.select(deal, *sums).from_(source).where(is_taken_back).group_by(exp.convert(1))


def outcomes_query(matured: str) -> exp.Select:
    """One row per band of the decision and deal of the loans in `matured` (application_id, is_bad).

    Columns: band, deal; loans, bads, and expected_ppm: the score's default probabilities, added.
    """
    column = exp.column
    sums = {
        "loans": exp.Count(this=exp.Star()),
        "bads": exp.CountIf(this=column("is_bad")),
        "expected_ppm": exp.Sum(this=scored_ppm()),
    }
    named = (_total(aggregate).as_(name) for name, aggregate in sums.items())
    deal = (column("application_id", table="decision") % DEALS).as_("deal")
    query = exp.select(column("band"), deal, *named).from_("decision")
    for table in (matured, "assessment"):
        query = query.join(table, using="application_id")
    return query.group_by(exp.convert(1), exp.convert(2))


def _sums(side: str) -> list[exp.Expr]:
    def column(name: str) -> exp.Expr:
        return exp.column(f"{side}_{name}")

    approved = column("outcome").eq("approve")
    yuan = exp.case().when(approved, column("limit_fen") // FEN_PER_YUAN).else_(exp.convert(0))
    limit = exp.case().when(approved, column("limit_fen")).else_(exp.convert(0))
    totals: dict[str, exp.Expr] = {
        "applications": exp.Count(this=exp.Star()),
        "approvals": exp.CountIf(this=approved),
        "reviews": exp.CountIf(this=column("outcome").eq("review")),
        "declines": exp.CountIf(this=column("outcome").eq("decline")),
        "limit_fen": exp.Sum(this=limit),
        "limit_yuan": exp.Sum(this=yuan),
        "rate_yuan_ppm": exp.Sum(this=exp.Paren(this=yuan) * column("granted_rate_ppm")),
        **{name: exp.Sum(this=column(name)) for name in ("loans_ppm", *AMOUNTS)},
        "unaffordable": exp.CountIf(this=column("is_unaffordable")),
    }
    return [_total(totals[name]).as_(name) for name in SUMS]


def _modelled_sums() -> list[exp.Expr]:
    column = exp.column
    totals: dict[str, exp.Expr] = {
        "past_offers": exp.Count(this=column("modelled_fen")),
        "past_loans": exp.Count(this=column("past_drawn_fen")),
        "past_drawn_fen": exp.Sum(this=column("past_drawn_fen")),
        "modelled_loans_ppm": exp.Sum(this=column("modelled_loans_ppm")),
        "modelled_fen": exp.Sum(this=column("modelled_fen")),
    }
    return [_total(totals[name]).as_(name) for name in MODELLED]


def _total(aggregate: exp.Expr) -> exp.Expr:
    """The aggregate as a 64-bit integer, 0 over no rows."""
    return exp.cast(exp.func("coalesce", aggregate, exp.convert(0)), "BIGINT")
