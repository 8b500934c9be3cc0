"""The draft of a limit policy: this person's own, kept cell by cell until reset or saved.

Kept as plain rows, wrong cells included, so that nothing typed is lost with a change of page or
language. `rows` is all of it; `mounted` is what a grid was given when it appeared, since the grid
itself remembers what was typed from then on.
"""

from dataclasses import dataclass
from typing import Any

import streamlit as st

from lending_core.errors import InvalidInput
from lending_core.policy.document import Policy
from lending_core.policy.tables import rows_of, with_rows
from pages.ui import reads, session

_KEY = "limit_policies_draft"
_SAID_KEY = "limit_policies_said"

Rows = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True)
class Draft:
    """Version it began as, its rows, and what they read as: a policy, or why they do not."""

    version: int
    base: Policy
    rows: Rows
    policy: Policy | None
    refusal: InvalidInput | None

    @property
    def changed_cells(self) -> int:
        """How many cells differ from the version it began as."""
        return sum(
            row[name] != cell
            for part, rows in rows_of(self.base).items()
            for row, was in zip(self.rows[part], rows, strict=True)
            for name, cell in was.items()
        )


def ensure(in_force: int) -> None:
    """Begins a draft from the version in force where this session has none."""
    if _KEY not in st.session_state:
        begin(in_force)


def begin(policy_version: int) -> None:
    """Starts the draft afresh from a version; the grids forget what was typed."""
    kept = st.session_state.get(_KEY)
    st.session_state[_KEY] = {
        "version": policy_version,
        "generation": kept["generation"] + 1 if kept else 0,
        "rows": rows_of(reads.policy(policy_version)),
        "mounted": {},
    }


def read() -> Draft:
    """The draft as it stands, after the grids of this run were drawn."""
    kept = st.session_state[_KEY]
    base = reads.policy(kept["version"])
    try:
        policy, refusal = with_rows(base, kept["rows"]), None
    except InvalidInput as wrong_cell:
        policy, refusal = None, wrong_cell
    return Draft(kept["version"], base, kept["rows"], policy, refusal)


def rows() -> Rows:
    """The rows of every table, as they stand."""
    return st.session_state[_KEY]["rows"]


def grid_key(part: str) -> str:
    """Key of the grid of one table: another one after a new beginning, and per language."""
    generation = st.session_state[_KEY]["generation"]
    return f"limit_policies_{part}_{session.language()}_{generation}"


def mounted(part: str) -> list[dict[str, Any]]:
    """The rows that the grid was given when it appeared, which its edits are relative to."""
    kept = st.session_state[_KEY]
    if grid_key(part) not in st.session_state or part not in kept["mounted"]:
        kept["mounted"][part] = kept["rows"][part]
    return kept["mounted"][part]


def keep(part: str, rows: list[dict[str, Any]]) -> None:
    """Keeps what the grid holds now."""
    st.session_state[_KEY]["rows"][part] = rows


def note_key() -> str:
    """Key of the note's field: empty again after a new beginning."""
    return f"limit_policies_note_{st.session_state[_KEY]['generation']}"


def say(kind: str, sentence: str) -> None:
    """Keeps a sentence for the next run to show once: `success` or `error`."""
    st.session_state[_SAID_KEY] = (kind, sentence)


def said() -> tuple[str, str] | None:
    """The sentence to show now, if there is one; it is shown once."""
    return st.session_state.pop(_SAID_KEY, None)
