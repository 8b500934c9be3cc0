"""The screen of roll rates: flows of two loans, and of a whole book with what is ahead."""

import shutil
from functools import partial
from pathlib import Path

from pages.ui.text import sentence
from tests.pages.conftest import OpenConsole
from tests.pages.visits import opened, values

PAGE = "pages/book/roll_rates.py"
visit = partial(opened, page=PAGE)


def test_the_figures_say_what_rolled(open_console: OpenConsole, late_book: Path) -> None:
    console = open_console(late_book, user_name="viewer", page=PAGE, weight="count")

    # One of two loans on time in November was late in December.
    assert [fault.value for fault in console.exception] == []
    shown = values(console)
    assert (shown["C → M1"], shown["M1 → M2"], shown["Flows changed"]) == ("50.00%", "—", "0 of 7")
    assert console.dataframe[0].value["finding_text"][0] == "Too few loans to say."
    assert any("complete months" in info.value for info in console.info)


def test_a_whole_book_is_told_with_what_is_ahead(
    open_console: OpenConsole, simulated_book: Path, tmp_path: Path
) -> None:
    book = Path(shutil.copy(simulated_book, tmp_path / "book.duckdb"))
    console = open_console(book, user_name="viewer", page=PAGE)
    further = visit(console, horizon="12", lending="off", window="1", flow="M2", weight="count")

    assert [fault.value for fault in further.exception] == []
    assert values(further)["30+ ahead"].endswith("%")
    assert any("it stays as it is" in line.value for line in further.markdown)
    assert further.dataframe[-1].value["months_ahead"].to_list()[0] == 1


def test_an_empty_book_says_what_to_do_first(open_console: OpenConsole, empty_book: Path) -> None:
    console = open_console(empty_book, user_name="lin", page=PAGE, locale="zh-CN")

    assert console.info[0].value == sentence("roll_rates.empty", "zh")
