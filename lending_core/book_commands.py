"""Commands over a book, this house's or an imported one: reports as JSON on standard output."""

import argparse
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from lending_core.command import Command
from lending_core.errors import InvalidInput


def _cohorts(parser: argparse.ArgumentParser) -> None:
    _which_book(parser)
    parser.add_argument("--by", choices=("month", "quarter"), default="month", help="of lending")
    parser.add_argument(
        "--measure", choices=("ever30", "ever90", "default"), default="default", help="what is bad"
    )
    parser.add_argument("--weight", choices=("count", "amount"), default="count")
    parser.add_argument(
        "--known",
        choices=("then", "now"),
        default="then",
        help="as each month end was known then, or restated by what was recorded later",
    )
    _which_loans(parser)


def _vintage(arguments: argparse.Namespace) -> None:
    from lending_core.access.permissions import SYSTEM
    from lending_core.operations.cohort_queries import Part
    from lending_core.operations.cohort_reports import vintage_report
    from lending_core.operations.vintages import Asked

    asked = Asked(
        measure=arguments.measure, part=Part(where=arguments.where), known=arguments.known
    )
    with _store_of(arguments.book) as store:
        _say(vintage_report(store, SYSTEM, asked, arguments.by, arguments.weight))


def _rolls(parser: argparse.ArgumentParser) -> None:
    _which_book(parser)
    parser.add_argument("--by", choices=("month",), help="each month on its own; without: overall")
    _which_loans(parser)


def _roll_rates(arguments: argparse.Namespace) -> None:
    from lending_core.access.permissions import SYSTEM
    from lending_core.operations.cohort_reports import roll_report

    with _store_of(arguments.book) as store:
        _say(roll_report(store, SYSTEM, arguments.where, by_month=arguments.by == "month"))


def _day(parser: argparse.ArgumentParser) -> None:
    _which_book(parser)
    parser.add_argument(
        "--as-of", type=date.fromisoformat, help="the newest month end kept up to this day"
    )
    _as_json(parser)


def _summary(arguments: argparse.Namespace) -> None:
    from lending_core.access.permissions import SYSTEM
    from lending_core.operations.cohort_reports import summary_report

    with _store_of(arguments.book) as store:
        _say(summary_report(store, SYSTEM, arguments.as_of))


def _policy(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--policy", type=Path, required=True, help="a policy as TOML")
    _as_json(parser)


def _replay(arguments: argparse.Namespace) -> None:
    from lending_core.access.permissions import SYSTEM
    from lending_core.operations.deciding import policy_in_force
    from lending_core.operations.policy_evidence import replay_evidence
    from lending_core.operations.policy_life import check_fit
    from lending_core.policy.document import read_policy

    try:
        draft = read_policy(arguments.policy.read_text("utf-8"))
    except (OSError, UnicodeDecodeError):
        path = arguments.policy.name
        raise InvalidInput("document_unreadable", path=path) from None
    check_fit(draft)
    with _store_of(None) as store:
        print(replay_evidence(store, SYSTEM, policy_in_force(store), draft))


def _which_book(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--book", help="an imported book; without: what this house lent")


def _which_loans(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--where", help="an expression over columns of a loan and a tape's own segments"
    )
    _as_json(parser)


def _as_json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="said for clearness: always JSON")


@contextmanager
def _store_of(name: str | None) -> Iterator[Any]:
    from lending_core.operations.console import open_console
    from lending_core.operations.tape_books import open_book
    from lending_core.settings import from_environment

    settings = from_environment()
    store = open_console(settings) if name is None else open_book(settings, name)
    try:
        yield store
    finally:
        store.close()


def _say(report: Any) -> None:
    print(json.dumps(report, ensure_ascii=False, allow_nan=False))


COMMANDS = (
    Command(
        "vintage", "what share of each cohort's loans went bad by each month", _cohorts, _vintage
    ),
    Command("roll-rates", "where the loans of each stage stand a month later", _rolls, _roll_rates),
    Command("summary", "balance, stages and lateness of a book on a day", _day, _summary),
    Command(
        "replay",
        "what a policy would have done with all past applications, beside the one in force",
        _policy,
        _replay,
    ),
)
