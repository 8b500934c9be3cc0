"""The first rows of a tape as people read them: money, words, segments, and what is wrong."""

from datetime import date
from typing import Any

import polars as pl
from streamlit.testing.v1 import AppTest

ROW: dict[str, Any] = {
    "row_number": [1, 2],
    "reference": ["A-1", "A-2"],
    "standing": ["written_off", None],
    "lent_fen": [100_000, -500],
    "annual_rate": [0.125, None],
    "disbursed_on": [date(2011, 9, 30), date(2011, 10, 1)],
    "own_segments": [{"reference": "own"}, None],
    "reason": [None, "impossible"],
    "target": [None, "lent"],
}
MAPS = {"own_segments": pl.Map(pl.String, pl.String)}


def screen() -> None:
    import polars as pl

    from pages.ui import tape_sample
    from tests.pages.ui.test_tape_sample import MAPS, ROW

    tape_sample.show(pl.DataFrame(ROW, schema_overrides=MAPS), "USD", key="sample")


def test_a_sample_reads_like_the_book_that_it_would_become() -> None:
    console = AppTest.from_function(screen).run()

    assert [bug.value for bug in console.exception] == []
    assert pl.from_pandas(console.dataframe[0].value).rows(named=True) == [
        {
            "row_number": "1",
            "finding": None,
            "reference": "A-1",
            "standing": "Written off",
            "lent_fen": "$1,000.00",
            "annual_rate": "12.50%",
            "disbursed_on": "2011-09-30",
            "segment reference": "own",
        },
        {
            "row_number": "2",
            "finding": "Impossible value: Amount lent",
            "reference": "A-2",
            "standing": None,
            "lent_fen": "-$5.00",
            "annual_rate": None,
            "disbursed_on": "2011-10-01",
            "segment reference": None,
        },
    ]
