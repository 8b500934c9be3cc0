"""What a month end's provisions come to: by stage and product, against rules, month on month."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import polars as pl

from lending_core.access.permissions import Actor, Permission, require
from lending_core.dates import month_start
from lending_core.operations.provision_overlays import overlays
from lending_core.operations.provisions import Computed, computed, losses_by_scenario
from lending_core.portfolio.provision_assumptions import ratio_rules
from lending_core.portfolio.provision_movement import Known, movement, of_part
from lending_core.portfolio.provision_overlays import SCOPES
from lending_core.portfolio.provision_ratios import (
    Ratios,
    bad_classes,
    disagreements,
    known_sum,
    ratios,
)
from lending_core.portfolio.provisions import Model
from lending_core.servicing.classification import classification
from lending_core.store.engine import Store, Transaction

LINE, LOAN = "line", "loan"
_MOVED = ("kind", "number", "stage", "exposure_fen", "ecl_fen")
GROUPS = ("kind", "stage", "asset_class", "bucket", "product_code", "class_reason", "stage_reason")


@dataclass(frozen=True)
class ProvisionFigures:
    """Provisions of a month end.

    `groups`: one row per combination of `GROUPS` with loans, principal_fen, exposure_fen, ecl_fen
    and allowance_fen (as booked). `scenarios`: loss in fen if one were certain. `ratios` of the
    expected loss with overlays, `booked` of the allowance. `movement`: since `opening_on` (None:
    nothing before), whose amounts are those of a run in `opening_state`, or computed now.
    """

    month_end_on: date
    knows_amounts: bool
    groups: pl.DataFrame
    scenarios: dict[str, int]
    overlays: pl.DataFrame
    ratios: Ratios
    booked: Ratios | None
    disagreements: pl.DataFrame
    movement: pl.DataFrame | None
    opening_on: date | None
    opening_state: str | None
    model: Model

    @property
    def ecl_fen(self) -> int:
        """The modelled loss of loans and undrawn lines."""
        return int(self.groups["ecl_fen"].sum())

    @property
    def overlay_fen(self) -> int:
        """What overlays in force add."""
        return int(self.overlays["counted_fen"].sum())


def provision_figures(store: Store, actor: Actor, month_end_on: date) -> ProvisionFigures:
    """Provisions of a month end as the book knows it now."""
    require(actor, Permission.VIEW_BOOK)
    return figures(store, computed(store, month_end_on))


def loans_of_part(reader: Store | Transaction, month_end_on: date, part: str) -> pl.DataFrame:
    """Loans behind a part of the movement since the month end before: loan_id, stage_before,
    stage_now, moved_fen, opening_loss_fen, closing_loss_fen. Lines, which have no page, are left
    out."""
    opening_on = _before(month_end_on)
    opening, _, _ = _opening(reader, opening_on)
    rows = of_part(
        opening.select(_MOVED),
        exposures(computed(reader, month_end_on)).select(_MOVED),
        _known(reader, opening_on, month_end_on),
        part,
    )
    columns = ("stage_before", "stage_now", "moved_fen", "opening_loss_fen", "closing_loss_fen")
    loans = rows.filter(pl.col("kind") == LOAN)
    return loans.select(pl.col("number").alias("loan_id"), *columns)


def month_ends(store: Store, actor: Actor) -> list[date]:
    """Month ends at which loans were open, oldest first."""
    require(actor, Permission.VIEW_BOOK)
    return store.reports.read("book_month_end")["month_end_on"].to_list()


def figures(reader: Store | Transaction, known: Computed) -> ProvisionFigures:
    """The figures of what was computed."""
    rules, house = ratio_rules(), classification()
    bad = bad_classes(rules, house)
    loans, rows = known.loans, exposures(known)
    added = overlays(reader, known.month_end_on, overlay_base(known))
    expected = int(rows["ecl_fen"].sum()) + int(added["counted_fen"].sum())
    owed = int(loans["principal_fen"].sum() or 0)
    bad_fen = int(loans.filter(pl.col("asset_class").is_in(bad))["principal_fen"].sum() or 0)
    allowance = loans["allowance_fen"]
    has_booked = known.knows_amounts and allowance.null_count() == 0
    moved = _movement(reader, known, int(added["counted_fen"].sum()))
    return ProvisionFigures(
        month_end_on=known.month_end_on,
        knows_amounts=known.knows_amounts,
        groups=_groups(rows),
        scenarios=losses_by_scenario(known) if known.knows_amounts else {},
        overlays=added,
        ratios=ratios(expected, owed, bad_fen, rules),
        booked=ratios(int(allowance.sum()), owed, bad_fen, rules) if has_booked else None,
        disagreements=disagreements(loans, bad),
        movement=moved.get("movement"),
        opening_on=moved.get("on"),
        opening_state=moved.get("state"),
        model=known.model,
    )


def exposures(known: Computed) -> pl.DataFrame:
    """Loans and undrawn lines together: kind (loan or line), number, product_code, bucket,
    days_past_due, asset_class, class_reason, stage, stage_reason, probability_12m, exposure_fen,
    principal_fen, ecl_fen, allowance_fen. A line that may be drawn is normal and in stage 1."""
    loans = known.loans.with_columns(kind=pl.lit(LOAN), number="loan_id")
    on_time = known.model.chain.live[0]
    lines = known.lines.with_columns(
        kind=pl.lit(LINE),
        number="line_id",
        bucket=pl.lit(on_time),
        days_past_due=pl.lit(0, pl.Int32),
        asset_class=pl.lit(classification().codes[0]),
        class_reason=pl.lit("days"),
        stage=pl.lit(1, pl.Int32),
        stage_reason=pl.lit("days"),
        probability_12m=pl.lit(None, pl.Float64),
        principal_fen=pl.lit(0, pl.Int64),
        allowance_fen=pl.lit(None, pl.Int64),
    )
    return pl.concat([loans.select(COLUMNS), lines.select(COLUMNS)], how="vertical_relaxed")


def overlay_base(known: Computed) -> pl.DataFrame:
    """What overlays are a percent of: ecl_fen of loans and undrawn lines, with the columns of
    `SCOPES`. A line is in stage 1, and in the region of the newest loan under it."""
    columns = (*SCOPES, "ecl_fen")
    lines = known.lines.with_columns(stage=pl.lit(1, pl.Int32))
    return pl.concat([known.loans.select(columns), lines.select(columns)], how="vertical_relaxed")


COLUMNS = (
    *("kind", "number", "product_code", "bucket", "days_past_due", "asset_class", "class_reason"),
    *("stage", "stage_reason", "probability_12m", "exposure_fen", "principal_fen", "ecl_fen"),
    "allowance_fen",
)


def _groups(rows: pl.DataFrame) -> pl.DataFrame:
    money = ("principal_fen", "exposure_fen", "ecl_fen", "allowance_fen")
    return (
        rows.group_by(GROUPS)
        .agg(pl.len().cast(pl.Int64).alias("loans"), *(known_sum(name) for name in money))
        .sort(GROUPS, nulls_last=True)
    )


def _movement(reader: Store | Transaction, known: Computed, overlay_fen: int) -> dict[str, Any]:
    """The table since the month end before, and where its opening amounts come from."""
    opening_on = _before(known.month_end_on)
    if not known.knows_amounts or opening_on not in _month_ends(reader):
        return {}
    opening, before_fen, state = _opening(reader, opening_on)
    table = movement(
        opening.select(_MOVED),
        exposures(known).select(_MOVED),
        _known(reader, opening_on, known.month_end_on),
        (before_fen, overlay_fen),
    )
    return {"movement": table, "on": opening_on, "state": state}


def _before(month_end_on: date) -> date:
    return month_start(month_end_on) - timedelta(days=1)


def _known(reader: Store | Transaction, since_on: date, month_end_on: date) -> Known:
    between = {"since_on": since_on, "month_end_on": month_end_on}
    written_off, returned = (
        reader.reports.read(query, **between)["loan_id"]
        for query in ("loan_written_off", "loan_returned")
    )
    return Known(written_off, returned)


def _month_ends(reader: Store | Transaction) -> list[date]:
    return reader.reports.read("book_month_end")["month_end_on"].to_list()


def _opening(reader: Store | Transaction, on: date) -> tuple[pl.DataFrame, int, str]:
    """Exposures and overlays of a month end: as signed off, else computed now."""
    runs = reader.read("provision_run").filter(
        pl.col("month_end_on") == on, pl.col("run_state") == "signed_off"
    )
    if not runs.is_empty():
        run_id = int(runs["run_id"][0])
        overlay_fen = int(pl.Series(runs["figures"]).str.json_path_match("$.overlay_fen")[0])
        return reader.read("provision_loan_of_run", run_id=run_id), overlay_fen, "signed_off"
    known = computed(reader, on)
    added = overlays(reader, on, overlay_base(known))
    return exposures(known), int(added["counted_fen"].sum()), "computed"
