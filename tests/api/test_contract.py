"""Whatever is asked, the answer is one that the OpenAPI document describes."""

import pytest

from lending_core.access.clients import api_rules
from tests.api.doors import Door, accepted


def test_no_request_breaks_the_interface_or_its_document(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What draws the requests takes a second to load, which collecting tests need not spend.
    from tests.api import contract

    monkeypatch.setitem(api_rules()["limits"], "requests_per_minute", 10**9)
    accepted(door)

    came = contract.answers(door, contract.operations(door), examples=2, seed=True)

    assert came.total() == 2 * 20
    assert max(status for _, status in came) < 500
