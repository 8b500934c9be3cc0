"""A person at a browser of their own: signs in, goes from page to page, does a step and reads what
the screen said of it."""

import functools
import re
import time
import tomllib
from collections.abc import Awaitable
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from playwright.async_api import BrowserContext, Locator, Page, expect

from lending_core.access.permissions import Role
from lending_core.settings import PROJECT_ROOT, reference_file

# Twenty people and their browsers share the machine with the server.
WAIT_MS = 120_000
PASSWORD = "grey whale under nine skies"
# Counts the runs of the page's script that have ended, where a locator can read it. A run begins
# when it is asked for: a browser with much to do shows no other state of it.
_COUNTER = """
(() => {
  let runs = 0, isRunning = false;
  new MutationObserver(() => {
    const app = document.querySelector('[data-testid=stApp]');
    const state = app && app.getAttribute('data-test-script-state');
    if (state && state !== 'notRunning') isRunning = true;
    if (state === 'notRunning' && isRunning) {
      isRunning = false;
      document.documentElement.setAttribute('data-runs', String(++runs));
    }
  }).observe(document, {subtree: true, childList: true, attributes: true,
                        attributeFilter: ['data-test-script-state']});
})();
"""
_GO = "path => { history.pushState({}, '', path); dispatchEvent(new PopStateEvent('popstate')) }"
_SUCCESS = "[data-testid=stAlertContentSuccess]"
_ERROR = "[data-testid=stAlertContentError]"
_AT_REST = "[data-testid=stApp][data-test-script-state=notRunning]"


class Said(NamedTuple):
    """What the screen said of a step: done, refused, or nothing that could be read in time."""

    done: str
    refused: str

    @property
    def is_done(self) -> bool:
        return bool(self.done)


class Confirmed(NamedTuple):
    """A step that the screen confirmed: its kind, what it was about, and the screen's words."""

    kind: str
    about: int
    value: int
    said: str = ""


@dataclass
class Person:
    """Somebody at work, with what happened to them."""

    user_name: str
    role: Role
    page: Page
    draws: np.random.Generator
    # Where the numbers begin that only this person writes.
    first_number: int
    numbers: int = 0
    confirmed: list[Confirmed] = field(default_factory=list)
    # Steps that were clicked, whatever came of them: each counts at most once.
    tried: list[Confirmed] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    # What was not answered within `WAIT_MS`: by a machine with too much to do, or never.
    late: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    async def enter(self, path: str) -> None:
        """Opens the console by a link and signs in with the account."""
        await self.page.goto(path, wait_until="commit")
        await self.page.locator(".st-key-sign_in_name input").fill(self.user_name)
        field = self.page.locator(".st-key-sign_in_password input")
        await field.fill(PASSWORD)
        await self.act(field.press("Enter"))

    async def go(self, path: str) -> None:
        """To a page of the console, by its address, within the session; it stays where it is."""
        if not self.page.url.endswith(path):
            await self.act(self.page.evaluate(_GO, path))

    async def press(self, key: str) -> None:
        """A click on the button of this key."""
        await self.act(self.button(key).click())

    async def fill(self, place: Locator, text: str) -> None:
        """Types in the place of what stands there, and leaves the field."""
        await place.fill(text)
        await self.act(place.press("Enter"))

    async def act(self, step: Awaitable[object]) -> None:
        """Takes a step and waits until the page has answered it; how long that took is kept."""
        root = self.page.locator("html")
        runs = await root.get_attribute("data-runs") or ""
        began = time.monotonic()
        await step
        await expect(root).not_to_have_attribute("data-runs", runs, timeout=WAIT_MS)
        await self.rest()
        self.seconds.append(time.monotonic() - began)
        await self.look()

    async def rest(self) -> None:
        """Until the page stands still."""
        await self.page.locator(_AT_REST).wait_for(state="attached")

    async def look(self) -> None:
        """Keeps what the page shows that it should not: an error that is no refusal."""
        place = self.page.url.partition("?")[0].rpartition("/")[2]
        for text in await self.texts("[data-testid=stException]"):
            self.faults.append(f"{place}: {text}")
        for text in await self.texts(_ERROR):
            (self.refusals if is_refusal(text) else self.faults).append(f"{place}: {text}")

    async def texts(self, selector: str) -> list[str]:
        """What stands in every place of the selector."""
        return [text.strip() for text in await self.page.locator(selector).all_inner_texts()]

    def button(self, key: str) -> Locator:
        return self.page.locator(f".st-key-{key} button").first

    async def has(self, key: str) -> bool:
        """Whether the button of this key is there and may be pressed."""
        return await self.button(key).count() > 0 and await self.button(key).is_enabled()

    async def confirm(self, key: str, step: Confirmed) -> Said:
        """Presses the button that does a step, and reads what became of it."""
        self.tried.append(step)
        await self.press(key)
        # A dialog closes in one run of the page, and the next one says what was done.
        await self.page.locator(f"{_SUCCESS}, {_ERROR}").first.wait_for()
        await self.rest()
        said = Said(
            " ".join(await self.texts(_SUCCESS)),
            " ".join(await self.texts(_ERROR)),
        )
        if said.is_done:
            self.confirmed.append(step._replace(said=said.done))
        return said

    def draw(self, numbers: list[int]) -> int:
        """One of some numbers, by chance."""
        return numbers[int(self.draws.integers(len(numbers)))]


async def seated(context: BrowserContext, user_name: str, role: Role, number: int) -> Person:
    """A person before an empty page of a browser of their own; `number`: which of them all."""
    await context.add_init_script(_COUNTER)
    page = await context.new_page()
    page.set_default_timeout(WAIT_MS)
    person = Person(user_name, role, page, np.random.default_rng(number), (number + 10) * 1_000)
    page.on("pageerror", lambda error: person.faults.append(f"script: {error}"))
    page.on("crash", lambda _: person.faults.append("the page crashed"))
    return person


@functools.cache
def _sentences() -> tuple[re.Pattern[str], ...]:
    """The refusals in English, with anything in the place of their facts."""
    table = tomllib.loads(reference_file("refusals.toml").read_text("utf-8"))
    words = tomllib.loads((PROJECT_ROOT / "pages/ui/locales/en.toml").read_text("utf-8"))
    said = (words["loan_desk"]["changed_meanwhile"], words["simulate_application"]["declined"])
    texts = (*(entry["en"] for entry in table.values()), *said)
    return tuple(re.compile(re.sub(r"\\\{\w+\\\}", ".*", re.escape(text))) for text in texts)


def is_refusal(text: str) -> bool:
    """Whether an error box says one of the sentences by which the house refuses."""
    return any(sentence.search(text) for sentence in _sentences())
