"""What may be chosen for each band and kind of borrower, and what each choice would have done.

The offers of every choice stand together in the place of the policy's own, and the same compiled
steps that decide and replay go over each applicant once per choice: what decides is what is
optimised. Whoever is refused under every choice is left out before.
"""

import functools
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import polars as pl
from sqlglot import exp

from lending_core.policy.compile import (
    OFFER_COLUMNS,
    Stages,
    offer_cells,
    rules,
    with_stages,
)
from lending_core.policy.document import LIMIT_BOUND_FEN, Band, Policy
from lending_core.policy.offers import Offer, offers, price
from lending_core.policy.optimise import Group, Option, Outcome, Problem, Room
from lending_core.policy.replay import replay_stages
from lending_core.policy.replay_money import COSTS, PAST_COLUMNS
from lending_core.products.catalogue import BORROWER_KINDS, Product
from lending_core.scoring import fairness
from lending_core.settings import reference_file

CHOICE = {"choice_position_percent": "BIGINT", "choice_limit_fen": "BIGINT"}
# What an audit of fairness counts approvals by: never sex, which no policy may know.
GROUPS = ("age_group", "region_group")
OPTION = ("band", "kind", *CHOICE)
KEYS = (*OPTION, "product_code", *GROUPS)
SUMS = ("approvals", "drawn_fen", "loss_fen", "profit_fen")
NOTHING = (0,) * len(SUMS)

_TYPES: dict[str, Any] = {
    "VARCHAR": pl.String,
    "BOOLEAN": pl.Boolean,
    "INTEGER": pl.Int32,
    "BIGINT": pl.Int64,
    "DECIMAL(9, 6)": pl.Decimal(9, 6),
}


@dataclass(frozen=True)
class Choices:
    """Percent of a band's limit of today, and places in the price range, that may be chosen."""

    limit_percents: tuple[int, ...]
    position_percents: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Tried:
    """Every choice tried on a part of the past. `sums`: columns of `sums_query`; `counts`:
    applications by `GROUPS`, refused ones too."""

    sums: pl.DataFrame
    counts: pl.DataFrame


@functools.cache
def house_choices() -> Choices:
    """The choices of `data/reference/optimise.toml`."""
    table = tomllib.loads(reference_file("optimise.toml").read_text("utf-8"))["choices"]
    return Choices(**{name: tuple(values) for name, values in table.items()})


def choice_offers(
    policy: Policy, products: Iterable[Product], choices: Choices | None = None
) -> pl.DataFrame:
    """What each product would offer to each band under every choice: `CHOICE`, `OFFER_COLUMNS`.

    The limit of a choice is the band's, before the product's share; today's is always one of them.
    No choice has a price above the cap on all-in cost, unless today's policy has.
    """
    catalogue = tuple(products)
    rows = {
        (*choice, offer.band, offer.product_code): tuple(offer_cells(offer))
        for band in policy.band
        for *choice, offer in _offered(policy, band, catalogue, choices or house_choices())
    }
    columns = {**CHOICE, **OFFER_COLUMNS}
    cells = [(*key[: len(CHOICE)], *row) for key, row in rows.items()]
    schema = {name: _TYPES[kind] for name, kind in columns.items()}
    return pl.DataFrame(cells, schema=schema, orient="row")


def sums_query(
    policy: Policy, products: Iterable[Product], source: str, offered: str
) -> exp.Select:
    """One row per value of `KEYS`: the `SUMS` over the applicants who are let in.

    `source` names a table with the columns of a past, `offered` one with the `choice_offers`.
    Profit is interest less funding, loss and running cost.
    """
    keys = [exp.column(name) for name in KEYS]
    query = exp.select(*keys, *_sums()).from_("valued").group_by(*keys)
    return with_stages(query, _stages(policy, products, source, offered))


def counts_query(source: str) -> exp.Select:
    """One row per value of `GROUPS` of a past: applications, refused ones too."""
    keys = [exp.column(name) for name in GROUPS]
    counted = exp.Count(this=exp.Star()).as_("applications")
    grouped = _grouped(source).subquery("grouped")
    return exp.select(*keys, counted).from_(grouped).group_by(*keys)


def added(parts: Iterable[Tried]) -> Tried:
    """What was tried on several parts of the past as tried on all of it."""
    parts = tuple(parts)
    sums = pl.concat([part.sums for part in parts]).group_by(KEYS).agg(pl.col(SUMS).sum())
    counts = pl.concat([part.counts for part in parts]).group_by(GROUPS)
    return Tried(sums.sort(KEYS), counts.agg(pl.col("applications").sum()).sort(GROUPS))


def problem(
    policy: Policy, products: Iterable[Product], tried: Tried, rooms: Iterable[Room] = ()
) -> Problem:
    """The question that the `choice_offers` of a policy make of what was tried on the past."""
    applicants = _judged(tried.counts)
    sums = _by_option(tried.sums)
    lent = _by_part(tried.sums, "product_code", "drawn_fen")
    approved = {dimension: _by_part(tried.sums, dimension, "approvals") for dimension in GROUPS}
    offered = choice_offers(policy, products).select("offer_band", "offer_kind", *CHOICE)

    def option(terms: tuple[Any, ...]) -> Option:
        counted = {
            (dimension, group): approved[dimension][terms].get(group, 0)
            for dimension, group in applicants
        }
        cells: tuple[Any, ...] = (*terms, *sums.get(terms, NOTHING), lent[terms], counted)
        return Option(*cells)

    options = tuple(map(option, offered.unique(maintain_order=True).iter_rows()))
    bands = {band.name: band for band in policy.band}
    return Problem(
        bands=tuple(bands),
        options=options,
        today=tuple(option for option in options if _is_of(option, bands[option.band])),
        applications=int(tried.counts["applications"].sum()),
        applicants=applicants,
        rooms=tuple(rooms),
    )


def with_choice(policy: Policy, chosen: Outcome) -> Policy:
    """The policy with the limits and prices chosen; all else as it is."""
    terms: dict[str, dict[str, int]] = defaultdict(dict)
    for option in chosen.options:
        terms[option.band]["rate_position_percent"] = option.position_percent
        terms[option.band][f"limit_{option.kind}_fen"] = option.limit_fen
    changed: tuple[dict[str, Any], ...] = tuple(terms[band.name] for band in policy.band)
    bands = zip(policy.band, changed, strict=True)
    return replace(policy, band=tuple(replace(band, **values) for band, values in bands))


def _offered(
    policy: Policy, band: Band, catalogue: tuple[Product, ...], choices: Choices
) -> Iterator[tuple[int, int, Offer]]:
    """Place in the price range, limit of the band, and the offer of a product, for every choice."""
    for position in _positions(policy, band, catalogue, choices):
        for percent in _percents(band, choices):
            changed = _changed(policy, band, position, percent)
            for offer in offers(replace(policy, band=(changed,)), catalogue):
                yield position, changed.limit_fen(offer.borrower_kind), offer


def _percents(band: Band, choices: Choices) -> list[int]:
    return [100] if band.admits == "none" else sorted({100, *choices.limit_percents})


def _positions(
    policy: Policy, band: Band, catalogue: tuple[Product, ...], choices: Choices
) -> list[int]:
    now = band.rate_position_percent
    if band.admits == "none":
        return [now]
    cap = policy.cap_value("all_in_cost_rate")
    codes = {row.product_code for row in policy.product if row.is_open}
    is_open = [product for product in catalogue if product.code in codes]
    return [
        position
        for position in sorted({now, *choices.position_percents})
        if position == now or all(price(product, position) <= cap for product in is_open)
    ]


def _changed(policy: Policy, band: Band, position: int, percent: int) -> Band:
    """The band on other terms: limits in whole steps, never more than the law lets one owe."""
    limits = {
        f"limit_{kind}_fen": _limit_fen(policy, kind, band.limit_fen(kind), percent)
        for kind in BORROWER_KINDS
    }
    terms: dict[str, Any] = {**limits, "rate_position_percent": position}
    return replace(band, **terms)


def _limit_fen(policy: Policy, kind: str, now_fen: int, percent: int) -> int:
    if percent == 100:
        return now_fen
    most = max(now_fen, min(policy.cap_value(f"exposure_{kind}_fen"), LIMIT_BOUND_FEN))
    step = policy.cap_value("limit_step_fen")
    return int(min(now_fen * percent // 100, most) // step * step)


def _grouped(source: str) -> exp.Select:
    """The past with `GROUPS`: age_group (null below the first) and region_group, the first digit of
    the region's code."""
    age = exp.case()
    for name, start in reversed(fairness.age_groups().items()):
        age = age.when(exp.column("age_years") >= start, exp.Literal.string(name))
    region = exp.func("substring", exp.column("region_code"), exp.convert(1), exp.convert(1))
    return exp.select(exp.Star(), age.as_("age_group"), region.as_("region_group")).from_(source)


def _stages(policy: Policy, products: Iterable[Product], source: str, offered: str) -> Stages:
    """The steps of a replay, over the offers of every choice and only whom one may let in."""
    carried = (*PAST_COLUMNS, *GROUPS)
    stages = replay_stages(policy, products, policy.assumption, "grouped", carried)
    columns = {**CHOICE, **OFFER_COLUMNS}
    typed = (exp.cast(exp.column(name), kind).as_(name) for name, kind in columns.items())
    stages["offer"] = exp.select(*typed).from_(offered)
    for rule in rules(policy):
        if rule.outcome == "decline":
            is_refused = exp.func("coalesce", rule.condition.copy(), exp.false())
            stages["banded"] = stages["banded"].where(exp.not_(is_refused))
    stages["scaled"] = stages["scaled"].where(exp.column("is_admitted"))
    return {"grouped": _grouped(source), **stages}


def _sums() -> list[exp.Expr]:
    column = exp.column
    profit: exp.Expr = column("expected_interest_fen")
    for cost in COSTS:
        profit = profit - column(f"expected_{cost}_fen")
    amounts: dict[str, exp.Expr] = {
        "approvals": exp.CountIf(this=column("outcome").eq("approve")),
        "drawn_fen": exp.Sum(this=column("expected_drawn_fen")),
        "loss_fen": exp.Sum(this=column("expected_loss_fen")),
        "profit_fen": exp.Sum(this=profit),
    }
    return [exp.cast(amounts[name], "BIGINT").as_(name) for name in SUMS]


def _judged(counts: pl.DataFrame) -> dict[Group, int]:
    least = fairness.rules().applicants_min
    found: dict[Group, int] = {}
    for dimension in GROUPS:
        sizes = counts.drop_nulls(dimension).group_by(dimension).agg(pl.col("applications").sum())
        found |= {(dimension, group): n for group, n in sorted(sizes.iter_rows()) if n >= least}
    return found


def _by_option(sums: pl.DataFrame) -> dict[tuple[Any, ...], tuple[int, ...]]:
    """Terms of an option -> its `SUMS`."""
    summed = sums.group_by(OPTION).agg(pl.col(SUMS).sum())
    return {row[: len(OPTION)]: row[len(OPTION) :] for row in summed.iter_rows()}


def _by_part(
    sums: pl.DataFrame, by: str, amount: str
) -> defaultdict[tuple[Any, ...], dict[str, int]]:
    """Terms of an option -> value of `by` -> the amount."""
    found: defaultdict[tuple[Any, ...], dict[str, int]] = defaultdict(dict)
    summed = sums.drop_nulls(by).group_by(*OPTION, by).agg(pl.col(amount).sum()).sort(*OPTION, by)
    for *terms, part, total in summed.iter_rows():
        found[tuple(terms)][part] = total
    return found


def _is_of(option: Option, band: Band) -> bool:
    is_priced = option.position_percent == band.rate_position_percent
    return is_priced and option.limit_fen == band.limit_fen(option.kind)
