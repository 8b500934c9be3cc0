"""Five hundred damaged policies: each is refused by its place, found faulty, or decides rightly."""

from collections import Counter

from tests.policy.mutations import fate

MUTATIONS = 500
# Every so many of those that are sound decide a crowd, beside the plain reading; the long run
# (tests/soak) tries all.
TRIED_EACH = 25


def test_no_damaged_policy_gives_a_traceback_or_a_wrong_decision() -> None:
    fates = Counter(fate(seed, is_tried=seed % TRIED_EACH == 0) for seed in range(MUTATIONS))

    assert fates.keys() == {"refused by place", "faulty", "decides"}
    assert min(fates.values()) > MUTATIONS // 10, fates
