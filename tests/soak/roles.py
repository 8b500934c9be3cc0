"""What people of a house do all day at the console, a piece at a time: each function is one piece
of work of somebody, and keeps what the screen confirmed."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from playwright.async_api import Locator

from tests.soak.sessions import Confirmed, Person

# The other pages of the menu: a click on the one that is open asks nothing of the server.
MENU_LINKS = "[data-testid=stSidebarNavLink]:not([aria-current=page])"
CONFLICT = ".st-key-limit_policies_conflict"
TABS = ".st-key-limit_policies_tables [role=tab]"
NOTES = "textarea[aria-label^='Notes']"


@dataclass(frozen=True)
class Desk:
    """What everybody works on: few numbers, so that people meet."""

    loans: list[int]
    cases: list[int]
    held_cases: list[int]
    draft_id: int


Work = Callable[[Person, Desk], Awaitable[None]]


async def record_payment(person: Person, desk: Desk) -> None:
    """A payment of an amount that nobody else records, on a loan that others look at too."""
    loan_id = person.draw(desk.loans)
    await person.go(f"/loan?loan_id={loan_id}")
    if not await person.has("loan_desk_payment"):
        return
    await person.press("loan_desk_payment")
    amount_fen = an_amount(person)
    amount = person.page.get_by_role("dialog").locator("input[type=number]")
    await person.fill(amount, f"{amount_fen / 100:.2f}")
    await person.confirm("loan_desk_confirm", Confirmed("payment", loan_id, amount_fen))
    await close_dialog(person)


async def apply_for_credit(person: Person, _: Desk) -> None:
    """A drawn borrower applies, with every consent."""
    await person.go("/simulate_application")
    await person.press("simulate_application_surprise")
    await person.press("simulate_application_identify")
    boxes = person.page.locator("[data-testid=stCheckbox] label")
    for box in await boxes.all():
        await box.click()
    if await person.has("simulate_application_apply"):
        step = Confirmed("application", len(person.tried), 0)
        person.tried.append(step)
        await person.press("simulate_application_apply")
        if await person.page.get_by_text("Rules").count():
            person.confirmed.append(step)


async def work_on_a_case(person: Person, desk: Desk) -> None:
    """Takes a case, if nobody has it; logs a try where the hour allows one, notes a promise of an
    amount of its own, and gives the case back."""
    await person.go("/collections")
    case_id = person.draw(desk.cases)
    await person.go(f"/collection_case?case_id={case_id}")
    if not await person.has("collection_case_take"):
        return
    taken = Confirmed("lock", case_id, len(person.tried))
    if not (await person.confirm("collection_case_take", taken)).is_done:
        return
    if await person.has("collection_outcome_no_answer"):
        tried = Confirmed("contact", case_id, len(person.tried))
        await person.confirm("collection_outcome_no_answer", tried)
    await promise(person, case_id)
    if await person.has("collection_case_give_back"):
        given = Confirmed("lock", case_id, len(person.tried))
        await person.confirm("collection_case_give_back", given)


async def promise(person: Person, case_id: int) -> None:
    if not await person.has("collection_step_promise"):
        return
    await person.press("collection_step_promise")
    amount_fen = an_amount(person)
    amount = person.page.get_by_role("dialog").locator("input[type=number]").first
    await person.fill(amount, f"{amount_fen / 100:.2f}")
    await person.confirm("collection_desk_confirm", Confirmed("promise", case_id, amount_fen))
    await close_dialog(person)


async def hold_or_lift(person: Person, desk: Desk) -> None:
    """Places a hold on a case, or lifts the one that it has."""
    case_id = person.draw(desk.held_cases)
    await person.go(f"/collection_case?case_id={case_id}")
    kind = "lift" if await person.has("collection_case_lift") else "hold"
    button = "collection_case_lift" if kind == "lift" else "collection_step_hold"
    if await person.has(button):
        await person.press(button)
        step = Confirmed(kind, case_id, len(person.tried))
        await person.confirm("collection_desk_confirm", step)
        await close_dialog(person)


async def write_on_the_draft(person: Person, desk: Desk) -> None:
    """Adds a word of one's own to the notes of the draft that another person writes on too. What
    stands there after a look at another page is what was kept."""
    notes = await notes_of(person, desk)
    if await person.page.locator(CONFLICT).count():
        await person.press("limit_policies_take_theirs")
        notes = await notes_of(person, desk)
    word = an_amount(person)
    step = Confirmed("note", desk.draft_id, word)
    person.tried.append(step)
    await notes.fill(f"{await notes.input_value()} {word}")
    await person.act(notes.press("Control+Enter"))
    await person.go("/policy_versions")
    notes = await notes_of(person, desk)
    is_kept = not await person.page.locator(CONFLICT).count()
    if is_kept and str(word) in await notes.input_value():
        person.confirmed.append(step)


async def notes_of(person: Person, desk: Desk) -> Locator:
    """The notes, which stand with the name of the policy behind the last tab."""
    if "/limit_policies" not in person.page.url:
        await person.go(f"/limit_policies?draft={desk.draft_id}")
    await person.page.locator(TABS).last.click()
    notes = person.page.locator(NOTES)
    await notes.wait_for()
    await person.rest()
    return notes


async def close_a_day(person: Person, _: Desk) -> None:
    """Closes the open day."""
    await person.go("/operations")
    if await person.has("operations_put_away"):
        await person.press("operations_put_away")
    if await person.has("operations_close_ask"):
        await person.press("operations_close_ask")
        step = Confirmed("close", 0, len(person.tried))
        await person.confirm("operations_close_confirm", step)


async def run_a_month(person: Person, desk: Desk) -> None:
    """Runs the next simulated month, from a loan's page; looks around for a while after."""
    await person.go(f"/loan?loan_id={person.draw(desk.loans)}")
    if await person.has("loan_next_month"):
        await person.confirm("loan_next_month", Confirmed("month", 0, len(person.tried)))
    for _ in range(PAGES_BETWEEN_MONTHS):
        await look_around(person, desk)


async def seal(person: Person, desk: Desk) -> None:
    """Seals what was recorded, then looks around."""
    await person.go("/ledger")
    await person.press("ledger_seal")
    for _ in range(PAGES_BETWEEN_SEALS):
        await look_around(person, desk)


async def look_around(person: Person, _: Desk) -> None:
    """Opens one of the pages of the own menu."""
    links = person.page.locator(MENU_LINKS)
    numbers = list(range(await links.count()))
    await person.act(links.nth(person.draw(numbers)).click())


async def close_dialog(person: Person) -> None:
    """Puts away a dialog that is still open, after a refusal."""
    close = person.page.get_by_role("dialog").get_by_role("button", name="Close")
    if await close.count():
        await person.act(close.click())


def an_amount(person: Person) -> int:
    """Fen, or a word, that no other step of anybody has."""
    person.numbers += 1
    return person.first_number + person.numbers


PAGES_BETWEEN_MONTHS = 6
PAGES_BETWEEN_SEALS = 3
