"""Chinese mobile numbers: eleven digits that start with 13 to 19."""

import re
import unicodedata

from lending_core.errors import InvalidInput

_MOBILE = re.compile(r"(?:\+86|0086)?(1[3-9][0-9]{9})")


def read_phone(text: str) -> str:
    """The eleven digits; spaces, hyphens and the country code (+86, 0086) are dropped.

    Raises `InvalidInput` (`phone_shape`).
    """
    written = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", text))
    mobile = _MOBILE.fullmatch(written)
    if not mobile:
        raise InvalidInput("phone_shape")
    return mobile.group(1)
