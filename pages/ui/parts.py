"""What takes long is read part by part: one sees how far it is, and it stops where one goes on."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import streamlit as st

from lending_core.operations.policy_replay import Window
from pages.ui import format as shown
from pages.ui.text import t

Part = TypeVar("Part")


def read_each(
    parts: Sequence[Part], read: Callable[[Part], Any], size: Callable[[Part], int], key: str
) -> list[Any]:
    """One answer per part, in order, with the sentence of `key` while they come: `done` of `total`,
    as `size` counts parts."""
    total, done, found = sum(map(size, parts)), 0, []
    with st.empty():
        for part in parts:
            facts = {"done": shown.count(done), "total": shown.count(total)}
            st.progress(done / total, t(key, **facts))
            found.append(read(part))
            done += size(part)
        st.empty()
    return found


def applications(part: Window) -> int:
    """About how many applications a part of the past has: how far its numbers reach."""
    return (part.last_id or 0) - (part.first_id or 0) + 1
