"""Reading a tape beside the page: its answer, its error, and its end with the page's."""

import threading
from typing import cast

import pytest
from streamlit.delta_generator import DeltaGenerator

from lending_core.errors import InvalidInput
from lending_core.operations.tape_halt import Halted
from lending_core.operations.tape_shapes import Progress
from pages.ui import tape_work


class Left(Exception):
    """As the page raises when a person clicks elsewhere."""


class Place:
    """A page that is left at the first word that it is told."""

    def progress(self, _value: float, text: str) -> None:
        raise Left(text)


def test_what_the_work_comes_to_is_returned_and_its_refusal_raised():
    def refuse(_progress: Progress) -> int:
        raise InvalidInput("tape_nothing_sound")

    answer = tape_work.run(lambda _progress: 7, cast(DeltaGenerator, Place()))

    assert answer == 7
    with pytest.raises(InvalidInput):
        tape_work.run(refuse, cast(DeltaGenerator, Place()))


def test_the_work_ends_before_the_page_is_drawn_anew():
    ended = threading.Event()

    def endless(progress: Progress) -> None:
        try:
            while True:
                progress(1, 2, "loans")
        except Halted:
            ended.set()
            raise

    with pytest.raises(Left, match=r"1 .* 2"):
        tape_work.run(endless, cast(DeltaGenerator, Place()))

    assert ended.is_set()
