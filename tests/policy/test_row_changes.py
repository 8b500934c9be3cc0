"""What differs between two drafts, and two people's changes put together."""

from typing import Any

from lending_core.policy.row_changes import RowChange, merged, row_changes
from lending_core.policy.rows import Rows, rows_of
from tests.policy.builders import POLICY

ROWS = rows_of(POLICY)


def changed(part: str, name: str, base: Rows = ROWS, **cells: Any) -> Rows:
    rows = [row | cells if name in row.values() else row for row in base[part]]
    return base | {part: rows}


def without(part: str, name: str, base: Rows = ROWS) -> Rows:
    return base | {part: [row for row in base[part] if name not in row.values()]}


def row(part: str, name: str, rows: Rows = ROWS) -> dict[str, Any]:
    return next(row for row in rows[part] if name in row.values())


def test_equal_rows_differ_in_nothing() -> None:
    assert row_changes(ROWS, rows_of(POLICY)) == []


def test_cells_and_rows_that_differ_are_named_in_the_documents_order() -> None:
    after = changed("band", "C", limit_person_fen=6_000_000)
    after = without("gate", "student", after)
    after = after | {"guard": [after["guard"][0] | {"loans_min": 7}]}

    found = row_changes(ROWS, after)

    assert found[:2] == [
        RowChange("gate", "student", None, row("gate", "student"), None),
        RowChange("band", "C", "limit_person_fen", 5_000_000, 6_000_000),
    ]
    assert [(change.part, change.field, change.after) for change in found[2:]] == [
        ("guard", "loans_min", 7)
    ]


def test_a_row_that_came_is_told_whole() -> None:
    (came,) = row_changes(without("gate", "student"), ROWS)

    assert (came.row, came.before, came.after) == ("student", None, row("gate", "student"))


def test_both_peoples_cells_are_kept_and_mine_wins_where_both_changed_one() -> None:
    mine = changed("band", "C", limit_person_fen=6_000_000, rate_position_percent=50)
    theirs = changed("band", "C", limit_person_fen=4_000_000, admits="learning")

    both = merged(ROWS, mine, theirs)

    band = row("band", "C", both)
    assert (band["limit_person_fen"], band["rate_position_percent"], band["admits"]) == (
        6_000_000,
        50,
        "learning",
    )
    assert both | {"band": []} == ROWS | {"band": []}


def test_rows_removed_by_either_are_gone_unless_the_other_changed_them() -> None:
    mine = without("gate", "student", changed("gate", "over_age", value="65"))
    theirs = without("gate", "over_age", without("gate", "court_listed"))

    both = merged(ROWS, mine, theirs)

    codes = [gate["code"] for gate in both["gate"]]
    assert "student" not in codes
    assert "court_listed" not in codes
    assert codes[-1] == "over_age"


def test_a_row_that_they_changed_and_i_removed_stays() -> None:
    both = merged(ROWS, without("gate", "student"), changed("gate", "student", borrower="person"))

    assert row("gate", "student", both)["borrower"] == "person"


def test_bands_that_both_added_stand_in_the_order_of_their_scores() -> None:
    band = row("band", "C")
    mine = ROWS | {"band": [*ROWS["band"], band | {"name": "X", "score_from": 630}]}
    theirs = ROWS | {"band": [*ROWS["band"], band | {"name": "Y", "score_from": 720}]}

    both = merged(ROWS, mine, theirs)

    assert [row["name"] for row in both["band"]] == ["A", "Y", "B", "C", "X", "D", "E", "F", "G"]


def test_rows_of_one_name_are_told_apart() -> None:
    twice = ROWS | {"gate": [*ROWS["gate"], ROWS["gate"][0]]}

    assert [change.row for change in row_changes(ROWS, twice)] == ["under_age"]
    assert merged(ROWS, twice, ROWS) == twice
