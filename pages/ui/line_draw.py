"""Another draw under a line: amount, method and term, the cost sheet read, and then a loan."""

from datetime import datetime
from functools import partial
from typing import Any

import streamlit as st

from lending_core.access.permissions import Actor
from lending_core.operations.lines import DrawRequest, draw
from lending_core.operations.quotes import Quote, cost_sheet_hash, quote
from lending_core.products.catalogue import Product, catalogue
from pages.ui import cost_sheet, inputs, notices, reads, session
from pages.ui import format as shown
from pages.ui.text import sentence, t

# Which line's sheet is on the screen, since when, and the key of its draw.
_SHEET_KEY = "customer_sheet"


def controls(line: dict[str, Any], actor: Actor) -> None:
    """Amount, method and term within what the line and its product allow; the sheet on demand."""
    if line["loans"] == 0:
        st.caption(t("customer.draw_first", application_id=line["application_id"]))
        return
    product = catalogue()[line["product_code"]]
    most_fen = min(line["available_fen"], product.draw_max_fen)
    if most_fen < product.draw_min_fen:
        least = shown.money(product.draw_min_fen)
        st.caption(t("customer.draw_nothing", left=shown.money(most_fen), least=least))
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        amount_fen = inputs.money(
            t("column.amount_fen"),
            product.draw_min_fen,
            key=f"customer_amount_{line['line_id']}",
            bounds_fen=(product.draw_min_fen, most_fen),
        )
        method = _method(line, product)
        instalments = st.selectbox(
            t("column.instalments"),
            product.instalments_for(method, line["instalments_max"]),
            key=f"customer_term_{line['line_id']}_{method}",
        )
    wish = quote(line, amount_fen, instalments, method, reads.book().open_on)
    _summary(wish)
    if st.button(
        t("simulate_application.to_cost_sheet"), key="customer_draw", icon=":material/payments:"
    ):
        st.session_state[_SHEET_KEY] = (line["line_id"], session.now(), session.new_key())
    if _shown_at(line["line_id"]) is not None:
        _open_sheet(line["line_id"], wish, actor)


def _method(line: dict[str, Any], product: Product) -> str:
    language = session.language()
    return st.selectbox(
        t("column.method"),
        product.methods,
        format_func=partial(_method_name, language),
        key=f"customer_method_{line['line_id']}_{language}",
    )


def _method_name(language: str, code: str) -> str:
    return sentence(f"method.{code}", language)


def _summary(wish: Quote) -> None:
    first = wish.schedule.row(0, named=True)
    st.caption(
        t(
            "customer.draw_summary",
            first=shown.money(first["total_fen"]),
            on=shown.day(first["due_on"]),
            cost=shown.money(wish.sheet.paid_in_fen - wish.sheet.principal_fen),
            rate=shown.rate(wish.sheet.annual_cost_simple),
        )
    )


def _open_sheet(line_id: int, wish: Quote, actor: Actor) -> None:
    reading = cost_sheet.Reading(
        shown_at=partial(_shown_at, line_id),
        confirm=partial(_draw, line_id, wish, actor),
        put_away=_put_away,
    )
    cost_sheet.open_dialog(wish, reading, key="customer_draw_confirm")


def _shown_at(line_id: int) -> datetime | None:
    """Since when the sheet of this line is on the screen."""
    shown_line_id, shown_at, _ = st.session_state.get(_SHEET_KEY, (None, None, None))
    return shown_at if shown_line_id == line_id else None


def _put_away() -> None:
    st.session_state.pop(_SHEET_KEY, None)


def _draw(line_id: int, wish: Quote, actor: Actor) -> None:
    """Pays out. Raises what `draw` raises; the sheet then stays, and its key with it."""
    _, shown_at, key = st.session_state[_SHEET_KEY]
    now = session.now()
    request = DrawRequest(
        line_id=line_id,
        amount_fen=wish.amount_fen,
        instalments=wish.instalments,
        method=wish.method,
        cost_sheet_hash=cost_sheet_hash(wish),
        shown_at=shown_at,
        confirmed_at=now,
    )
    loan_id = draw(session.store(), session.as_of_now(actor), request, key=key, at=now)
    _put_away()
    said = "customer.drawn" if loan_id else "customer.draw_waits"
    notices.done(t(said, amount=shown.money(wish.amount_fen), loan_id=loan_id))
