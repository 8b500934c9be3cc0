"""The house keeps its rules, and each rule notices what it is there for."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from lending_core.settings import PROJECT_ROOT
from tests.house.core import ALLOWED, CORE_RULES, JOURNEY
from tests.house.screens import SCREEN_RULES
from tests.house.source import Rule, Source, sources

RULES = (*CORE_RULES, *SCREEN_RULES)


@pytest.fixture(scope="module")
def house() -> list[Source]:
    """Every file of the house, read once for all rules."""
    return list(sources(PROJECT_ROOT))


def breaches(house: Iterable[Source], *rules: Rule) -> Iterator[str]:
    """What the rules find in files."""
    for source in house:
        for rule in rules:
            yield from rule(source)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_house_keeps_its_rule(house: list[Source], rule: Rule) -> None:
    found = list(breaches(house, rule))

    assert not found, "\n" + "\n".join(found)


def test_no_arrow_of_the_journey_points_back() -> None:
    back = [
        (earlier, later)
        for place, earlier in enumerate(JOURNEY)
        for later in JOURNEY[place:]
        if later in ALLOWED[earlier]
    ]

    assert back == []


def test_only_operations_reach_the_store() -> None:
    reaching = {part for part, allowed in ALLOWED.items() if "store" in allowed}

    assert reaching == {"operations"}


PAGE = '"""A page."""\n\nsession.require(Permission.LOOK)\n'
PLANTED = {
    "an area imports a later one": (
        "lending_core/products/a.py",
        '"""A."""\nfrom lending_core.policy import compile\n',
        "products may not import policy",
    ),
    "an area imports the store": (
        "lending_core/funding/a.py",
        '"""A."""\nimport lending_core.store.engine\n',
        "funding may not import store",
    ),
    "a shared word imports an area": (
        "lending_core/money.py",
        '"""A."""\nfrom lending_core.products import catalogue\n',
        "money may not import products",
    ),
    "a part imported by its bare name": (
        "lending_core/scoring/a.py",
        '"""A."""\nfrom lending_core import operations\n',
        "scoring may not import operations",
    ),
    "a frame runs Python": (
        "pages/ui/tables.py",
        '"""A."""\nnames = pl.col("by").map_elements(named)\n',
        "map_elements runs Python inside a frame",
    ),
    "the core imports a screen": (
        "lending_core/operations/a.py",
        '"""A."""\nfrom pages.ui import text\n',
        "operations may not import pages.ui",
    ),
    "a part that no table names": (
        "lending_core/helpers/a.py",
        '"""A."""\nfrom lending_core import money\n',
        "helpers may not import money",
    ),
    "a page imports the store": (
        "pages/book/a.py",
        PAGE + "import lending_core.store\n",
        "pages may not import store",
    ),
    "a page imports another page": (
        "pages/book/a.py",
        PAGE + "from pages.risk import scores\n",
        "pages may not import pages",
    ),
    "a page imports the simulation": (
        "pages/book/a.py",
        PAGE + "from lending_core.simulate import book\n",
        "pages may not import simulate",
    ),
    "a relative import": (
        "lending_core/policy/a.py",
        '"""A."""\nfrom ..store import engine\n',
        "relative import",
    ),
    "duckdb outside the store": (
        "lending_core/portfolio/a.py",
        '"""A."""\nimport duckdb\n',
        "duckdb belongs in lending_core/store/*",
    ),
    "streamlit in the core": (
        "lending_core/operations/a.py",
        '"""A."""\nimport streamlit as st\n',
        "streamlit belongs in app.py or server.py or pages/*",
    ),
    "plotly in a page": (
        "pages/risk/a.py",
        PAGE + "import plotly.graph_objects as go\n",
        "plotly.graph_objects belongs in pages/ui/*",
    ),
    "today in an area": (
        "lending_core/servicing/a.py",
        '"""A."""\nfrom datetime import date\n\nDAY = date.today()\n',
        "date.today() reads the clock",
    ),
    "now in a page": (
        "pages/risk/a.py",
        PAGE + "at = datetime.now(UTC)\n",
        "datetime.now() reads the clock",
    ),
    "the wall clock in an operation": (
        "lending_core/operations/a.py",
        '"""A."""\nimport time\n\nSTART = time.time()\n',
        "time.time() reads the clock",
    ),
    "the wall clock imported by name": (
        "lending_core/operations/a.py",
        '"""A."""\nfrom time import perf_counter\n',
        "time.perf_counter is a clock",
    ),
    "unseeded chance": (
        "lending_core/simulate/a.py",
        '"""A."""\nimport numpy as np\n\nRNG = np.random.default_rng()\n',
        "np.random.default_rng() is chance",
    ),
    "the module of chance": (
        "lending_core/simulate/a.py",
        '"""A."""\nimport random\n',
        "random belongs in no file of the product",
    ),
    "a float literal in money code": (
        "lending_core/money.py",
        '"""A."""\n\nHALF = 0.5\n',
        "0.5 in money code",
    ),
    "a conversion to float in money code": (
        "lending_core/servicing/waterfall.py",
        '"""A."""\n\nSHARE = float("1")\n',
        "float in money code",
    ),
    "a float type in money code": (
        "lending_core/products/schedule_batch.py",
        '"""A."""\nimport polars as pl\n\nKIND = pl.Float64\n',
        "pl.Float64 in money code",
    ),
    "no docstring": ("lending_core/access/a.py", "A = 1\n", "no docstring"),
    "a long file": ("tests/test_a.py", '"""A."""\n' + "A = 1\n" * 400, "more than 400 lines"),
    "a long page": ("pages/book/a.py", PAGE + "A = 1\n" * 120, "more than 120 lines"),
    "a note for later": (
        "lending_core/access/a.py",
        '"""A."""\n# TO' + "DO: roles\n",
        "a note for later",
    ),
    "a query without grain": (
        "lending_core/store/queries/a.sql",
        "select 1\n",
        "no grain",
    ),
    "a long query": (
        "lending_core/store/queries/a.sql",
        "-- One row per loan.\n" + "--\n" * 80,
        "more than 80 lines",
    ),
    "a table without grain": (
        "lending_core/store/migrations/0001_a.sql",
        "-- The facts.\n\ncreate table loan (loan_id bigint);\n",
        "no grain",
    ),
    "a query that reads the clock": (
        "lending_core/store/queries/a.sql",
        "-- One row per loan.\nselect current_date\n",
        "reads the clock or chance",
    ),
    "a script directly in pages": (
        "pages/a.py",
        PAGE,
        "opens by URL without sign-in",
    ),
    "a page without permission": (
        "pages/book/a.py",
        '"""A page."""\n\nst.title(t("book.title"))\nsession.require(Permission.LOOK)\n',
        "asks for no permission",
    ),
    "a cache in a page": (
        "pages/book/a.py",
        PAGE + "rows = st.cache_data(load)\n",
        "cache_data in a page",
    ),
    "session state in a page": (
        "pages/book/a.py",
        PAGE + 'chosen = st.session_state["loan"]\n',
        "session_state in a page",
    ),
    "injected HTML": (
        "pages/book/a.py",
        PAGE + "st.markdown(body, unsafe_allow_html=True)\n",
        "unsafe_allow_html",
    ),
    "SQL in a page": (
        "pages/book/a.py",
        PAGE + 'rows = read("select loan_id\\nfrom loan")\n',
        "SQL in a page",
    ),
    "a page that swallows bugs": (
        "pages/book/a.py",
        PAGE + "try:\n    step()\nexcept Exception:\n    pass\n",
        "catches more than LendingError",
    ),
    "text in a page": (
        "pages/book/a.py",
        PAGE + 'st.title("Overdue loans")\n',
        '"Overdue loans" is visible text',
    ),
    "text put together in a page": (
        "pages/book/a.py",
        PAGE + 'left.metric(t("x"), 1, help=f"of {total} loans")\n',
        '" loans" is visible text',
    ),
    "text as one of two": (
        "pages/ui/tables.py",
        '"""A."""\nst.caption("late" if late else t("x"))\n',
        '"late" is visible text',
    ),
    "text as a choice": (
        "app.py",
        '"""A."""\nst.radio(t("x"), ["day", "month"])\n',
        '"day" is visible text',
    ),
}


@pytest.mark.parametrize(("path", "text", "expected"), PLANTED.values(), ids=PLANTED.keys())
def test_a_planted_breach_is_found(path: str, text: str, expected: str, tmp_path: Path) -> None:
    plant(tmp_path, path, text)

    found = list(breaches(sources(tmp_path), *RULES))

    assert [expected in finding for finding in found].count(True) >= 1, found


SOUND = {
    "an area knows the areas before it and the shared words": (
        "lending_core/policy/a.py",
        '"""A."""\nfrom lending_core import dates\nfrom lending_core.scoring import scorecard\n',
    ),
    "operations run the simulation": (
        "lending_core/operations/a.py",
        '"""A."""\nfrom lending_core.simulate import book\nfrom lending_core.store import engine\n',
    ),
    "the command line reads the clock": (
        "lending_core/__main__.py",
        '"""A."""\nfrom datetime import UTC, datetime\n\nAT = datetime.now(UTC)\n',
    ),
    "a page shows elapsed time, icons and symbols": (
        "pages/book/a.py",
        PAGE + 'st.metric(t("x"), "—", help=t("y"))\nst.badge(":material/check:")\n'
        "took = time.perf_counter() - start\nat = session.now()\n",
    ),
    "a page keeps its permission's actor and shows refusals": (
        "pages/book/a.py",
        '"""A page."""\n\nimport streamlit as st\n\nactor = session.require(Permission.LOOK)\n'
        "try:\n    step(actor)\nexcept LendingError as refusal:\n    st.error(str(refusal))\n",
    ),
    "choices that a function names": (
        "pages/book/a.py",
        PAGE + 'st.radio(t("x"), ["day", "month"], key="by", format_func=named)\n',
    ),
    "rates of return are not money": (
        "lending_core/products/cost.py",
        '"""A."""\n\nTOLERANCE = 1e-12\n',
    ),
}


@pytest.mark.parametrize(("path", "text"), SOUND.values(), ids=SOUND.keys())
def test_sound_code_is_left_alone(path: str, text: str, tmp_path: Path) -> None:
    plant(tmp_path, path, text)

    found = list(breaches(sources(tmp_path), *RULES))

    assert found == []


def plant(root: Path, path: str, text: str) -> None:
    """Writes one file of a small house."""
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text, "utf-8")
