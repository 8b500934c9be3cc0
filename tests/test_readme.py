"""What the README promises is what there is: arrows, variables, commands, and pinned packages."""

import re
import sys
from importlib.metadata import packages_distributions

import pytest

from lending_core.settings import PROJECT_ROOT
from tests.house.core import ALLOWED, BASE, JOURNEY, WORDS, imports
from tests.house.source import sources

README = (PROJECT_ROOT / "README.md").read_text("utf-8")
MAKEFILE = (PROJECT_ROOT / "Makefile").read_text("utf-8")
OWN = {"lending_core", "pages", "api", "examples", "tests", "app", "server"}
SHOWN_ORDER = (*JOURNEY, "simulate", "store", "operations", "pages.ui")


@pytest.mark.parametrize("part", sorted(set(ALLOWED) - WORDS))
def test_the_arrow_table_says_what_the_imports_may_do(part: str) -> None:
    below = "base" if ALLOWED[part] >= BASE else "words"
    others = [other for other in SHOWN_ORDER if other in ALLOWED[part]]

    assert f"| `{part}` | {', '.join([below, *others])} |\n" in README


def test_the_configuration_table_lists_every_variable() -> None:
    settings = (PROJECT_ROOT / "lending_core" / "settings.py").read_text("utf-8")
    read = set(re.findall(r"LENDING_[A-Z_]+", settings + MAKEFILE))

    listed = re.findall(r"^\| `(LENDING_[A-Z_]+)` \|", README, re.MULTILINE)

    assert set(listed) == read


def test_every_command_of_the_makefile_says_what_it_does() -> None:
    commands = re.search(r"^\.PHONY: (.+)$", MAKEFILE, re.MULTILINE)

    explained = re.findall(r"^([a-z]+):.*## ", MAKEFILE, re.MULTILINE)

    assert commands is not None
    assert explained == commands[1].split()


def test_every_imported_package_is_pinned() -> None:
    pinned = re.findall(
        r"^([A-Za-z0-9_-]+)(?:\[\w+\])?==",
        "".join(path.read_text("utf-8") for path in PROJECT_ROOT.glob("requirements*.txt")),
        re.MULTILINE,
    )
    names = {name.split(".")[0] for file in sources(PROJECT_ROOT) for _, name in imports(file.tree)}
    foreign = names - sys.stdlib_module_names - OWN
    owners = packages_distributions()

    loose = {
        name
        for name in foreign
        if not {plain(o) for o in owners.get(name, [name])} & set(map(plain, pinned))
    }

    assert loose == set()


def plain(name: str) -> str:
    """A package's name as registries compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()
