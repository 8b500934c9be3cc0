"""The command line: `python -m lending_core <command>`. Each command imports what it needs."""

import argparse
import sys
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from lending_core import (
    access_commands,
    api_commands,
    book_commands,
    lake_commands,
    ledger_commands,
)
from lending_core.command import Command, no_arguments, progress_bar
from lending_core.dates import month_start
from lending_core.errors import InvalidInput, LendingError

EXIT_REFUSED = 2


def _schedule(_: argparse.Namespace) -> None:
    from lending_core.products.schedule import schedule
    from lending_core.products.terms_document import read_terms, write_schedule

    loan = read_terms(sys.stdin.buffer.read())
    print(write_schedule(schedule(loan.terms, loan.events)))


def _migrate(_: argparse.Namespace) -> None:
    from lending_core.operations.console import open_console
    from lending_core.operations.encrypting import encrypt_books
    from lending_core.operations.rebuilding import needs_rebuilding, rebuild
    from lending_core.settings import from_environment

    with progress_bar("Encrypting", "table") as show:
        encrypt_books(from_environment(), at=datetime.now(UTC), progress=show)
    store = open_console(from_environment())
    try:
        if needs_rebuilding(store):
            with progress_bar("Closing days", "month") as show:
                rebuild(store, at=datetime.now(UTC), progress=show)
    finally:
        store.close()


def _simulation_size(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--customers", type=int, default=20_000, help="how many people and shops")
    parser.add_argument("--months", type=int, default=24, help="how long a history")
    parser.add_argument("--seed", type=int, default=42, help="the same seed gives the same book")
    parser.add_argument(
        "--until", type=date.fromisoformat, help="last day of the history; the last month's end"
    )
    parser.add_argument("--replace", action="store_true", help="discard the book that is there")


def _simulate(arguments: argparse.Namespace) -> None:
    from lending_core.operations.demonstration import SimulationPlan, build_book
    from lending_core.settings import from_environment

    until_on = arguments.until or month_start(datetime.now(UTC).date()) - timedelta(days=1)
    plan = SimulationPlan(arguments.customers, arguments.months, arguments.seed, until_on)
    with progress_bar("Simulating", "month") as show:
        build_book(from_environment(), plan, replace=arguments.replace, progress=show)


def _last_day(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--date", type=date.fromisoformat, required=True, help="the last day to close: 2026-11-21"
    )


def _close(arguments: argparse.Namespace) -> None:
    from lending_core.access.permissions import SYSTEM
    from lending_core.operations.catching_up import close_through
    from lending_core.operations.console import book, open_console
    from lending_core.operations.day_reports import days_to_close, house_date
    from lending_core.settings import from_environment

    at = datetime.now(UTC)
    store = open_console(from_environment())
    try:
        days_to_close(book(store), arguments.date, house_date(at))
        with progress_bar("Closing", "day") as show:
            close_through(store, SYSTEM, arguments.date, at=at, progress=show)
    finally:
        store.close()


def _shocks(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--months", type=int, default=12, help="how many months ahead")
    parser.add_argument("--futures", type=int, default=2, help="how many futures of each economy")


def _warnings_back_test(arguments: argparse.Namespace) -> None:
    import json

    from lending_core.access.permissions import SYSTEM
    from lending_core.operations.console import open_console
    from lending_core.operations.warning_back_test import (
        BackTestOrder,
        newest_back_test,
        run_back_test,
    )
    from lending_core.settings import from_environment

    order, settings = BackTestOrder(arguments.months, arguments.futures), from_environment()
    store = open_console(settings)
    try:
        with progress_bar("Trying out", "month") as show:
            run_back_test(
                store,
                SYSTEM,
                order,
                settings,
                at=datetime.now(UTC),
                progress=lambda done, months: show(done, months, ""),
            )
        found = newest_back_test(store, SYSTEM)
    finally:
        store.close()
    print(json.dumps(found[1].to_dicts() if found else [], indent=1))


def _card_count(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--cards", type=int, default=100, help="how many specimen cards")


def _card_trial(arguments: argparse.Namespace) -> None:
    from collections import Counter

    from tqdm import tqdm

    from lending_core.identity.card_trial import outcome, photographed

    on = datetime.now(UTC).date()
    outcomes: Counter[str] = Counter()
    seconds = 0.0
    for card, photo in tqdm(photographed(arguments.cards), total=arguments.cards, unit="card"):
        began = time.perf_counter()
        outcomes[outcome(card, photo, on=on)] += 1
        seconds += time.perf_counter() - began
    for name, count in outcomes.most_common():
        print(f"{name:24}{count:6}")
    print(f"{'seconds a card':24}{seconds / max(arguments.cards, 1):6.2f}")


def _own_file(parser: argparse._ActionsContainer, *, is_required: bool) -> None:
    parser.add_argument(
        "--file", type=Path, required=is_required, help="a CSV or Parquet file of your own"
    )
    parser.add_argument(
        "--mapping", type=Path, required=is_required, help="what its columns mean: a TOML file"
    )


def _training(parser: argparse.ArgumentParser) -> None:
    own = parser.add_argument_group("on a file")
    _own_file(own, is_required=False)
    own.add_argument("--challenger", action="store_true", help="train a challenger beside it")
    own.add_argument("--folds", type=int, default=5, help="rows are tested in so many parts")
    own.add_argument("--seed", type=int, default=1, help="the same seed deals the same parts")
    own.add_argument("--out", type=Path, help="where to write the scorecard of all rows")
    book = parser.add_argument_group("on the book, without --file")
    book.add_argument("--kind", choices=("scorecard", "challenger"), default="scorecard")
    book.add_argument("--days-past-due", type=int, help="late from here on is bad")
    book.add_argument("--grey-from-days", type=int, help="late from here on is not good either")
    book.add_argument("--window-months", type=int, help="how long a loan may turn bad")
    book.add_argument("--out-of-time-months", type=int, help="newest months that only test")
    book.add_argument("--by", default="risk_maker", help="the account that trains, not signs off")
    book.add_argument("--reject-inference", help="off, fuzzy or parcelling")


def _train(arguments: argparse.Namespace) -> None:
    if arguments.file is None:
        _train_on_book(arguments)
        return
    if arguments.mapping is None:
        raise InvalidInput("mapping_missing")
    _train_on_file(arguments)


def _train_on_book(arguments: argparse.Namespace) -> None:
    from dataclasses import replace

    from lending_core.operations.console import open_console
    from lending_core.operations.model_report import report
    from lending_core.operations.model_training import TrainingOrder, train_model
    from lending_core.operations.models import model_row
    from lending_core.operations.signing_in import person_named
    from lending_core.scoring.model_card import from_json
    from lending_core.scoring.plan import house_plan
    from lending_core.scoring.standards import target
    from lending_core.settings import from_environment

    def chosen(*names: str) -> dict[str, Any]:
        given = {name: getattr(arguments, name) for name in names}
        return {name: value for name, value in given.items() if value is not None}

    bad = chosen("days_past_due", "grey_from_days", "window_months")
    plan = replace(
        house_plan(),
        target=replace(target(), **bad),
        **chosen("out_of_time_months", "reject_inference"),
    )
    store = open_console(from_environment())
    try:
        with progress_bar("Training", "step") as show:
            version = train_model(
                store,
                person_named(store, arguments.by),
                TrainingOrder(arguments.kind, plan),
                at=datetime.now(UTC),
                progress=lambda done, of: show(done, of, arguments.kind),
            )
        print(f"model {version}, in development\n")
        print(report(from_json(model_row(store, version)["model_card"])))
    finally:
        store.close()


def _train_on_file(arguments: argparse.Namespace) -> None:
    from lending_core.operations.own_data import (
        OwnTraining,
        read_own_mapping,
        train_on_file,
        write_models,
    )

    order = OwnTraining(
        arguments.file,
        read_own_mapping(arguments.mapping),
        with_challenger=arguments.challenger,
        folds=arguments.folds,
        seed=arguments.seed,
    )
    with progress_bar("Training", "step") as show:
        report, models = train_on_file(order, progress=show)
    print(report)
    if arguments.out:
        write_models(models, arguments.out)


def _scoring(parser: argparse.ArgumentParser) -> None:
    _own_file(parser, is_required=True)
    parser.add_argument("--model", type=Path, required=True, help="what train --out wrote")
    parser.add_argument("--out", type=Path, required=True, help="where to write scores, as CSV")


def _score(arguments: argparse.Namespace) -> None:
    from lending_core.operations.own_data import read_own_mapping, read_own_model, score_file

    mapping, model = read_own_mapping(arguments.mapping), read_own_model(arguments.model)
    scored = score_file(arguments.file, mapping, model)
    scored.write_csv(arguments.out)
    print(f"{scored.height} rows scored: {arguments.out}")


def _tape(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="a loan tape: CSV, Parquet or Excel (.xlsx)")
    parser.add_argument("--mapping", type=Path, required=True, help="what its columns mean: TOML")
    parser.add_argument("--book", required=True, help="the name that the book is given")
    parser.add_argument("--payments", type=Path, help="a second file, of payments")
    parser.add_argument("--replace", action="store_true", help="discard the book of that name")
    parser.add_argument("--rejects", type=Path, help="where to write the rejected rows, as CSV")


def _import(arguments: argparse.Namespace) -> None:
    from lending_core.operations.tape_command import ImportWords, import_file
    from lending_core.settings import from_environment

    words = ImportWords(
        file=arguments.file,
        mapping=arguments.mapping,
        book=arguments.book,
        payments=arguments.payments,
        replace=arguments.replace,
        rejects=arguments.rejects,
    )
    with progress_bar("Importing", "row") as show:
        report = import_file(from_environment(), words, at=datetime.now(UTC), progress=show)
    print(report)


COMMANDS = (
    Command(
        "migrate",
        "create the database of LENDING_DATABASE, or bring its tables up to date",
        no_arguments,
        _migrate,
    ),
    Command(
        "simulate",
        "simulate borrowers and run a book of them through the real engines",
        _simulation_size,
        _simulate,
    ),
    Command(
        "close",
        "close every day that is still open up to a date, one after the other",
        _last_day,
        _close,
    ),
    Command(
        "import",
        "import a loan tape as a book of its own, and say how rows and sums reconcile",
        _tape,
        _import,
    ),
    Command(
        "card-trial",
        "photograph specimen ID cards badly, read them, and print what became of each",
        _card_count,
        _card_trial,
    ),
    Command(
        "train",
        "train a model on the book or on a file of your own, and print how well it does",
        _training,
        _train,
    ),
    Command(
        "score",
        "score a file of your own by a model that train wrote",
        _scoring,
        _score,
    ),
    Command(
        "schedule",
        "print the repayment schedule of the loan whose terms stand on standard input as JSON",
        no_arguments,
        _schedule,
    ),
    Command(
        "warnings-back-test",
        "run months ahead with and without shocks on copies of the book, and print as JSON how "
        "early each rule of early warning fired, and how often falsely",
        _shocks,
        _warnings_back_test,
    ),
    *book_commands.COMMANDS,
    *access_commands.COMMANDS,
    *api_commands.COMMANDS,
    *ledger_commands.COMMANDS,
    *lake_commands.COMMANDS,
)


def main(words: list[str] | None = None) -> int:
    """Runs one command; 0, or 2 after a refusal, whose sentence goes to standard error."""
    parser = argparse.ArgumentParser(prog="python -m lending_core")
    commands = parser.add_subparsers(metavar="command", required=True)
    for command in COMMANDS:
        added = commands.add_parser(command.name, help=command.help, description=command.help)
        command.add_arguments(added)
        added.set_defaults(run=command.run)
    arguments = parser.parse_args(words)
    try:
        arguments.run(arguments)
    except LendingError as refusal:
        print(refusal, file=sys.stderr)
        return EXIT_REFUSED
    return 0


if __name__ == "__main__":
    sys.exit(main())
