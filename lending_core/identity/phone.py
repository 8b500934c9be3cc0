"""Chinese mobile numbers: eleven digits that start with 13 to 19."""

import re

from lending_core.errors import InvalidInput

_MOBILE = re.compile(r"1[3-9][0-9]{9}")


def read_phone(text: str) -> str:
    """The eleven digits; spaces, hyphens and the country code +86 are dropped.

    Raises `InvalidInput` (`phone_shape`).
    """
    digits = re.sub(r"[\s-]", "", text).removeprefix("+86")
    if not _MOBILE.fullmatch(digits):
        raise InvalidInput("phone_shape")
    return digits
