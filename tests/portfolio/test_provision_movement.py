"""What moved provisions: each part of a table of a few loans, and that every column foots."""

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from lending_core.portfolio.provision_movement import PARTS, Known, movement, of_part

SCHEMA = {
    "kind": pl.String,
    "number": pl.Int64,
    "stage": pl.Int32,
    "exposure_fen": pl.Int64,
    "ecl_fen": pl.Int64,
}
COLUMNS = ("stage_1_fen", "stage_2_fen", "stage_3_fen", "overlay_fen", "all_fen")


def on(*rows: tuple[int, int, int, int]) -> pl.DataFrame:
    """Loans: number, stage, exposure, expected loss."""
    return pl.DataFrame([("loan", *row) for row in rows], schema=SCHEMA, orient="row")


def known(*written_off: int, returned: tuple[int, ...] = ()) -> Known:
    lost, back = (pl.Series(list(each), dtype=pl.Int64) for each in (written_off, returned))
    return Known(lost, back)


def table(
    opening: pl.DataFrame,
    closing: pl.DataFrame,
    written_off: tuple[int, ...] = (),
    overlays_fen: tuple[int, int] = (0, 0),
) -> dict[str, tuple[int, ...]]:
    found = movement(opening, closing, known(*written_off), overlays_fen)
    return {row[0]: row[1:] for row in found.iter_rows()}


def test_new_repaid_and_written_off_loans_come_and_go_in_their_stage() -> None:
    found = table(on((1, 1, 1000, 10), (2, 3, 500, 400)), on((3, 1, 2000, 25)), (2,))

    assert found["opening"] == (10, 0, 400, 0, 410)
    assert found["new"] == (25, 0, 0, 0, 25)
    assert found["repaid"] == (-10, 0, 0, 0, -10)
    assert found["written_off"] == (0, 0, -400, 0, -400)
    assert found["closing"] == (25, 0, 0, 0, 25)


def test_a_write_off_that_is_taken_back_turns_its_sign_where_the_loan_now_stands() -> None:
    opening, closing = on((2, 1, 500, 5)), on((1, 3, 500, 400), (2, 1, 500, 5))

    found = table(opening, closing, (1,))

    assert found["written_off"] == (0, 0, 400, 0, 400)
    assert found["new"] == (0, 0, 0, 0, 0)
    behind = of_part(opening, closing, known(1), "written_off")
    assert behind.select("number", "stage_before", "stage_now", "moved_fen").rows() == [
        (1, None, 3, 400)
    ]


def test_a_loan_paid_off_that_comes_back_is_returned_and_not_new() -> None:
    opening, closing = on((2, 1, 500, 5)), on((1, 2, 800, 60), (2, 1, 500, 5), (3, 1, 100, 1))

    found = movement(opening, closing, known(returned=(1,)), (0, 0))

    by_part = {row[0]: row[1:] for row in found.iter_rows()}
    assert by_part["returned"] == (0, 60, 0, 0, 60)
    assert by_part["new"] == (1, 0, 0, 0, 1)
    assert by_part["closing"] == (6, 60, 0, 0, 66)
    behind = of_part(opening, closing, known(returned=(1,)), "returned")
    assert behind.select("number", "stage_now", "moved_fen").rows() == [(1, 2, 60)]


def test_what_is_paid_back_takes_its_part_of_the_loss_and_the_rest_is_remeasured() -> None:
    """A quarter of the exposure is gone: 10 of 40. What is left, 30, is measured at 33."""
    found = table(on((1, 1, 1000, 40)), on((1, 1, 750, 33)))

    assert found["repaid"] == (-10, 0, 0, 0, -10)
    assert found["remeasured"] == (3, 0, 0, 0, 3)


def test_a_loan_takes_its_loss_along_to_another_stage_and_is_remeasured_there() -> None:
    found = table(on((1, 1, 1000, 40)), on((1, 2, 1000, 300)))

    assert found["to_stage_2"] == (-40, 40, 0, 0, 0)
    assert found["remeasured"] == (0, 260, 0, 0, 260)
    assert found["to_stage_1"] == found["to_stage_3"] == (0, 0, 0, 0, 0)


def test_overlays_stand_beside_the_stages() -> None:
    found = table(on(), on(), overlays_fen=(100, 250))

    assert found["overlay"] == (0, 0, 0, 150, 150)
    assert found["closing"] == (0, 0, 0, 250, 250)


def test_a_line_with_the_number_of_a_lost_loan_is_not_lost() -> None:
    lines = on((2, 1, 100, 5)).with_columns(kind=pl.lit("line"))

    found = table(lines, on(), (2,))

    assert found["repaid"][0] == -5
    assert found["written_off"][0] == 0


def test_a_part_names_the_loans_behind_it_the_largest_amount_first() -> None:
    opening = on((1, 1, 1000, 40), (2, 1, 1000, 10), (3, 2, 1000, 90), (4, 1, 10, 7))
    closing = on((1, 2, 1000, 300), (2, 2, 1000, 60), (3, 2, 1000, 95))

    def behind(part: str) -> list[tuple[int, int]]:
        rows = of_part(opening, closing, known(4), part)
        return rows.select("number", "moved_fen").rows()  # type: ignore[return-value]

    assert behind("to_stage_2") == [(1, 40), (2, 10)]
    assert behind("remeasured") == [(1, 260), (2, 50), (3, 5)]
    assert behind("written_off") == [(4, -7)]
    assert behind("closing") == behind("new") == []


LOANS = st.dictionaries(
    st.integers(1, 8),
    st.tuples(st.integers(1, 3), st.integers(0, 10**10), st.integers(0, 10**10)),
)


NUMBERS = st.sets(st.integers(1, 8))


@given(before=LOANS, after=LOANS, lost=NUMBERS, back=NUMBERS, overlay=st.integers(0, 10**9))
def test_every_column_foots_whatever_happened(
    before: dict[int, tuple[int, int, int]],
    after: dict[int, tuple[int, int, int]],
    lost: set[int],
    back: set[int],
    overlay: int,
) -> None:
    opening = on(*((number, *facts) for number, facts in before.items()))
    closing = on(*((number, *facts) for number, facts in after.items()))

    found = movement(opening, closing, known(*lost, returned=tuple(back)), (overlay, 7))

    sums = found.head(len(PARTS) - 1).select(pl.col(COLUMNS).sum()).row(0)
    assert sums == found.tail(1).select(COLUMNS).row(0)
    assert found["part"].to_list() == list(PARTS)
