"""Two thousand damaged policies: none a traceback, none that is sound a wrong decision."""

from collections import Counter

from tests.policy.mutations import fate

MUTATIONS = 2_000


def test_no_damaged_policy_decides_wrongly() -> None:
    fates = Counter(map(fate, range(MUTATIONS)))

    print(f"\n{MUTATIONS} damaged policies: {dict(fates)}")
    assert fates.keys() == {"refused by place", "faulty", "decides"}
