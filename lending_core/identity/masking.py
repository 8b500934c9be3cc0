"""What of a person may be shown to everybody (rule DS-07): enough to tell cases apart, no more."""

MASK = "*"
# What a number of a phone, a bank card or a person looks like among words, also in groups.
LONG_NUMBER = r"\d(?:[ -]?\d){9,}[ -]?[\dXx]"


def mask_name(name: str) -> str:
    """A person's first character and length: `王小明` -> `王*明`, `李四` -> `李*`; one character
    is hidden whole."""
    if len(name) < 2:
        return MASK * len(name)
    if len(name) == 2:
        return name[0] + MASK
    return name[0] + MASK * (len(name) - 2) + name[-1]


def mask_id_number(number: str) -> str:
    """First three and last four, but for the digit that says the sex: `110***********00*X`;
    anything shorter is hidden whole."""
    masked = _masked(number, 3, 4)
    return masked[:-2] + MASK + masked[-1:]


def mask_phone(phone: str) -> str:
    """First three and last four: `138****5678`; anything shorter is hidden whole."""
    return _masked(phone, 3, 4)


def _masked(text: str, head: int, tail: int) -> str:
    hidden = len(text) - head - tail
    if hidden < 1:
        return MASK * len(text)
    return text[:head] + MASK * hidden + text[-tail:]
