"""Terms of a funder as a form: those in force to begin with, or a new one's; proposed to a second
person."""

from datetime import date

import streamlit as st

from lending_core.access.permissions import Actor, Permission
from lending_core.errors import InvalidInput, LendingError
from lending_core.funding.funders import Funder
from lending_core.operations import funder_register
from lending_core.operations.funder_register import FunderOrder
from lending_core.products.catalogue import LENDER_TYPES
from pages.ui import funding_form, funding_reads, inputs, links, notices, panels, session
from pages.ui.funding_form import Sheet
from pages.ui.text import refusal_text, t

_REASON_MAX = 500


def offered(funder: Funder, newest_id: int, open_on: date, actor: Actor) -> None:
    """The form, once whoever may propose terms asks for it; closed again with the version that it
    makes, `newest_id` being the newest before."""
    if not actor.may(Permission.PROPOSE_FUNDER):
        return
    sheet = Sheet(f"{funder.funder_code}_{newest_id}", funding_form.of_funder(funder))
    if st.toggle(t("funder.edit"), key=sheet.key("edits")):
        panels.heading(t("funder.edit_title"), t("funder.edit_note"))
        _form(sheet, open_on)


def new(open_on: date, newest_id: int) -> None:
    """The form of a lender that is not in the register yet; its kind first, on which its products
    depend. `newest_id`: the newest version of any lender."""
    kind = inputs.choose_one(
        t("funder_term.lender_type"), LENDER_TYPES, key="kind", name_of=_kind_name
    )
    _form(Sheet(f"new_{kind}_{newest_id}", funding_form.blank(kind)), open_on)


def way_to_new(actor: Actor) -> None:
    """The way to the form of a new lender, for whoever may propose one."""
    if actor.may(Permission.PROPOSE_FUNDER):
        st.page_link(links.NEW_FUNDER_PAGE, label=t("funders.new"), icon=":material/add_business:")


def _form(sheet: Sheet, open_on: date) -> None:
    """Every term, from which day on, and why; the button proposes them."""
    with st.form(sheet.key("form")):
        asked = funding_form.terms(sheet, funding_reads.register()["funder_code"])
        st.markdown(f"**{t('funder.part_from')}**")
        effective_on = st.date_input(
            t("funder_input.effective_on"),
            open_on,
            min_value=open_on,
            key=sheet.key("effective_on"),
            format="YYYY-MM-DD",
        )
        with sheet.place("reason"):
            reason = st.text_area(
                t("funder_input.reason"), key=sheet.key("reason"), max_chars=_REASON_MAX
            )
        if st.form_submit_button(t("funder.propose"), type="primary"):
            _propose(sheet, asked, effective_on, reason)


def _propose(sheet: Sheet, asked: dict[str, object], effective_on: date, reason: str) -> None:
    store = session.store()
    try:
        actor = session.require(Permission.PROPOSE_FUNDER)
        draft = funder_register.draft_terms(store, actor, asked)
        sheet.say(draft.faults)
        if not reason.strip():
            sheet.slots["reason"].error(
                refusal_text(InvalidInput("reason_missing")), icon=":material/error:"
            )
        if draft.funder is None or not reason.strip():
            st.error(t("funder.not_proposed"), icon=":material/error:")
            return
        order = FunderOrder(draft.funder, effective_on, reason)
        version_id = funder_register.propose_funder(store, actor, order, at=session.now())
    except LendingError as refusal:
        notices.refused(refusal)
        notices.show()
        return
    notices.done(t("funder.proposed", version=version_id))
    st.switch_page(links.FUNDER_PAGE, query_params={"funder": draft.funder.funder_code})


def _kind_name(kind: str) -> str:
    return t(f"lender_type.{kind}")
