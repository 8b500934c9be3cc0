"""The reasons that a borrower is owed, what was read with which consent, and challengers beside."""

from dataclasses import replace
from typing import Any

import lightgbm
import numpy as np
import polars as pl
import pytest

from lending_core.operations.consents import withdraw_consent
from lending_core.operations.deciding import policy_in_force
from lending_core.operations.explanations import (
    Reason,
    average_points,
    principal_reasons,
    silent_scores,
    sources_allowed,
)
from lending_core.operations.origination import submit_application
from lending_core.operations.reports import application_case, application_features, scorecard
from lending_core.policy.document import opening_policy
from lending_core.scoring.challenger import Challenger, Input, Line
from lending_core.scoring.explain import against_average, explain
from lending_core.scoring.scorecard import ScoredFeature
from lending_core.scoring.standards import scale, target
from lending_core.store.engine import Store
from tests.builders import (
    ANALYST,
    AT,
    GOOD_RECORD,
    PERSON_CONSENTS,
    VIEWER,
    a_book,
    a_submission,
)
from tests.operations.models import a_card, challenger

PEOPLE: dict[str, dict[str, Any]] = {
    "good": {},
    "better": {"observed": {**GOOD_RECORD, "inquiries_3m": 0}},
    "busy": {"observed": {**GOOD_RECORD, "inquiries_3m": 9}},
    "poor": {
        "observed": {
            **GOOD_RECORD,
            "inquiries_3m": 7,
            "credit_utilisation": 1.2,
            "payment_stability": 0.1,
            "worst_status_24m": 2,
            "oldest_account_months": 3,
        }
    },
    "shy": {"consents": PERSON_CONSENTS - {"bureau"}},
    "large": {"amount_asked_fen": 12_000_000},
    "student": {"is_student": True},
}
NUMBERS = {name: number for number, name in enumerate(PEOPLE, start=1)}
ID_ENDINGS = ["0016", "0032", "0059", "0075", "0091", "0112", "0139"]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Everybody above, scored silently by boosted trees (2) and by a card that was trained (3)."""
    book = a_book(tmp_path_factory.mktemp("explanations") / "book.duckdb")
    challenger(book, trees())
    challenger(book, replace(a_card(), features=tuple(map(shared, a_card().features))))
    for (name, changes), ending in zip(PEOPLE.items(), ID_ENDINGS, strict=True):
        person = a_submission(id_number=f"99999919900101{ending}", **changes)
        submit_application(book, ANALYST, person, key=name, at=AT)
    return book


def trees() -> Challenger:
    """Of one feature: the more inquiries, the riskier."""
    inquiries = np.arange(400) % 10
    data = lightgbm.Dataset(
        inquiries.reshape(-1, 1).astype(float),
        label=(np.arange(400) % 17 < inquiries).astype(int),
        feature_name=["inquiries_3m"],
    )
    booster = lightgbm.train(
        {"objective": "binary", "verbose": -1, "num_threads": 1, "seed": 1}, data, 5
    )
    inputs = (Input("inquiries_3m", "ascending"),)
    # What follows the trees is for people.
    text = booster.model_to_string().partition("end of trees\n")
    return Challenger(2, target(), scale(), inputs, "".join(text[:2]), Line(0.0, 1.0))


def shared(feature: ScoredFeature) -> ScoredFeature:
    """As if every applicant of the training sample had been in its first bin."""
    first, *others = feature.ranges
    ranges = [replace(first, count_share=1.0), *(replace(each, count_share=0.0) for each in others)]
    missing = replace(feature.missing, count_share=0.0)
    return replace(feature, ranges=tuple(ranges), missing=missing)


def points(store: Store, name: str) -> pl.DataFrame:
    features = application_features(store, VIEWER, NUMBERS[name])
    explained = explain(scorecard(store, VIEWER, 1), features)
    return against_average(explained, average_points(store, VIEWER, 1))


def reasons(store: Store, name: str) -> list[tuple[str, str]]:
    number = NUMBERS[name]
    allowed = sources_allowed(store, VIEWER, number)["source"].to_list()
    case = application_case(store, VIEWER, number)
    _, policy = policy_in_force(store)
    found = principal_reasons(case, policy, points(store, name), allowed)
    return [(reason.kind, reason.code) for reason in found]


def case_of(**changes: Any) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "kind": "person",
        "outcome": "decline",
        "outcome_now": "decline",
        "reasons": ["score_below_cut_off"],
        "review_outcome": None,
        "review_reason": None,
        "confirmed_reason": None,
    }
    return {**facts, **changes}


def lost(**features: float | None) -> pl.DataFrame:
    """Features that lost ten points to the average, with their values."""
    return pl.DataFrame(
        {"feature": list(features), "value": list(features.values())},
        schema={"feature": pl.String, "value": pl.Float64},
    ).with_columns(points_lost=10, lost_to_average=10.0)


def found(case: dict[str, Any], rows: pl.DataFrame, allowed: list[str]) -> list[Reason]:
    return principal_reasons(case, opening_policy(), rows, allowed)


def test_the_average_is_of_those_who_were_approved(store: Store) -> None:
    lost_here = points(store, "good").rows_by_key("feature", named=True, unique=True)

    # Only the two of good record are approved: 48 points for one inquiry, 58 for none.
    assert lost_here["inquiries_3m"]["average_points"] == 53.0
    assert lost_here["inquiries_3m"]["lost_to_average"] == 5.0
    assert lost_here["inquiries_3m"]["points_lost"] == 10


def test_nobody_approved_yet_leaves_the_average_unknown(store: Store) -> None:
    assert average_points(store, VIEWER, 3)["average_points"].null_count() == 13


def test_a_rule_is_the_reason_and_its_fact_is_not_named_twice(store: Store) -> None:
    assert reasons(store, "busy") == [("rule", "many_inquiries_3m")]
    assert reasons(store, "student") == [("rule", "student")]


def test_a_low_score_is_explained_by_what_cost_most_to_the_average(store: Store) -> None:
    assert reasons(store, "poor") == [
        ("rule", "score_below_cut_off"),
        ("feature", "worst_status_24m"),
        ("feature", "credit_utilisation"),
        ("feature", "inquiries_3m"),
    ]


def test_a_source_that_was_not_allowed_is_named_once(store: Store) -> None:
    assert ("not_allowed", "bureau") in reasons(store, "shy")
    assert len({code for kind, code in reasons(store, "shy") if kind == "feature"}) == 0


def test_a_referral_names_the_rule_that_referred(store: Store) -> None:
    assert reasons(store, "large") == [("rule", "large_amount_person")]


def test_a_source_that_was_asked_and_knew_nothing_is_not_the_borrowers_doing() -> None:
    case, rows = case_of(), lost(account_tenure_months=None)

    assert found(case, rows, ["tenure"])[1:] == [Reason("not_known", "tenure")]
    assert found(case, rows, [])[1:] == [Reason("not_allowed", "tenure")]


def test_a_person_is_not_blamed_for_having_no_shop_nor_for_never_having_been_late() -> None:
    rows = lost(merchant_receipts_monthly_fen=None, own_months_since_late=None)

    assert found(case_of(), rows, []) == [Reason("rule", "score_below_cut_off")]
    assert Reason("not_allowed", "merchant_receipts") in found(
        case_of(kind="small_business"), rows, []
    )


def test_who_has_more_points_than_the_average_has_no_reason_there() -> None:
    rows = lost(credit_utilisation=0.4).with_columns(lost_to_average=-1.0)

    assert found(case_of(), rows, []) == [Reason("rule", "score_below_cut_off")]


def test_a_persons_reason_comes_first_and_words_of_their_own_stay_in_the_house() -> None:
    reviewed = {"review_outcome": "decline", "reasons": ["large_amount_person"]}
    of_list = case_of(outcome="review", review_reason="debts_too_high", **reviewed)
    own_words = case_of(outcome="review", review_reason="other", **reviewed)

    referred = Reason("rule", "large_amount_person")
    assert found(of_list, lost(), []) == [Reason("review", "debts_too_high"), referred]
    assert found(own_words, lost(), []) == [Reason("review", "decline"), referred]


def test_boosted_trees_move_the_score_by_their_contributions(store: Store) -> None:
    (_, good), (_, busy) = (silent_scores(store, VIEWER, NUMBERS[n]) for n in ("better", "busy"))

    moved = good.points["points"].item() - busy.points["points"].item()
    assert (good.model_version, good.model_kind) == (2, "challenger")
    assert good.points["feature"].to_list() == ["inquiries_3m"]
    assert good.score - busy.score == pytest.approx(moved, abs=1)
    assert moved > 0


def test_a_silent_card_says_how_far_each_fact_is_from_its_own_sample(store: Store) -> None:
    card, _ = silent_scores(store, VIEWER, NUMBERS["good"])

    moved = dict(card.points.rows())
    assert card.model_version == 3
    # Its whole sample had no inquiry and so 58 points; one inquiry has 48.
    assert moved["inquiries_3m"] == -10.0


def test_what_was_allowed_then_is_told_with_what_was_taken_back_since(store: Store) -> None:
    number = NUMBERS["large"]
    later = AT.replace(hour=5)

    withdraw_consent(store, ANALYST, number, "tenure", at=later)

    rows = sources_allowed(store, VIEWER, number).rows_by_key("source", named=True, unique=True)
    assert set(rows) == PERSON_CONSENTS
    assert rows["bureau"]["withdrawn_at"] is None
    assert rows["tenure"]["withdrawn_at"] == later.replace(tzinfo=None)
    assert rows["tenure"]["granted_at"] == AT.replace(tzinfo=None)
