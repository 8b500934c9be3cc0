"""What moved provisions from one month end to the next, stage by stage; the table foots."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from lending_core.money import divide_round

STAGES = (1, 2, 3)
# Top to bottom: what was there, what came, what went, what moved, what changed, what is there.
PARTS = (
    *("opening", "new", "returned", "repaid", "written_off"),
    *("to_stage_1", "to_stage_2", "to_stage_3", "remeasured", "overlay", "closing"),
)
KEYS = ("kind", "number")
# Parts that are amounts of single loans and lines.
AMOUNTS = ("new", "returned", "repaid", "written_off", "remeasured")


@dataclass(frozen=True, eq=False)
class Known:
    """Numbers of loans: those `written_off` between two month ends, or whose write-off was taken
    back, and those that `returned`: gone before the first (paid off, or missing from a tape), and
    open again at the second."""

    written_off: pl.Series
    returned: pl.Series


def movement(
    opening: pl.DataFrame,
    closing: pl.DataFrame,
    known: Known,
    overlays_fen: tuple[int, int],
) -> pl.DataFrame:
    """One row per part in order of `PARTS`: stage_1_fen, stage_2_fen, stage_3_fen, overlay_fen,
    all_fen.

    `opening`, `closing`: kind (loan or line), number, stage, exposure_fen, ecl_fen.
    A write-off that was taken back has the sign of its part turned, where the loan now stands; a
    loan that returned otherwise is not new. The others that left were repaid, and lines drawn down
    or ended. What a loan that stays has repaid is its part of the
    opening loss; a loan that changes its stage takes the opening loss with it and is remeasured
    where it arrives.
    `overlays_fen`: before and after.
    """
    both = _compared(opening, closing, known)
    cells = {
        part: _by_stage(both.select(stage=f"{part}_stage", fen=part))
        for part in ("opening", *AMOUNTS)
    }
    for stage in STAGES:
        cells[f"to_stage_{stage}"] = _moved_to(both, stage)
    cells["closing"] = _by_stage(closing.select("stage", fen="ecl_fen"))
    before, after = overlays_fen
    overlay = {"opening": before, "overlay": after - before, "closing": after}
    rows = [(part, *cells.get(part, [0, 0, 0]), overlay.get(part, 0)) for part in PARTS]
    names = ["part", *(f"stage_{stage}_fen" for stage in STAGES), "overlay_fen"]
    return pl.DataFrame(rows, schema=names, orient="row").with_columns(
        all_fen=pl.sum_horizontal(names[1:])
    )


def of_part(opening: pl.DataFrame, closing: pl.DataFrame, known: Known, part: str) -> pl.DataFrame:
    """The loans and lines behind a part of the table, the largest amounts first: kind, number,
    stage_before and stage_now (null: not there then), opening_loss_fen, closing_loss_fen, and
    moved_fen, the amount of the part. Opening, closing and overlays have none."""
    both = _compared(opening, closing, known)
    amount = pl.lit(None, pl.Int64)
    if part.startswith("to_stage_"):
        to_stage = int(part.removeprefix("to_stage_"))
        amount = pl.when(pl.col("stage_now") == to_stage).then("moved")
    elif part in AMOUNTS:
        amount = pl.col(part)
    return (
        both.with_columns(_amount=amount)
        .filter(pl.col("_amount").fill_null(0) != 0)
        .sort(pl.col("_amount").abs(), "number", descending=[True, False])
        .select(
            *KEYS,
            "stage_now",
            stage_before="stage",
            opening_loss_fen="ecl_fen",
            closing_loss_fen="ecl_fen_now",
            moved_fen="_amount",
        )
    )


def _compared(opening: pl.DataFrame, closing: pl.DataFrame, known: Known) -> pl.DataFrame:
    """One row per loan or line of either day, with the amount and the stage of each part."""
    both = opening.join(closing, on=KEYS, how="full", suffix="_now", coalesce=True)
    was, now = pl.col("ecl_fen"), pl.col("ecl_fen_now")
    stays = was.is_not_null() & now.is_not_null()
    is_loan, number = pl.col("kind") == "loan", pl.col("number")
    told = is_loan & number.is_in(known.written_off.implode())
    is_lost, is_back = told & now.is_null(), told & was.is_null()
    is_returned = is_loan & number.is_in(known.returned.implode()) & was.is_null() & ~is_back
    with_paid = both.with_columns(_part_paid=_part_paid(both))
    left = pl.when(stays).then("_part_paid").when(now.is_null() & ~is_lost).then(was).otherwise(0)
    after = pl.coalesce("stage_now", "stage")
    return with_paid.with_columns(
        opening=was,
        opening_stage=pl.col("stage"),
        new=pl.when(was.is_null() & ~is_back & ~is_returned).then(now),
        new_stage=pl.col("stage_now"),
        returned=pl.when(is_returned).then(now),
        returned_stage=pl.col("stage_now"),
        repaid=-left,
        repaid_stage=after,
        written_off=pl.when(is_lost).then(-was).when(is_back).then(now).otherwise(0),
        written_off_stage=pl.coalesce("stage", "stage_now"),
        remeasured=pl.when(stays).then(now - was + pl.col("_part_paid")),
        remeasured_stage=pl.col("stage_now"),
        moved=pl.when(stays & (pl.col("stage") != pl.col("stage_now"))).then(was),
    )


def _part_paid(both: pl.DataFrame) -> pl.Series:
    """Of the opening loss, the part of the exposure that is gone, rounded once."""
    filled = both.select("ecl_fen", "exposure_fen", "exposure_fen_now").fill_null(0)
    was, owed, owes = (filled[name].to_numpy().astype(object) for name in filled.columns)
    gone = np.maximum(owed - owes, 0)
    paid: npt.NDArray[np.object_] = divide_round(was * gone, np.maximum(owed, 1))
    return pl.Series(paid.astype(np.int64), dtype=pl.Int64)


def _moved_to(both: pl.DataFrame, stage: int) -> list[int]:
    moved = both.filter(pl.col("moved").is_not_null(), pl.col("stage_now") == stage)
    taken = _by_stage(moved.select("stage", fen=-pl.col("moved")))
    brought = _by_stage(moved.select(stage="stage_now", fen="moved"))
    return [out + into for out, into in zip(taken, brought, strict=True)]


def _by_stage(rows: pl.DataFrame) -> list[int]:
    return [int(rows.filter(pl.col("stage") == stage)["fen"].sum()) for stage in STAGES]
