"""Sentences where they stand: in Markdown, read aloud, in a file."""

from pages.ui.text import t, unmarked


def test_amounts_in_dollars_make_no_formula_of_the_words_between_them() -> None:
    said = t("books.as_of", currency="$5.00", on="HK$7.00")

    assert said == "\\$5.00, as of HK\\$7.00"
    assert unmarked(said) == "$5.00, as of HK$7.00"


def test_what_is_plain_already_stays_as_it_is() -> None:
    assert "\\\\$" not in t("books.as_of", currency="\\$5.00", on=1)
