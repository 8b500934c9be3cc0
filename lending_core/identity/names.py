"""Names as people type and cards print them: one spelling for comparing."""

import re
import unicodedata

from lending_core.errors import InvalidInput

NAME_LENGTH_MAX = 50
# Minority names join their parts with a dot for which keyboards offer several characters.
# A shop is entered as its trading name with its operator in brackets.
_OPERATOR = re.compile(r"\((.+)\)$")
_DOTS = re.compile(r"[·•‧・．.∙]")


def normal_name(text: str) -> str:
    """The name without spaces, in its one width and with one kind of middle dot."""
    joined = re.sub(r"\s", "", _DOTS.sub("·", text))
    return _DOTS.sub("·", unicodedata.normalize("NFKC", joined))


def read_name(text: str) -> str:
    """The normal name. Raises `InvalidInput` when nothing is left or it is far too long."""
    name = normal_name(text)
    if not 2 <= len(name) <= NAME_LENGTH_MAX:
        raise InvalidInput("name_shape", maximum=NAME_LENGTH_MAX)
    return name


def holder_name(text: str) -> str:
    """The person behind a name: of `商号（王小明）` the part in brackets, else the whole."""
    name = normal_name(text)
    operator = _OPERATOR.search(name)
    return operator.group(1) if operator else name


def is_same_name(one: str, other: str) -> bool:
    """Whether two spellings are of the same name."""
    return normal_name(one) == normal_name(other)
