"""Typed against read, and the card against itself."""

from datetime import date

import pytest

from lending_core.identity.card_reader import CardBack, CardReading
from lending_core.identity.id_number import read_id_number
from lending_core.identity.match import Finding, back_findings, findings

NUMBER = "11010519491231002X"


def a_reading(**changes: object) -> CardReading:
    identity = read_id_number(NUMBER, on=date(2026, 1, 1))
    facts: dict[str, object] = {
        "name": "王小明",
        "identity": identity,
        "birth_on": date(1949, 12, 31),
        "sex": "female",
        "confidence": {"name": 0.99, "id_number": 0.98},
    }
    return CardReading(**{**facts, **changes})


def codes(typed_name: str = "王小明", typed_number: str = NUMBER, **changes: object) -> list[str]:
    return [found.code for found in findings(typed_name, typed_number, a_reading(**changes))]


def test_a_card_that_agrees_has_no_findings() -> None:
    assert codes() == []


def test_a_small_x_and_spaces_are_the_same_number() -> None:
    assert codes(typed_name=" 王 小明", typed_number="11010519491231002x ") == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"typed_name": "王小朋"}, ["name_differs"]),
        ({"typed_number": "999999199001010016"}, ["number_differs"]),
        ({"birth_on": date(1949, 12, 30)}, ["birth_differs"]),
        ({"sex": "male"}, ["sex_differs"]),
        ({"confidence": {"name": 0.79, "id_number": 0.8}}, ["low_confidence"]),
        ({"birth_on": None, "sex": None}, []),
    ],
)
def test_each_disagreement_is_named(changes: dict[str, object], expected: list[str]) -> None:
    assert codes(**changes) == expected


# Born on 31 December 1949.
TERMS = {
    "five years before sixteen": (date(1965, 12, 30), date(1970, 12, 30), []),
    "ten years from sixteen": (date(1965, 12, 31), date(1975, 12, 31), []),
    "twenty years from twenty-six": (date(1975, 12, 31), date(1995, 12, 31), []),
    "for life from forty-six": (date(1995, 12, 31), None, []),
    "not for life at forty-five": (date(1995, 12, 30), None, [Finding("term_differs", "validity")]),
    "a day too long": (
        date(1975, 12, 31),
        date(1996, 1, 1),
        [Finding("term_differs", "validity")],
    ),
}


@pytest.mark.parametrize(("valid_from", "valid_to", "expected"), TERMS.values(), ids=TERMS)
def test_a_card_is_valid_as_long_as_its_holder_s_age_says(
    valid_from: date, valid_to: date | None, expected: list[Finding]
) -> None:
    back = CardBack("样本市公安局", valid_from, valid_to, {"authority": 0.9, "validity": 0.9})

    assert back_findings(a_reading(), back) == expected


def test_an_unsure_back_is_to_be_confirmed() -> None:
    sure = {"authority": 0.9, "validity": 0.79}
    back = CardBack("样本市公安局", date(1995, 12, 31), None, sure)

    assert back_findings(a_reading(), back) == [Finding("low_confidence", "validity")]
