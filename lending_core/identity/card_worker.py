"""A process that reads sides of cards: `python -m` this, photographs on its input.

Each order is a line of JSON (side; bytes: how long the photograph is) and the photograph; each
answer a line of JSON: rows (text, confidence), or refused with its facts. It ends with its input.
"""

import json
import os
import sys
from typing import IO, Any

from lending_core.errors import InvalidInput
from lending_core.identity.card_text import SIDES, read_side

# Behind whatever decides: a third of its share of a core that both want.
NICENESS = 5


def work(orders: IO[bytes], answers: IO[bytes]) -> None:
    """Reads what is ordered until there is no more."""
    for line in orders:
        order = json.loads(line)
        answer = _read(order["side"], orders.read(order["bytes"]))
        answers.write(json.dumps(answer).encode() + b"\n")
        answers.flush()


def _read(side: str, photo: bytes) -> dict[str, Any]:
    try:
        rows = read_side(photo, SIDES[side])
    except InvalidInput as refusal:
        return {"refused": refusal.reason, "facts": refusal.facts}
    return {"rows": [[row.text, row.confidence] for row in rows]}


if __name__ == "__main__":
    os.nice(NICENESS)
    # What a library prints goes to the log, not between the answers.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    work(sys.stdin.buffer, answers)
