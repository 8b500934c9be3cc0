"""The files that the rules of the house read: where each lies, its text and its tree."""

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path


@dataclass(frozen=True)
class Source:
    """A tracked file: its path from the top of the repository, text and, for Python, tree."""

    path: str
    text: str
    tree: ast.Module

    @property
    def is_page(self) -> bool:
        """A screen's script: in a folder of `pages/` that is not `ui`."""
        parts = self.path.split("/")
        return parts[0] == "pages" and len(parts) > 2 and not is_in(self.path, "pages/ui/*")

    @property
    def part(self) -> str:
        """The part of the house it belongs to: an area, a shared word, `pages.ui`, `pages`, ..."""
        return part_of(self.path.removesuffix(".py").replace("/", "."))


PATTERNS = (
    *("app.py", "server.py", "lending_core/**/*", "pages/**/*", "api/**/*"),
    *("examples/*.py", "tests/**/*.py"),
)

Rule = Callable[[Source], Iterator[str]]


def sources(root: Path) -> Iterator[Source]:
    """The product's Python and SQL files, and the tests (held to size and markers only)."""
    for pattern in PATTERNS:
        for file in sorted(root.glob(pattern)):
            if file.suffix in {".py", ".sql"}:
                text = file.read_text("utf-8")
                tree = ast.parse(text if file.suffix == ".py" else "")
                yield Source(file.relative_to(root).as_posix(), text, tree)


def is_in(path: str, *patterns: str) -> bool:
    return any(fnmatch(path, pattern) for pattern in patterns)


def part_of(module: str) -> str:
    """`lending_core.products.cost` -> `products`, `pages.risk.scores` -> `pages`."""
    top, *below = module.split(".")
    if top == "lending_core" and below:
        return below[0]
    return "pages.ui" if below[:1] == ["ui"] else top
