"""A thousand random batches: every limit holds, and small ones are the best of all."""

from collections import Counter

from lending_core.funding.batch import Batch
from lending_core.funding.matching import fund
from tests.funding.batches import random_batch, shuffled
from tests.funding.by_hand import best_value, broken_rules, ways, worth
from tests.funding.test_matching import chosen

SMALL, LARGE = 800, 200


def verdict(batch: Batch, best: int | None) -> str:
    """What is wrong with the answer to a batch; `sound` where nothing is."""
    matched, asked = fund(batch), batch.loans.to_dicts()
    found = chosen(batch, matched)
    value = worth(batch, asked, found)
    wrong = {
        "breaks a limit": bool(broken_rules(batch, asked, found)),
        "a way that is not open": any(
            each and each not in ways(batch, loan) for each, loan in zip(found, asked, strict=True)
        ),
        "misstates its worth": matched.value != value,
        "beaten": best not in (None, value),
        "worth more than it says is possible": value > matched.value_max,
        "depends on the order": not fund(shuffled(batch, 1)).shares.equals(matched.shares),
    }
    return next((fault for fault, is_so in wrong.items() if is_so), "sound")


def test_small_batches_are_the_best_of_all() -> None:
    batches = [random_batch(seed, size=2 + seed % 3) for seed in range(SMALL)]

    verdicts = Counter(verdict(batch, best_value(batch)) for batch in batches)

    print(f"\n{SMALL} small batches: {dict(verdicts)}")
    assert verdicts == {"sound": SMALL}


def test_every_limit_holds_in_larger_batches() -> None:
    """The exact model has a say in one of ten; the steps before it keep the limits alone."""
    batches = [
        random_batch(
            seed,
            size=5 + seed % 80,
            lenders=3 + seed % 5,
            fen_max=300,
            effort=int(seed % 10 == 0),
        )
        for seed in range(LARGE)
    ]

    verdicts = Counter(verdict(batch, None) for batch in batches)

    print(f"\n{LARGE} larger batches: {dict(verdicts)}")
    assert verdicts == {"sound": LARGE}
