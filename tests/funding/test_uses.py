"""How far the limits of lenders are used up."""

from dataclasses import replace

from lending_core.funding.batch import Batch, Offer, matching_rules
from lending_core.funding.funders import agreements, funders
from lending_core.funding.uses import book_uses, limit_uses, rooms
from tests.funding.batches import DAY, loans

BINHAI, TRUST = funders()["binhai_bank"], funders()["hengshan_trust"]
RULES = replace(matching_rules(), part_base_min_fen=0)


def test_each_limit_of_a_lender_stands_beside_what_is_used_of_it() -> None:
    offer = Offer(
        BINHAI,
        outstanding_fen=500_000_000,
        lent_today_fen=1_000_000,
        guarantee_used_fen=9_000_000,
        joint_fen={"minghu_microloan": 3_000, "lanting_bank": 4_000},
    )
    beside = Offer(TRUST, outstanding_fen=500_000_000)

    found = limit_uses([offer, beside], agreements(), RULES)

    assert found.filter(funder_code="binhai_bank").drop("funder_code").rows() == [
        ("total_quota", None, 700_000_000, 500_000_000),
        ("daily_quota", None, 140_000_000, 1_000_000),
        ("guarantee", None, 14_000_000, 9_000_000),
        ("funder_part", None, 600_000_000, 500_000_000),
        ("joint_total", None, 45_000_000_000, 7_000),
        ("partner", "lanting_bank", 2_250_000_000, 4_000),
        ("partner", "minghu_microloan", 2_250_000_000, 3_000),
    ]
    assert found.filter(funder_code="hengshan_trust")["limit"].to_list() == [
        "total_quota",
        "daily_quota",
        "guarantee",
        "funder_part",
    ]


def test_each_part_of_the_book_stands_beside_the_most_it_may_be() -> None:
    balances = {("region_code", "44"): 150_000_000, ("product_code", "weilidai"): 350_000_000}
    offer = Offer(BINHAI, outstanding_fen=500_000_000)
    asked = Batch(loans(1), (offer,), DAY, balances_fen=balances, rules=RULES)

    # A fifth and seven tenths of 10,000,000.00, from which on parts are judged.
    assert book_uses(asked).rows() == [
        ("region_part", "44", 200_000_000, 150_000_000),
        ("product_part", "weilidai", 700_000_000, 350_000_000),
    ]


def test_affiliates_count_as_one_partner() -> None:
    lender = replace(BINHAI, tier1_fen=100, total_loans_fen=None)
    others = [
        Offer(replace(TRUST, funder_code=code, group_code="affiliates")) for code in ("one", "two")
    ]

    found = limit_uses([Offer(lender, joint_fen={"one": 7, "two": 5}), *others], (), RULES)

    assert found.filter(limit="partner").rows() == [
        ("binhai_bank", "partner", "affiliates", 25, 12)
    ]


def test_the_first_limit_that_stops_a_lender_says_how_much_it_may_lend_today() -> None:
    """Of a budget of 140,000 yuan 136,000 stand behind loans: 4,000 at 2 per cent cover 200,000."""
    nearly = Offer(BINHAI, outstanding_fen=480_000_000, guarantee_used_fen=13_600_000)
    free = Offer(TRUST, outstanding_fen=140_000_000)
    rules = replace(RULES, funder_part_max=None)

    found = rooms(Batch(loans(), (nearly, free), DAY, rules=rules))

    assert found.rows() == [
        ("binhai_bank", 220_000_000, 20_000_000, "guarantee"),
        ("hengshan_trust", 10_000_000, 10_000_000, "total_quota"),
    ]
