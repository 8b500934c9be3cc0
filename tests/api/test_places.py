"""Places are few; who waits for one is let in client by client, and never for ever."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from api.places import Places
from lending_core.access.clients import api_rules
from lending_core.errors import InvalidState


async def asked(places: Places, asker: str, work: Callable[[], Awaitable[None]]) -> str:
    """How it ended for one request."""
    try:
        async with places.taken(asker):
            await work()
    except InvalidState as refusal:
        return refusal.reason
    return "served"


def test_a_client_with_many_requests_does_not_keep_one_with_a_single_one_waiting() -> None:
    async def order() -> list[str]:
        places, served = Places(1, waiting_max=10), list[str]()

        async def one(asker: str) -> None:
            async with places.taken(asker):
                served.append(asker)
                await asyncio.sleep(0.001)

        await asyncio.gather(*(one(asker) for asker in ("many", "many", "many", "many", "one")))
        return served

    assert asyncio.run(order()) == ["many", "many", "one", "many", "many"]


def test_no_more_than_the_places_are_at_work_and_all_are_served() -> None:
    async def most() -> tuple[int, list[str]]:
        places, inside, seen = Places(2, waiting_max=10), [0], [0]

        async def work() -> None:
            inside[0] += 1
            seen[0] = max(seen[0], inside[0])
            await asyncio.sleep(0.001)
            inside[0] -= 1

        ended = await asyncio.gather(*(asked(places, f"{n % 3}", work) for n in range(9)))
        return seen[0], list(ended)

    assert asyncio.run(most()) == (2, ["served"] * 9)


def test_a_line_that_is_full_says_so_at_once() -> None:
    async def ended() -> list[str]:
        places = Places(1, waiting_max=1)
        requests = (asked(places, "a", lambda: asyncio.sleep(0.001)) for _ in range(3))
        return list(await asyncio.gather(*requests))

    assert asyncio.run(ended()) == ["served", "served", "api_busy"]


def test_who_waits_too_long_is_told_and_gives_up_its_place_in_the_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(api_rules()["limits"], "wait_seconds", 0.01)

    async def ended() -> tuple[list[str], int, str]:
        places = Places(1, waiting_max=5)
        requests = (asked(places, "a", lambda: asyncio.sleep(0.05)) for _ in range(2))
        both = list(await asyncio.gather(*requests))
        return both, places.waiting, await asked(places, "b", lambda: asyncio.sleep(0))

    assert asyncio.run(ended()) == (["served", "api_busy"], 0, "served")
