"""Entry of the console: the menu as data, the way in, and the frame around every page."""

from dataclasses import dataclass
from typing import Literal

import streamlit as st

from lending_core.access.permissions import Actor, Permission
from lending_core.errors import LendingError
from pages.ui import copy_age, entrance, frame, links, reads, session
from pages.ui.text import refusal_text, t


@dataclass(frozen=True)
class MenuEntry:
    """One page: where it stands in the menu, over which kinds of book it has something to say, and
    who sees it. A hidden page is reached by links."""

    section: str
    script: str
    title: str
    icon: str
    permission: Permission
    visibility: Literal["visible", "hidden"] = "visible"
    books: tuple[session.BookKind, ...] = ("lent",)


_EVERY_BOOK: tuple[session.BookKind, ...] = ("lent", "imported")
# Pixels: the longest title in either language, and no more beside tables of many columns.
MENU_WIDTH = 210

MENU = (
    MenuEntry(
        *("section.overview", "pages/overview/today.py", "menu.today", ":material/today:"),
        Permission.VIEW_BOOK,
    ),
    MenuEntry(
        "section.origination",
        "pages/origination/simulate_application.py",
        "menu.simulate_application",
        ":material/smartphone:",
        Permission.SUBMIT_APPLICATION,
    ),
    MenuEntry(
        "section.origination",
        "pages/origination/applications.py",
        "menu.applications",
        ":material/inbox:",
        Permission.VIEW_APPLICATIONS,
    ),
    MenuEntry(
        "section.origination",
        "pages/origination/application.py",
        "menu.application",
        ":material/description:",
        Permission.VIEW_APPLICATIONS,
        visibility="hidden",
    ),
    MenuEntry(
        "section.origination",
        "pages/origination/explanation.py",
        "menu.explanation",
        ":material/mail:",
        Permission.VIEW_APPLICATIONS,
        visibility="hidden",
    ),
    MenuEntry(
        "section.risk",
        "pages/risk/early_warning.py",
        "menu.early_warning",
        ":material/notifications_active:",
        Permission.VIEW_BOOK,
        books=_EVERY_BOOK,
    ),
    MenuEntry(
        *("section.risk", "pages/risk/scores.py", "menu.scores", ":material/speed:"),
        Permission.VIEW_SCORES,
    ),
    MenuEntry(
        *("section.risk", "pages/risk/models.py", "menu.models", ":material/model_training:"),
        Permission.VIEW_SCORES,
    ),
    MenuEntry(
        *("section.risk", "pages/risk/limit_policies.py", "menu.limit_policies", ":material/tune:"),
        Permission.VIEW_POLICY,
    ),
    MenuEntry(
        "section.risk",
        "pages/risk/policy_versions.py",
        "menu.policy_versions",
        ":material/approval:",
        Permission.VIEW_POLICY,
    ),
    MenuEntry(
        *("section.risk", "pages/risk/optimise.py", "menu.optimise", ":material/query_stats:"),
        Permission.VIEW_POLICY,
    ),
    MenuEntry(
        "section.risk",
        "pages/risk/fast_forward.py",
        "menu.fast_forward",
        ":material/fast_forward:",
        Permission.RUN_DEMONSTRATION,
    ),
    MenuEntry(
        *("section.risk", "pages/risk/line_reviews.py", "menu.line_reviews", ":material/rule:"),
        Permission.VIEW_POLICY,
    ),
    MenuEntry(
        "section.book",
        "pages/book/overdue_loans.py",
        "menu.overdue_loans",
        ":material/schedule:",
        Permission.VIEW_BOOK,
        books=_EVERY_BOOK,
    ),
    MenuEntry(
        *("section.book", "pages/book/provisions.py", "menu.provisions", ":material/savings:"),
        Permission.VIEW_BOOK,
        books=_EVERY_BOOK,
    ),
    MenuEntry(
        *("section.book", "pages/book/vintage.py", "menu.vintage", ":material/stacked_line_chart:"),
        Permission.VIEW_BOOK,
        books=_EVERY_BOOK,
    ),
    MenuEntry(
        "section.book",
        "pages/book/roll_rates.py",
        "menu.roll_rates",
        ":material/trending_down:",
        Permission.VIEW_BOOK,
        books=_EVERY_BOOK,
    ),
    MenuEntry(
        *("section.book", "pages/book/loan.py", "menu.loan", ":material/account_balance:"),
        Permission.VIEW_BOOK,
        visibility="hidden",
    ),
    MenuEntry(
        "section.book",
        "pages/book/tape_loan.py",
        "menu.tape_loan",
        ":material/account_balance:",
        Permission.VIEW_BOOK,
        visibility="hidden",
        books=("imported",),
    ),
    MenuEntry(
        *("section.book", "pages/book/customer.py", "menu.customer", ":material/person:"),
        Permission.VIEW_BOOK,
        visibility="hidden",
    ),
    MenuEntry(
        "section.book",
        "pages/book/collections.py",
        "menu.collections",
        ":material/support_agent:",
        Permission.VIEW_COLLECTIONS,
    ),
    MenuEntry(
        "section.book",
        "pages/book/collection_case.py",
        "menu.collection_case",
        ":material/contact_phone:",
        Permission.VIEW_COLLECTIONS,
        visibility="hidden",
    ),
    MenuEntry(
        "section.book",
        "pages/book/collection_team.py",
        "menu.collection_team",
        ":material/groups:",
        Permission.VIEW_COLLECTIONS,
    ),
    MenuEntry(
        "section.book",
        "pages/book/operations.py",
        "menu.operations",
        ":material/event_available:",
        Permission.VIEW_BOOK,
    ),
    MenuEntry(
        "section.book",
        "pages/book/trial_balance.py",
        "menu.trial_balance",
        ":material/balance:",
        Permission.VIEW_ACCOUNTS,
    ),
    MenuEntry(
        *("section.book", "pages/book/reports.py", "menu.reports", ":material/summarize:"),
        Permission.VIEW_BOOK,
        books=_EVERY_BOOK,
    ),
    MenuEntry(
        *("section.funding", "pages/funding/funders.py", "menu.funders", ":material/savings:"),
        Permission.VIEW_BOOK,
    ),
    MenuEntry(
        *("section.funding", "pages/funding/funder.py", "menu.funder", ":material/savings:"),
        Permission.VIEW_BOOK,
        visibility="hidden",
    ),
    MenuEntry(
        *("section.funding", "pages/funding/new_funder.py", "menu.new_funder", ":material/add:"),
        Permission.PROPOSE_FUNDER,
        visibility="hidden",
    ),
    MenuEntry(
        *("section.funding", "pages/funding/agreements.py", "menu.agreements", ":material/link:"),
        Permission.VIEW_BOOK,
    ),
    MenuEntry(
        *("section.funding", "pages/funding/matching.py", "menu.matching", ":material/join:"),
        Permission.VIEW_APPLICATIONS,
    ),
    MenuEntry(
        *("section.funding", "pages/funding/settlement.py", "menu.settlement", ":material/paid:"),
        Permission.VIEW_ACCOUNTS,
    ),
    MenuEntry(
        *(
            "section.funding",
            "pages/funding/own_loans.py",
            "menu.own_loans",
            ":material/account_balance_wallet:",
        ),
        Permission.VIEW_OWN_FUNDING,
    ),
    MenuEntry(
        *(
            "section.funding",
            "pages/funding/own_months.py",
            "menu.own_months",
            ":material/calendar_month:",
        ),
        Permission.VIEW_OWN_FUNDING,
    ),
    MenuEntry(
        *(
            "section.funding",
            "pages/funding/own_statements.py",
            "menu.own_statements",
            ":material/receipt_long:",
        ),
        Permission.VIEW_OWN_FUNDING,
    ),
    MenuEntry(
        *(
            "section.funding",
            "pages/funding/own_proofs.py",
            "menu.own_proofs",
            ":material/verified:",
        ),
        Permission.VIEW_OWN_FUNDING,
    ),
    MenuEntry(
        *("section.data", "pages/data/loan_tapes.py", "menu.loan_tapes", ":material/upload_file:"),
        Permission.VIEW_BOOK,
        books=_EVERY_BOOK,
    ),
    MenuEntry(
        *("section.data", "pages/data/other_engines.py", "menu.other_engines", ":material/hub:"),
        Permission.EXPORT_BOOK,
    ),
    MenuEntry(
        *("section.governance", "pages/governance/events.py", "menu.events", ":material/link:"),
        Permission.VIEW_EVENTS,
    ),
    MenuEntry(
        *("section.governance", "pages/governance/ledger.py", "menu.ledger", ":material/lock:"),
        Permission.VIEW_EVENTS,
    ),
    MenuEntry(
        *("section.governance", "pages/governance/compliance.py", "menu.compliance"),
        ":material/gavel:",
        Permission.VIEW_COMPLIANCE,
    ),
    MenuEntry(
        *("section.governance", "pages/governance/marketing_text.py", "menu.marketing_text"),
        ":material/campaign:",
        Permission.VIEW_COMPLIANCE,
    ),
    MenuEntry(
        *("section.governance", "pages/governance/published_list.py", "menu.published_list"),
        ":material/list_alt:",
        Permission.VIEW_COMPLIANCE,
    ),
    MenuEntry(
        *("section.governance", "pages/governance/privacy.py", "menu.privacy"),
        ":material/shield_person:",
        Permission.VIEW_ACCESS_LOG,
    ),
    MenuEntry(
        "section.governance",
        "pages/governance/data_requests.py",
        "menu.data_requests",
        ":material/contact_page:",
        Permission.HANDLE_DATA_REQUESTS,
    ),
    MenuEntry(
        "section.governance",
        "pages/governance/people.py",
        "menu.people",
        ":material/manage_accounts:",
        Permission.MANAGE_ACCOUNTS,
    ),
)


def main() -> None:
    """One run of the script: the frame, then the page asked for."""
    st.set_page_config(
        page_title=t("app.title"),
        page_icon="🏦",
        layout="wide",
        initial_sidebar_state=MENU_WIDTH,
    )
    try:
        unopened = session.settle_book()
    except LendingError as refusal:
        copy_age.refused(refusal)
        st.stop()
    person = session.actor()
    # All pages are known before the sign-in too, so that a link survives it.
    pages, first = _pages(person)
    page = st.navigation(_by_section(pages), position="sidebar" if person else "hidden")
    frame.bar(person)
    if person is None:
        entrance.sign_in()
        st.stop()
    if unopened is not None:
        st.warning(refusal_text(unopened), icon=":material/menu_book:")
    entry = next(entry for entry in MENU if pages[entry] is page)
    if entry is MENU[0] and entry is not first and not person.may(entry.permission):
        st.switch_page(pages[first])
    _run(page, entry)


def _run(page: st.Page, entry: MenuEntry) -> None:
    kind = session.kind()
    if kind not in entry.books:
        if entry.script in links.SAME_OVER_OTHER_BOOKS:
            links.switch_to(links.over_book_shown(entry.script, reads.book().shape))
        frame.not_of_this_book(kind)
        return
    if session.is_reading() and entry.script not in links.OVER_A_LAKE:
        frame.not_over_a_lake()
        return
    try:
        session.require(entry.permission)
        page.run()
    except LendingError as refusal:
        copy_age.refused(refusal)


def _by_section(pages: dict[MenuEntry, st.Page]) -> dict[str, list[st.Page]]:
    """The pages by section, in the order of the menu."""
    sections: dict[str, list[st.Page]] = {}
    for entry, page in pages.items():
        sections.setdefault(t(entry.section), []).append(page)
    return sections


def seen_by(person: Actor | None, kind: session.BookKind) -> list[MenuEntry]:
    """The pages that have something to say to a person over a kind of book: all before anybody has
    signed in, then those of the role, and at a console over a lake those that only look."""
    return [
        entry
        for entry in MENU
        if kind in entry.books
        and (person is None or person.may(entry.permission))
        and (person is None or not person.is_reading or entry.script in links.OVER_A_LAKE)
    ]


def _pages(person: Actor | None) -> tuple[dict[MenuEntry, st.Page], MenuEntry]:
    """Every page, so that a link never fails: one that a role may not see says so. The menu shows
    those that suit the person and the book. And where the person begins: on the first of these."""
    seen = seen_by(person, session.kind())
    first = next((entry for entry in seen if entry.visibility == "visible"), MENU[0])
    return {
        entry: st.Page(
            entry.script,
            title=t(entry.title),
            icon=entry.icon,
            default=entry is first,
            visibility=entry.visibility if entry in seen else "hidden",
        )
        for entry in MENU
    }, first


if __name__ == "__main__":
    main()
else:
    # The server imports this file before the first visit. Until navigation was called, Streamlit
    # takes a folder named `pages` for its older menu: a link opened first is "page not found".
    st.navigation([st.Page(MENU[0].script)])
    app = st.App(__file__)
