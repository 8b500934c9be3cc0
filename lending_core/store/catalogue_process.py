"""Work on a catalogue in a process of its own: the engine's client of PostgreSQL ends its process
where the server breaks off in the middle of a transaction, and must end nothing else."""

import multiprocessing
import os
import traceback
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any, TypeVar

from lending_core.errors import InvalidState, LendingError
from lending_core.store.catalogue_address import CatalogueAddress

_Found = TypeVar("_Found")


def apart(work: Callable[..., _Found], address: CatalogueAddress, *arguments: Any) -> _Found:
    """What a call with an address and more answers, in a process of its own. Raises what it
    refuses, and `InvalidState` where the process was lost over it."""
    processes = multiprocessing.get_context("spawn")
    ours, theirs = processes.Pipe(duplex=False)
    process = processes.Process(target=_work, args=(theirs, work, address, *arguments), daemon=True)
    process.start()
    theirs.close()
    try:
        kind, answer = ours.recv()
    except EOFError:
        raise InvalidState("catalogue_lost", catalogue=address) from None
    finally:
        process.join()
    if kind is None:
        found: _Found = answer
        return found
    if kind is RuntimeError:
        raise RuntimeError(answer)
    raise kind(answer.pop("reason"), **answer)


def _work(pipe: Connection, work: Callable[..., object], *arguments: Any) -> None:
    # What the client writes as it ends is no sentence for anybody.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    try:
        pipe.send((None, work(*arguments)))
    except LendingError as refusal:
        pipe.send((type(refusal), {"reason": refusal.reason, **refusal.facts}))
    except Exception:
        pipe.send((RuntimeError, traceback.format_exc()))
