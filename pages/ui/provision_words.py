"""What the model of provisions stands on, in words and rows."""

import re

import polars as pl

from lending_core.operations.provision_figures import ProvisionFigures
from lending_core.portfolio.provision_assumptions import provisions_document
from lending_core.portfolio.provision_chain import WHOLE_BOOK, Chain
from lending_core.portfolio.provision_ratios import known_sum
from lending_core.servicing.classification import classification
from pages.ui import format as shown
from pages.ui import session
from pages.ui.text import person_name, sentence, t

# A rule of the facts, or a section of them, and how sure they are: `EC-03 (M)`, `§11 (D)`.
_RULE = re.compile(r"(?:[A-Z]{2}-[0-9]{2}|§[0-9]+)(?: \([A-Z]-?\))?")
# Tables of the document whose numbers a reader asks for, in order.
_PARTS = ("chain", "default", "horizon", "significant_increase", "recovery", "undrawn", "overlay")


def sources_of(known: Chain, product_code: str) -> str:
    """Where each row of a chain comes from, and on how many loans it was counted."""
    parts = [
        t(
            f"provisions.source_{source}",
            stage=stage,
            loans=shown.count(loans),
        )
        for stage, source, loans in zip(
            known.live, known.sources[product_code], known.loans[product_code], strict=True
        )
    ]
    return t("provisions.source_end").join(parts)


def severity(found: ProvisionFigures) -> str:
    """Whether the loss given default was counted or assumed."""
    seen = found.model.recoveries
    facts = {
        "loans": shown.count(seen.loans.get(WHOLE_BOOK, 0)),
        "months": found.model.house.recovery_months,
        "least": shown.count(found.model.house.recovery_loans_min),
    }
    if WHOLE_BOOK not in seen.shares:
        return t("provisions.severity_assumed", **facts)
    back = float(seen.shares[WHOLE_BOOK].sum())
    return t("provisions.severity_counted", back=shown.percent(back), **facts)


def scenarios(found: ProvisionFigures) -> pl.DataFrame:
    """One row per scenario: its weight, the first month's odds, the loss if it were certain."""
    rows = [
        (each.code, float(each.weight), each.odds[0][1], found.scenarios.get(each.code))
        for each in found.model.house.scenarios
    ]
    return pl.DataFrame(
        rows,
        schema={
            "provision_scenario": pl.String,
            "weight_share": pl.Float64,
            "odds_ratio": pl.Float64,
            "ecl_fen": pl.Int64,
        },
        orient="row",
    )


def summed(groups: pl.DataFrame, columns: tuple[str, ...]) -> pl.DataFrame:
    """Loans and money by these columns, classes in order of loss, reasons by number of loans."""
    money = ("principal_fen", "exposure_fen", "ecl_fen", "allowance_fen")
    rows = (
        groups.group_by(columns)
        .agg(pl.col("loans").sum(), *(known_sum(name) for name in money))
        .with_columns(loss_share=pl.col("ecl_fen") / pl.col("exposure_fen"))
    )
    if "asset_class" not in columns:
        return rows.sort("loans", descending=True)
    order = pl.col("asset_class").cast(pl.Enum(classification().codes))
    return rows.sort(order, "stage")


def back_test(rows: pl.DataFrame) -> pl.DataFrame:
    """Defaults expected and seen by stage of lateness, with what chance explains and a verdict."""
    told = [f"{low:,.1f} – {high:,.1f}" for low, high in rows.select("low", "high").iter_rows()]
    expected = [f"{number:,.1f}" for number in rows["expected_defaults"]]
    return rows.select(
        "bucket",
        "loans",
        pl.Series("expected_figure", expected, dtype=pl.String),
        pl.Series("interval_figure", told, dtype=pl.String),
        "defaults",
        pl.when("is_within")
        .then(pl.lit("within"))
        .when(pl.col("defaults") > pl.col("high"))
        .then(pl.lit("above"))
        .otherwise(pl.lit("below"))
        .alias("back_test_verdict"),
    )


def history(runs: pl.DataFrame) -> pl.DataFrame:
    """Runs in the columns of a table, people by their names."""
    people = {
        name: pl.Series([person_name(who) if who else None for who in runs[name]], dtype=pl.String)
        for name in ("prepared_by", "stepped_by")
    }
    columns = ("run_id", "month_end_on", "run_state", "ecl_fen", "overlay_fen", "required_fen")
    return runs.with_columns(**people).select(
        *columns, *people, pl.col("loans_hash").str.head(12).alias("hash")
    )


def assumption_rows() -> pl.DataFrame:
    """One row per number of the document: what it is, its value, and what it stands on."""
    document, language = provisions_document(), session.language()
    rows = []
    for part in _PARTS:
        table = document[part]
        for name, source in table["sources"].items():
            rows.append(
                (
                    sentence(f"provisions.number.{part}_{name}", language),
                    _value(table[name], language),
                    _stands_on(source, language),
                )
            )
    schema = {"provision_number": pl.String, "value_figure": pl.String, "rule": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _stands_on(source: str, language: str) -> str:
    """The rule with how sure the facts are of it, or that it is an assumption of ours."""
    rule = _RULE.match(source)
    return rule.group() if rule else sentence("provisions.own_assumption", language)


def _value(value: object, language: str) -> str:
    if isinstance(value, bool):
        return sentence(f"provisions.{'yes' if value else 'no'}", language)
    return str(value)
