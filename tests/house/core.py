"""Rules for the whole product: who imports whom, what no code may reach for, how large a file is.

Each rule yields `path:line: what is wrong. How to mend it`.
"""

import ast
import re
from collections.abc import Iterator

from tests.house.source import Rule, Source, is_in, part_of

WORDS = {
    *("money", "dates", "errors", "settings", "mapping", "workbook", "spreadsheets", "command"),
}
BASE = WORDS | {"ledger", "access"}

# The borrower's journey: an area may know the areas before it, never one after it.
JOURNEY = (
    "products",
    "identity",
    "scoring",
    "policy",
    "funding",
    "servicing",
    "portfolio",
    "compliance",
)
AREAS = set(JOURNEY)

# Who may import whom, beside itself; a part that is missing here may import nothing of ours.
# A new arrow is a line in a diff: say why in the message of its commit.
ALLOWED: dict[str, set[str]] = {
    **dict.fromkeys(WORDS, WORDS),
    "ledger": WORDS,
    "access": WORDS,
    "products": BASE,
    "identity": BASE,
    "scoring": BASE | {"products", "identity"},
    "policy": BASE | {"products", "identity", "scoring"},
    "funding": BASE | {"products"},
    "servicing": BASE | {"products"},
    "portfolio": BASE | {"products", "scoring", "funding", "servicing"},
    "compliance": BASE | set(JOURNEY[:-1]),
    "simulate": BASE | {"products", "identity"},
    "store": BASE,
    "operations": BASE | AREAS | {"store", "simulate"},
    "__main__": BASE
    | AREAS
    | {"operations", "simulate", "book_commands", "access_commands", "api_commands"}
    | {"ledger_commands", "lake_commands"},
    "book_commands": BASE | AREAS | {"operations"},
    "access_commands": BASE | AREAS | {"operations"},
    "api_commands": BASE | AREAS | {"operations"},
    "ledger_commands": BASE | AREAS | {"operations"},
    "lake_commands": BASE | AREAS | {"operations"},
    "pages.ui": BASE | AREAS | {"operations"},
    "pages": BASE | AREAS | {"operations", "pages.ui"},
    "app": BASE | AREAS | {"operations", "pages.ui"},
    "api": BASE | AREAS | {"operations"},
    "examples": BASE | {"identity"},
    "server": BASE | {"app", "api", "identity", "pages.ui"},
}

# What runs a function of ours in the threads of the frames.
PYTHON_IN_FRAMES = {"map_elements", "map_batches", "map_groups", "map_rows"}

# Where a library may be imported; libraries that are not listed are free.
HOME_OF_LIBRARY = {
    "fastapi": ("api/*",),
    "duckdb": ("lending_core/store/*",),
    "duckdb_extensions": ("lending_core/store/*",),
    "pyspark": ("lending_core/store/*",),
    "plotly": ("pages/ui/*",),
    "streamlit": ("app.py", "server.py", "pages/*"),
    # Randomness is an argument (a numpy Generator), so that a run can be repeated.
    "random": (),
}

CLOCK = {"today", "now", "utcnow"}
MONOTONIC_CLOCK = {"monotonic", "monotonic_ns", "perf_counter", "perf_counter_ns"}
WALL_CLOCK = {"time", "time_ns", "localtime", "gmtime"}
EDGE = (
    "app.py",
    "server.py",
    "lending_core/__main__.py",
    "lending_core/access_commands.py",
    "lending_core/api_commands.py",
    "lending_core/lake_commands.py",
    "lending_core/ledger_commands.py",
    "pages/ui/session.py",
    "examples/*.py",
)

# Files where every number is money or a rate: whole fen, exact decimals and fractions only.
MONEY_FILES = (
    "lending_core/money.py",
    "lending_core/products/*",
    "lending_core/funding/*",
    "lending_core/servicing/*",
    "lending_core/policy/compile*",
)
# Rates of return and the prices of limits are found by search; nobody is paid by them.
ESTIMATES = ("lending_core/products/cost*", "lending_core/funding/relaxation*")

FILE_LINES, PAGE_LINES, QUERY_LINES = 400, 120, 80


def imports(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Line and full name of each import; `from a import b` counts as `a.b`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def arrows_point_one_way(source: Source) -> Iterator[str]:
    if is_in(source.path, "tests/*", "*.sql"):
        return
    # A screen may not import another screen, so `pages` is not allowed itself.
    allowed = ALLOWED.get(source.part, set()) | {source.part} - {"pages"}
    for line, name in imports(source.tree):
        if (
            name.split(".")[0] in {"lending_core", "pages", "app", "api"}
            and part_of(name) not in allowed
        ):
            yield (
                f"{source.path}:{line}: {source.part} may not import {part_of(name)}. "
                "Move the shared part to an area before both, or pass it in as an argument"
            )


def imports_are_absolute(source: Source) -> Iterator[str]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ImportFrom) and node.level > 0:
            yield f"{source.path}:{node.lineno}: relative import. Write the full name"


def libraries_stay_at_home(source: Source) -> Iterator[str]:
    if is_in(source.path, "tests/*"):
        return
    for line, name in imports(source.tree):
        homes = HOME_OF_LIBRARY.get(name.split(".")[0])
        if homes is not None and not is_in(source.path, *homes):
            where = " or ".join(homes) or "no file of the product"
            yield f"{source.path}:{line}: {name} belongs in {where}. Ask that part for the result"


def time_is_an_argument(source: Source) -> Iterator[str]:
    if is_in(source.path, *EDGE, "tests/*"):
        return
    forbidden = WALL_CLOCK if is_in(source.path, "pages/*") else WALL_CLOCK | MONOTONIC_CLOCK
    for line, name in imports(source.tree):
        if name in {f"time.{clock}" for clock in forbidden}:
            yield f"{source.path}:{line}: {name} is a clock. Take the time as an argument"
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner, name = ast.unparse(node.func.value), node.func.attr
            is_clock = (name in CLOCK and owner != "session") or (
                owner == "time" and name in forbidden
            )
            if is_clock:
                yield (
                    f"{source.path}:{node.lineno}: {owner}.{name}() reads the clock. Take the time "
                    "as an argument; a page takes it from session"
                )


def chance_is_an_argument(source: Source) -> Iterator[str]:
    if is_in(source.path, *EDGE, "tests/*"):
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and not node.args and not node.keywords:
            name = ast.unparse(node.func)
            if name.endswith(("default_rng", "uuid4", "uuid1")):
                yield f"{source.path}:{node.lineno}: {name}() is chance. Take a seeded Generator"


def frames_run_no_python(source: Source) -> Iterator[str]:
    """A thread of the frames that runs Python waits for the interpreter, and a step that holds the
    interpreter (a frame on its way to a table) waits for that thread: the server stands still."""
    if source.path.startswith("tests/"):
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute) and node.attr in PYTHON_IN_FRAMES:
            yield (
                f"{source.path}:{node.lineno}: {node.attr} runs Python inside a frame, which can "
                "stop the whole server. Use an expression, or make a Series from a list"
            )


def money_is_never_float(source: Source) -> Iterator[str]:
    if not is_in(source.path, *MONEY_FILES) or is_in(source.path, *ESTIMATES):
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Constant | ast.Name | ast.Attribute) and is_float(node):
            yield (
                f"{source.path}:{node.lineno}: {ast.unparse(node)} in money code. "
                "Use whole fen, Decimal or Fraction, and money.divide_round"
            )


def is_float(node: ast.Constant | ast.Name | ast.Attribute) -> bool:
    """A float literal, the name `float`, or a type such as `pl.Float64`."""
    match node:
        case ast.Constant(value=float()) | ast.Name(id="float"):
            return True
        case ast.Attribute(attr=name):
            return name.lower().startswith("float")
    return False


def modules_say_what_they_are_for(source: Source) -> Iterator[str]:
    if source.path.endswith(".py") and not ast.get_docstring(source.tree):
        yield f"{source.path}:1: no docstring. Say in one line what the module is for"


def files_are_small(source: Source) -> Iterator[str]:
    limit = PAGE_LINES if source.is_page else FILE_LINES
    lines = len(source.text.splitlines())
    if source.path.endswith(".py") and lines > limit:
        yield f"{source.path}:{lines}: more than {limit} lines. Split it where the subject changes"


def nothing_is_left_for_later(source: Source) -> Iterator[str]:
    for number, line in enumerate(source.text.splitlines(), 1):
        if re.search(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X)\b", line):
            yield f"{source.path}:{number}: a note for later. Do it, or file it as an issue"


def queries_state_their_grain(source: Source) -> Iterator[str]:
    if not is_in(source.path, "lending_core/store/queries/*.sql"):
        return
    lines = source.text.splitlines()
    if not lines or not re.match(r"-- (One row|No row)", lines[0]):
        yield f"{source.path}:1: no grain. Begin with a comment `-- One row per ...`"
    if len(lines) > QUERY_LINES:
        yield f"{source.path}:{QUERY_LINES}: more than {QUERY_LINES} lines. Split the question"


def tables_state_their_grain(source: Source) -> Iterator[str]:
    if not is_in(source.path, "lending_core/store/migrations/*.sql"):
        return
    lines = source.text.splitlines()
    for number, (before, line) in enumerate(zip(["", *lines], lines, strict=False), 1):
        if line.startswith("create table") and not before.startswith("--"):
            yield f"{source.path}:{number}: no grain. Put `-- One row per ...` above the table"


def sql_asks_no_clock(source: Source) -> Iterator[str]:
    if not source.path.endswith(".sql"):
        return
    clock = r"\b(current_date|current_timestamp|now\(|today\(|random\()"
    for number, line in enumerate(source.text.splitlines(), 1):
        if re.search(clock, line.lower()):
            yield f"{source.path}:{number}: reads the clock or chance. Take a named parameter"


CORE_RULES: tuple[Rule, ...] = (
    arrows_point_one_way,
    imports_are_absolute,
    libraries_stay_at_home,
    time_is_an_argument,
    chance_is_an_argument,
    frames_run_no_python,
    money_is_never_float,
    modules_say_what_they_are_for,
    files_are_small,
    nothing_is_left_for_later,
    queries_state_their_grain,
    tables_state_their_grain,
    sql_asks_no_clock,
)
