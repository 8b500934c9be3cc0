"""Values of a book's dimensions by their names."""

import pytest

from pages.ui.book_parts import part_name


@pytest.mark.parametrize(
    ("dimension", "code", "name"),
    [
        ("region_code", "44", "广东"),
        ("channel", "app", "app"),
        ("scenario", "debt_consolidation", "debt_consolidation"),
        ("product_code", "36 months", "36 months"),
    ],
)
def test_a_value_has_its_name_and_what_a_tape_calls_something_stays(
    dimension: str, code: str, name: str
) -> None:
    assert part_name(dimension, code, "zh") == name
