"""What is found in a tape, in words: reasons, parts of a loan, and how far a step has come."""

from pages.ui import format as shown
from pages.ui import session
from pages.ui.text import sentence, sentences, t


def reason(code: str, language: str) -> str:
    """Why a row is not loaded, or what is remarked of it."""
    return sentence(f"tape_reason.{code}", language)


def target(name: str) -> str:
    """The part of a loan that a finding is about; a dash where it is about the whole row. What
    the mapping's author named bears that name."""
    if not name:
        return shown.DASH
    return sentences(session.language()).get(f"tape_target.{name}", name)


def step(done: int, of: int, what: str, seconds: int) -> str:
    """How far a reading or an import has come, in rows, and how many seconds it has taken."""
    return t(f"tape_step.{what}", done=shown.count(done), of=shown.count(of), seconds=seconds)
