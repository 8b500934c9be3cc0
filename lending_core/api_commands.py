"""Commands about mini-programs at the HTTP interface: who may ask, and with which token."""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from lending_core.command import Command, no_arguments

if TYPE_CHECKING:
    from lending_core.operations.console import Store


def _mini_program(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", help="small letters, digits and hyphens")
    parser.add_argument("--callback", help="where its webhooks may go: https://host")


def _open_client(arguments: argparse.Namespace) -> None:
    from lending_core.access.permissions import SYSTEM
    from lending_core.operations.api_clients import open_client

    with _store() as store:
        code = open_client(store, SYSTEM, arguments.name, arguments.callback, at=datetime.now(UTC))
    print(f"{code} may be given tokens: python -m lending_core api-token {code}")


def _token(parser: argparse.ArgumentParser) -> None:
    from lending_core.access.clients import Scope, api_rules

    usual = ",".join(scope.value for scope in Scope)
    parser.add_argument("name", help="the mini-program")
    parser.add_argument("--scopes", default=usual, help=f"some of {usual}")
    parser.add_argument(
        "--days", type=int, default=api_rules()["tokens"]["days_default"], help="valid so long"
    )


def _make_token(arguments: argparse.Namespace) -> None:
    from lending_core.access.clients import scopes_of
    from lending_core.access.permissions import SYSTEM
    from lending_core.operations.api_clients import TokenOrder, make_token

    order = TokenOrder(arguments.name, scopes_of(arguments.scopes), arguments.days)
    with _store() as store:
        token = make_token(store, SYSTEM, order, at=datetime.now(UTC))
    print(token)


def _token_number(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("number", type=int, help="as api-tokens lists it")


def _revoke(arguments: argparse.Namespace) -> None:
    from lending_core.access.permissions import SYSTEM
    from lending_core.operations.api_clients import revoke_token

    with _store() as store:
        revoke_token(store, SYSTEM, arguments.number, at=datetime.now(UTC))
    print(f"token {arguments.number} opens nothing any more")


def _list_tokens(_: argparse.Namespace) -> None:
    from lending_core.access.permissions import SYSTEM
    from lending_core.operations.api_clients import tokens

    with _store() as store:
        for row in tokens(store, SYSTEM).rows(named=True):
            until = "revoked" if row["ended_at"] else f"until {row['expires_at']:%Y-%m-%d}"
            scopes = ", ".join(row["scopes"])
            print(f"{row['token_id']:4} {row['client_code']:32} {until:16} {scopes}")


def _address_number(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("number", type=int, help="of the address that is told")


def _change_secret(arguments: argparse.Namespace) -> None:
    from lending_core.access.permissions import SYSTEM
    from lending_core.operations.webhook_care import change_secret

    with _store() as store:
        print(change_secret(store, SYSTEM, arguments.number, at=datetime.now(UTC)))


@contextmanager
def _store() -> "Iterator[Store]":
    from lending_core.operations.console import open_console
    from lending_core.settings import from_environment

    store = open_console(from_environment())
    try:
        yield store
    finally:
        store.close()


COMMANDS = (
    Command(
        "api-client",
        "let a mini-program ask at the HTTP interface",
        _mini_program,
        _open_client,
    ),
    Command(
        "api-token",
        "make a token of a mini-program and print it, once",
        _token,
        _make_token,
    ),
    Command("api-tokens", "list the tokens of mini-programs", no_arguments, _list_tokens),
    Command("api-revoke", "revoke a token", _token_number, _revoke),
    Command(
        "api-webhook-secret",
        "sign news to an address with another secret, which is printed once",
        _address_number,
        _change_secret,
    ),
)
