"""What others share is said as a signal; being alone with one's things is not."""

from lending_core.identity.fraud import LINK_FEATURES, Signal, signals

ALONE = dict.fromkeys(LINK_FEATURES, 1)


def test_nobody_else_is_no_signal() -> None:
    assert signals(ALONE) == []


def test_what_is_not_known_is_no_signal() -> None:
    assert signals({**ALONE, "people_on_device": None, "applications_7d": None}) == []


def test_signals_count_the_others_most_first() -> None:
    found = signals({**ALONE, "people_on_device": 2, "applications_7d": 4})

    assert found == [Signal("applications_7d", 3), Signal("people_on_device", 1)]
