"""What people add to the modelled loss: a percent of a part of the book, or a sum, up to a cap."""

from dataclasses import dataclass, field
from decimal import Decimal

import polars as pl

from lending_core.money import divide_round

# A percent has at most four decimals as a share.
SHARE_DIGITS = 4
SHARE_SCALE = 10**SHARE_DIGITS
SCOPES = ("product_code", "region_code", "stage")


@dataclass(frozen=True)
class Overlay:
    """An addition to the modelled loss of a part of the book: `scope` is codes by column (none:
    all); `percent` of that loss, or `amount_fen`; never above `cap_fen`."""

    overlay_id: int
    cap_fen: int
    percent: Decimal | None = None
    amount_fen: int | None = None
    scope: dict[str, list[str]] = field(default_factory=dict)


def overlay_fen(overlay: Overlay, losses: pl.DataFrame) -> int:
    """What an overlay comes to. Needs ecl_fen and the columns of its scope (`SCOPES`)."""
    for column, codes in overlay.scope.items():
        losses = losses.filter(pl.col(column).cast(pl.String).is_in(codes))
    if overlay.percent is None:
        return min(overlay.amount_fen or 0, overlay.cap_fen)
    base = int(losses["ecl_fen"].sum())
    share = int(overlay.percent * SHARE_SCALE)
    return min(int(divide_round(base * share, SHARE_SCALE)), overlay.cap_fen)
