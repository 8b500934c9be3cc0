"""A document of before is read in today's form and decides as it did."""

from pathlib import Path

import pytest

from lending_core.errors import InvalidInput
from lending_core.policy.document import policy_text, read_policy
from tests.policy.builders import an_applicant, decide

OLDER = (Path(__file__).parent / "older_policy.toml").read_text("utf-8")


def test_gates_get_a_purpose_and_everything_new_is_without_effect() -> None:
    policy = read_policy(OLDER)

    assert [gate.purpose for gate in policy.gate[:1]] == ["hard_stop"]
    assert policy.gate[9].purpose == "review_trigger"
    assert (policy.multiplier, policy.line_review) == ((), ())
    assert {band.instalments_max for band in policy.band} == {360}
    assert policy.cap_value("exposure_all_lenders_person_fen") == 1_000_000_000
    assert (
        policy.assumption.spare_utilisation_percent == policy.assumption.utilisation_percent == 50
    )
    assert read_policy(policy_text(policy)) == policy


@pytest.mark.parametrize(
    ("changes", "decision"),
    [
        ({"own_loans_repaid": 9}, ("approve", "C", 5_000_000, "0.120450", [])),
        ({"credit_utilisation": 1.0}, ("approve", "C", 5_000_000, "0.120450", [])),
        ({"other_lenders_balance_fen": 90_000_000}, ("approve", "C", 5_000_000, "0.120450", [])),
        ({"age_years": 17}, ("decline", "C", 0, None, ["under_age"])),
        ({"own_worst_days_past_due": 31}, ("review", "C", 5_000_000, "0.120450", ["own_arrears"])),
    ],
)
def test_it_decides_as_it_did(changes: dict, decision: tuple) -> None:
    assert decide(an_applicant(**changes), read_policy(OLDER)) == decision


@pytest.mark.parametrize(
    ("good", "bad", "place"),
    [
        ('outcome = "decline"', 'outcome = "maybe"', "gate[1].purpose"),
        ('outcome = "decline"', "outcome = [1]", "gate[1].purpose"),
        ("limit_step_fen", "limit_steps_fen", "cap[8].code"),
        ("utilisation_percent = 50", "", "assumption.utilisation_percent"),
    ],
)
def test_its_faults_are_refused_by_their_place(good: str, bad: str, place: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        read_policy(OLDER.replace(good, bad, 1))

    assert refusal.value.facts["place"] == place
