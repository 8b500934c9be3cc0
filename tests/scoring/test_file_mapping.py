"""A mapping of somebody's own file: what cannot be trained on is refused while it is read."""

import pytest

from lending_core.errors import InvalidInput
from lending_core.scoring.file_mapping import read_file_mapping

TARGET = "[target]\nbad = 'late > 90'\n"


@pytest.mark.parametrize(
    "digits",
    [9, -13],
)
def test_edges_with_more_decimals_than_can_be_rounded_to_are_refused(digits: int):
    with pytest.raises(InvalidInput):
        read_file_mapping(f"{TARGET}[features.income]\nexpression = 'income'\ndigits = {digits}\n")


@pytest.mark.parametrize("choice", ["bins_max = 2.5", "out_of_time_months = 1.0"])
def test_what_is_counted_is_whole_in_a_plan(choice: str):
    with pytest.raises(InvalidInput):
        read_file_mapping(f"{TARGET}[plan]\n{choice}\n[features.income]\nexpression = 'income'\n")


@pytest.mark.parametrize("name", ["row_id", "applied_on", "is_grey", "is_bad"])
def test_no_feature_takes_the_name_of_a_column_that_reading_gives(name: str):
    with pytest.raises(InvalidInput):
        read_file_mapping(f"{TARGET}[features.{name}]\nexpression = 'income'\n")
