"""The example plays a borrower from A to D against the real routes."""

from pathlib import Path

from examples import mini_program
from tests.api.doors import a_door, two_programs
from tests.builders import a_book


def test_a_borrower_comes_from_the_card_to_a_statement(tmp_path: Path) -> None:
    store = a_book(tmp_path / "book.duckdb", two_programs)
    door = a_door(store)
    said: list[str] = []

    loan = mini_program.play(
        door.web,
        door.token,
        seed=3,
        wait=lambda seconds: door.clock.pass_by(seconds=seconds),
        say=said.append,
    )

    assert (loan["application_id"], loan["loan_id"]) == (2, 1)
    assert (loan["principal_fen"], loan["outstanding_fen"], loan["is_open"]) == (300_000, 0, False)
    assert [line[:4].strip() for line in said[1:7]] == ["A, B", "B", "C", "D", "D", ""]
