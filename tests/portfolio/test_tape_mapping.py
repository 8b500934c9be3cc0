"""Mappings of tapes: what is read is written the same, and what cannot be used says where."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lending_core.errors import InvalidInput
from lending_core.portfolio.tape_mapping import read_tape_mapping, write_tape_mapping
from lending_core.settings import reference_file

WHOLE = """\
[tape]
shape = "outcomes"
currency = "USD"
[columns]
reference = "a"
disbursed_on = "strptime(b, '%b-%Y')"
outcome = "case when c = 'x' then 'paid' else 'open' end"
"""


@pytest.mark.parametrize("name", ["lendingclub", "credit_record_monthly"])
def test_a_mapping_of_the_house_is_written_as_it_is_read(name: str):
    mapping = read_tape_mapping(reference_file(f"mappings/{name}.toml").read_text("utf-8"))

    assert read_tape_mapping(write_tape_mapping(mapping)) == mapping


@given(st.text(max_size=40).filter(lambda text: text == text.strip()))
def test_any_note_survives_writing(note: str):
    mapping = read_tape_mapping(WHOLE)
    noted = type(mapping)(**vars(mapping) | {"note": note})

    assert read_tape_mapping(write_tape_mapping(noted)).note == note


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (('shape = "outcomes"', 'shape = "pool"'), "mapping_broken"),
        (('"USD"', '"dollars"'), "mapping_broken"),
        (("[columns]", "[colums]"), "mapping_broken"),
        (('reference = "a"', ""), "tape_target_missing"),
        (('reference = "a"', 'reference = "a"\nmood = "a"'), "tape_target_unknown"),
        (('reference = "a"', 'reference = "(select 1)"'), "mapping_expression"),
        (('reference = "a"', "reference = \"read_text('/etc/passwd')\""), "mapping_expression"),
        (('reference = "a"', "reference = \"replace(a, '', 'x')\""), "mapping_expression"),
        (('shape = "outcomes"', 'shape = "months"'), "tape_target_unknown"),
        (('"USD"', '"USD"\nas_of_on = 3'), "mapping_broken"),
        (("[columns]", '[segments]\nband = "a"\n[columns]'), "mapping_broken"),
        (("[columns]", '[payments]\npaid_on = "a"\n[columns]'), "mapping_broken"),
    ],
)
def test_a_mapping_that_cannot_be_used_is_refused(change: tuple[str, str], reason: str):
    with pytest.raises(InvalidInput) as refusal:
        read_tape_mapping(WHOLE.replace(*change))

    assert refusal.value.reason == reason


def test_months_relative_to_a_day_need_that_day():
    text = (
        '[tape]\nshape = "months"\ncurrency = "CNY"\n[columns]\n'
        'reference = "a"\nmonths_from_as_of = "b"\ndays_past_due = "c"\n'
    )

    with pytest.raises(InvalidInput) as refusal:
        read_tape_mapping(text)

    assert refusal.value.reason == "tape_as_of_missing"
