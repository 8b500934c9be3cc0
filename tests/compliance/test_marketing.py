"""Texts that advertise loans: the words, the rate, and the place of each fault."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lending_core.compliance.marketing import TEXT_MAX, Fault, creatives, faults

RATE = "年化利率7.3%（单利）"


def places(text: str) -> list[tuple[str, int, int, str]]:
    return [(each.rule_id, each.line, each.column, each.said) for each in faults(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("秒到账", [("MK-05", 1, 1, "秒到账")]),
        ("秒 到-账", [("MK-05", 1, 1, "秒 到-账")]),
        ("低門檻", [("MK-05", 1, 1, "低門檻")]),
        ("第一行\n这里无成本", [("MK-05", 2, 3, "无成本")]),
        ("A LOW-RISK offer", [("MK-05", 1, 3, "LOW-RISK")]),
        ("ｌｏｗ ｒｉｓｋ", [("MK-05", 1, 1, "ｌｏｗ ｒｉｓｋ")]),
        ("slow risks", []),
        (f"借款{RATE}", []),
        ("借款，日息0.02%", [("PR-05", 1, 1, "借款")]),
        ("Borrow at 7.3 % a year", []),
        ("Two loans, 0.02 % per day", [("PR-05", 1, 5, "loans")]),
        ("年化", []),
        ("", []),
    ],
)
def test_a_fault_is_found_with_its_place(text: str, found: list[object]) -> None:
    assert places(text) == found


def test_an_annual_rate_far_from_its_number_is_not_said() -> None:
    far = f"借款0.02%{'字' * 21}年化"

    assert [each.rule_id for each in faults(far)] == ["PR-05"]


def test_the_house_advertises_within_the_rules() -> None:
    said = [text for spoken in creatives().values() for text in spoken.values()]

    assert [faults(text) for text in said] == [[]] * 6


@given(st.text(max_size=200))
def test_what_is_said_stands_where_it_is_said_to_stand(text: str) -> None:
    found = faults(f"{text}秒到账{text}")

    assert [each.said for each in found] == [
        f"{text}秒到账{text}"[each.start : each.end] for each in found
    ]
    assert Fault in {type(each) for each in found}


def test_a_text_beyond_reading_is_refused() -> None:
    with pytest.raises(ValueError, match="more characters"):
        faults("a" * (TEXT_MAX + 1))
