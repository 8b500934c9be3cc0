"""What the law asks of the house's own settings: products, fees, features, columns, parameters."""

from collections.abc import Collection, Iterable
from datetime import date

import polars as pl

from lending_core.compliance.finding import named
from lending_core.compliance.register import Rule, lpr_on
from lending_core.money import FEN_PER_YUAN
from lending_core.products.catalogue import Product
from lending_core.scoring.features import Feature


def above_lift(products: Iterable[Product], rule: Rule) -> pl.DataFrame:
    """Products for persons that go beyond even the temporary lift of the cap (IL-02)."""
    most_fen = rule.parameters["lifted_yuan"] * FEN_PER_YUAN
    return named(
        {"subject_id": each.code, "measured": each.limit_max_fen, "limit_value": most_fen}
        for each in products
        if each.borrower_kind == "person" and each.limit_max_fen > most_fen
    )


def barred_payees(products: Iterable[Product], rule: Rule) -> pl.DataFrame:
    """Fees that go to somebody who may not take any (IL-20, ZD-07)."""
    return named(
        {"subject_id": product.code, "detail": fee.payee}
        for product in products
        for fee in product.fees
        if fee.payee not in rule.parameters["payees"]
    )


def unregistered_sources(features: Iterable[Feature], consents: Collection[str]) -> pl.DataFrame:
    """Features whose source needs a consent that nobody is asked for (IL-13)."""
    return named(
        {"subject_id": feature.name, "detail": source}
        for feature in features
        for source in feature.consents
        if source not in consents
    )


def barred_columns(
    columns: pl.DataFrame, rule: Rule, digests: Collection[str] = ()
) -> pl.DataFrame:
    """Columns whose name says what may not be kept (CR-02, CO-05). `columns`: table_name and
    column_name; `digests`: names that say such a word and mean a keyed digest."""
    words = {word.lower() for word in rule.parameters["words"]}
    return named(
        {"subject_id": f"{table}.{column}", "detail": word}
        for table, column in columns.select("table_name", "column_name").rows()
        if column not in digests
        for word in sorted(words)
        if f"_{word}_" in f"_{column.lower()}_" or (not word.isascii() and word in column)
    )


def stale_lpr(rule: Rule, on: date) -> pl.DataFrame:
    """Whether the newest LPR entered is too old (PR-04)."""
    known = lpr_on(on)
    days = (on - known[0]).days if known else None
    if days is not None and days <= rule.parameters["days_max"]:
        return named([])
    row = {"subject_id": "lpr", "measured": days, "limit_value": rule.parameters["days_max"]}
    return named([row])


def few_scenarios(rule: Rule) -> pl.DataFrame:
    """Whether expected losses weigh fewer futures than asked for (EC-05)."""
    count, least = len(rule.parameters["scenarios"]), rule.parameters["scenarios_min"]
    if count >= least:
        return named([])
    return named([{"subject_id": "scenarios", "measured": count, "limit_value": least}])
