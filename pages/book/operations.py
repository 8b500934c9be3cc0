"""The close of a day: which day is open, what needs a person, who moved, what each close did."""

import streamlit as st

from lending_core.access.permissions import Permission
from pages.ui import (
    notices,
    operations_close,
    operations_exceptions,
    operations_moves,
    operations_panels,
    operations_reads,
    session,
)
from pages.ui.text import t

actor = session.require(Permission.VIEW_BOOK)

st.title(t("operations.title"))
notices.show()
operations_close.run()

operations_panels.figures(operations_reads.standing())
operations_close.controls(actor)
operations_close.outcome()
operations_exceptions.show()
operations_moves.show()
operations_panels.days()
