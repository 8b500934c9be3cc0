"""What a matching says, in words."""

import pytest

from pages.ui import funding_words, session

pytestmark = pytest.mark.usefixtures("lenders")

QUOTA = {"limit": "total_quota", "funder_code": "binhai_bank", "other_code": None}


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "language", lambda: "en")
    monkeypatch.setattr(session, "currency", lambda: "CNY")


@pytest.mark.parametrize(
    ("limit", "said"),
    [
        (QUOTA | {"shadow_price_fen": 3_500}, "¥10,000 more would save ¥35 a year"),
        (
            QUOTA | {"shadow_price_fen": 330_000},
            "¥10,000 more would let loans that wait be paid out",
        ),
        (
            QUOTA | {"limit": "offer_min", "shadow_price_fen": -5_000},
            "¥10,000 less would save ¥50 a year",
        ),
        (QUOTA | {"shadow_price_fen": 0}, "—"),
    ],
)
def test_a_shadow_price_is_a_sentence(limit: dict[str, object], said: str) -> None:
    assert funding_words.worth(limit) == said


def test_a_limit_names_whose_it_is_and_beside_whom() -> None:
    partner = QUOTA | {"limit": "partner", "other_code": "minghu_microloan"}

    assert funding_words.limit_name(partner) == (
        "Binhai Internet Bank: 25% of tier-1 capital with one partner (Minghu Online Microloan)"
    )


def test_a_loan_waits_for_what_lacked_least_or_because_nobody_may_fund_it() -> None:
    lacking = {"reason": "daily_quota", "funder_code": "binhai_bank", "missing_fen": 50_000}
    nobody = {"reason": "region", "funder_code": None, "missing_fen": None}

    assert funding_words.reason(lacking) == (
        "Binhai Internet Bank: daily quota used up, ¥500.00 lacking"
    )
    assert funding_words.reason(nobody) == "No funder: does not lend in this region"
