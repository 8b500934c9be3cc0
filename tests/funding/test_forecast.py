"""What is to come beside the room that there is."""

from decimal import Decimal

import polars as pl

from lending_core.funding.forecast import SEGMENT, shortfall
from tests.funding.batches import a_batch, a_funder, loans

PIPELINE = pl.DataFrame(
    [
        ("weilidai", "44", "A", Decimal("0.12"), 10, 2_500),
        ("weilidai", "44", "D", Decimal("0.18"), 10, 700),
        ("small_business", "44", "A", Decimal("0.10"), 12, 0),
    ],
    schema={
        **dict.fromkeys(SEGMENT[:3], pl.String),
        "annual_rate": pl.Decimal(9, 6),
        "instalments": pl.Int64,
        "volume_fen": pl.Int64,
    },
    orient="row",
)


def test_the_shortfall_of_a_segment_names_what_stops_it() -> None:
    picky = a_funder("picky", "0.02", 2_000, bands=("A", "B"))

    told = shortfall(a_batch(loans(), picky), PIPELINE, ticket_fen=1_000)

    assert told.select("funded_fen", "short_fen", "reason", "funder_code").rows() == [
        (2_000, 500, "total_quota", "picky"),
        (0, 700, "band", None),
        (0, 0, None, None),
    ]


def test_a_daily_quota_counts_for_every_day() -> None:
    daily = a_funder("daily", "0.02", daily_quota_fen=800)

    told = shortfall(a_batch(loans(), daily), PIPELINE, days=4, ticket_fen=100)

    assert told["short_fen"].to_list() == [0, 0, 0]
