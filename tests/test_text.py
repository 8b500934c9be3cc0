"""Visible words: both languages say the same things, nothing is missing, nothing is left over."""

import ast
import functools
import itertools
import re
import string
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from lending_core.access.permissions import Permission, Role
from lending_core.errors import LANGUAGES, refusal_texts
from lending_core.operations import servicing
from lending_core.servicing.loan_events import EVENT_KINDS, REVERSAL
from lending_core.settings import PROJECT_ROOT, reference_file
from pages.ui import ledger_panels
from pages.ui.text import sentences

SCREENS = ("app.py", "pages")
EVERYTHING = (*SCREENS, "lending_core", "api", "server.py")
SPEAKERS = {"t", "sentence"}
LEDGER_WRITERS = {"append_events", "append_entries"}
# In ledgers of books that were run before days were closed.
FORMER_ACTIONS = {"month_closed"}
REFUSALS = {"LendingError", "NotAllowed", "NotFound", "InvalidState", "InvalidInput"}

# Tables that name the codes of a column or of a refusal's fact: looked up by `<name>.<code>` where
# the code comes from data, so no key stands in the source.
CODE_TABLES = (
    "permission.",
    "outcome.",
    "kind.",
    "scenario.",
    "channel.",
    "method.",
    "lender_type.",
    "source.",
    "action.",
    "actor.",
    "account_kind.",
    "instalment_state.",
    "subject_kind.",
    "finding_kind.",
    "line_event.",
    "policy_standing.",
    "line_status.",
    "loan_standing.",
    "share_standing.",
    "consent_state.",
    "class_reason.",
    "stage_reason.",
    "provision_check.",
    "provision_scenario.",
    "overlay_state.",
    "run_state.",
    "back_test_verdict.",
    "pack_language.",
    "pack_kind.",
    "tape_outcome.",
    "tape_standing.",
    "tape_target.",
)


def nodes(*places: str) -> Iterator[ast.Call | ast.Constant]:
    """Calls and literals of the Python sources in these files and folders."""
    return itertools.chain.from_iterable(map(_nodes_in, places))


@functools.cache
def _nodes_in(place: str) -> tuple[ast.Call | ast.Constant, ...]:
    return tuple(
        node
        for file in files(PROJECT_ROOT / place)
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Call | ast.Constant)
    )


@pytest.fixture(scope="module", autouse=True)
def forgotten() -> Iterator[None]:
    """A million nodes would slow down the collection of garbage in all tests that follow."""
    yield
    _nodes_in.cache_clear()


def files(place: Path) -> list[Path]:
    return [place] if place.is_file() else sorted(place.rglob("*.py"))


def texts(*places: str) -> set[str]:
    """Every string literal of the sources."""
    return {
        node.value
        for node in nodes(*places)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def first_arguments(names: set[str], *places: str) -> Iterator[ast.expr]:
    """First argument of each call of these functions or classes."""
    for node in nodes(*places):
        if isinstance(node, ast.Call) and node.args:
            called = getattr(node.func, "id", getattr(node.func, "attr", None))
            if called in names:
                yield node.args[0]


def literals(arguments: Iterator[ast.expr]) -> set[str]:
    return {
        argument.value
        for argument in arguments
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    }


def computed_prefixes() -> tuple[str, ...]:
    """`role.` of each `t(f"role.{code}")`."""
    return tuple(
        str(argument.values[0].value)
        for argument in first_arguments(SPEAKERS, *SCREENS)
        if isinstance(argument, ast.JoinedStr) and isinstance(argument.values[0], ast.Constant)
    )


def placeholders(template: str) -> set[str]:
    return {field for _, field, _, _ in string.Formatter().parse(template) if field is not None}


def test_both_languages_have_the_same_sentences() -> None:
    assert sentences("en").keys() == sentences("zh").keys()


def test_both_languages_fill_in_the_same_facts() -> None:
    english, chinese = sentences("en"), sentences("zh")

    differing = [key for key in english if placeholders(english[key]) != placeholders(chinese[key])]

    assert differing == []


def test_what_is_bold_ends_bold_between_chinese_characters() -> None:
    """Markdown closes no bold that ends in a punctuation mark and is followed by a word."""
    unclosed = re.compile(r"(?:[^*]|\*\*[^*]+\*\*)*?\*\*[^*]+[：，。；、）]\*\*[\w{]")

    assert [key for key, said in sentences("zh").items() if unclosed.match(said)] == []


def test_every_sentence_asked_for_exists() -> None:
    asked = literals(first_arguments(SPEAKERS, *SCREENS))

    assert asked - sentences("en").keys() == set()


def test_no_sentence_is_left_over() -> None:
    used = texts(*SCREENS)
    computed = (*computed_prefixes(), *CODE_TABLES)

    left_over = [key for key in sentences("en") if key not in used and not key.startswith(computed)]

    assert left_over == []


@pytest.mark.parametrize("codes", [Role, Permission])
def test_every_role_and_permission_has_a_name(codes: type[Role] | type[Permission]) -> None:
    table = codes.__name__.lower()

    named = {key for key in sentences("en") if key.startswith(f"{table}.")}

    assert named == {f"{table}.{code}" for code in codes}


def test_every_action_of_the_ledger_has_a_name() -> None:
    written = {
        argument.value
        for node in nodes("lending_core")
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in LEDGER_WRITERS
        for argument in node.args
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    }
    of_loans = {f"loan_{kind}" for kind in (*EVENT_KINDS, REVERSAL)}
    of_batches = {f"{what}_recorded" for what in servicing.SUBJECTS}

    named = {key.removeprefix("action.") for key in sentences("en") if key.startswith("action.")}

    assert named == written | of_loans | of_batches | FORMER_ACTIONS


def test_the_ledger_can_be_asked_for_every_kind_of_subject() -> None:
    named = {key.removeprefix("subject_kind.") for key in sentences("en") if "subject_kind." in key}

    assert named == set(ledger_panels.SUBJECT_KINDS)


def test_every_refusal_speaks_both_languages_with_the_same_facts() -> None:
    differing = [
        reason
        for reason, spoken in refusal_texts().items()
        if set(spoken) != set(LANGUAGES) or placeholders(spoken["en"]) != placeholders(spoken["zh"])
    ]

    assert differing == []


def test_every_refusal_raised_has_a_sentence() -> None:
    raised = literals(first_arguments(REFUSALS, *EVERYTHING))

    assert raised - refusal_texts().keys() == set()


def test_no_refusal_is_left_over() -> None:
    left_over = refusal_texts().keys() - texts(*EVERYTHING)

    assert left_over == set()


@pytest.mark.parametrize(
    ("section", "table"),
    [
        ("scenario", "scenario"),
        ("channel", "channel"),
        ("asset_class", "asset_class"),
        ("part", "movement_part"),
        ("rule", "early_warning.rule"),
    ],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_paper_and_screens_have_the_same_names(section: str, table: str, language: str) -> None:
    paper = tomllib.loads(reference_file("risk_pack.toml").read_text("utf-8"))[section]
    screen = sentences(language)

    assert {code: names[language] for code, names in paper.items()} == {
        key.removeprefix(f"{table}."): words
        for key, words in screen.items()
        if key.startswith(f"{table}.")
    }
