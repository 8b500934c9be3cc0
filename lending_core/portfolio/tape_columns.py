"""What the columns of somebody's loan tape hold: numbers, dates or words, and how they are written.

Files come as text more often than not. A column is taken for a number or a date where nearly all of
a sample of its values read as one; what then does not is found later, row by row.
"""

import re
from dataclasses import dataclass

import polars as pl

# A few wrong values do not make words of a column of numbers.
SHARE_MIN = 0.9
EXAMPLES_MAX = 3
EXAMPLE_LENGTH_MAX = 60
# A column with no more different values is a list of words.
WORDS_MAX = 20

# Texts that stand for nothing.
MISSING = (
    "",
    "NA",
    "N/A",
    "#N/A",
    "null",
    "NULL",
    "None",
    "nan",
    "NaN",
    "-",
    "--",
    "\\N",
    "空",
    "无",
)

PLAIN = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"
# What stands around a number and is taken off before it is read.
DECORATION = r"(?i)[,，\s¥￥$€£]|元|个月|months?|mths?|月|期|years?|yrs?|usd|cny|rmb"
# A number of a contract, a telephone or a postcode: nobody reckons with it.
_CODE = r"^0\d|^\d{16,}$"

# How dates are written, and what each looks like; where the order of day and month is open, the
# month's place decides (`_date_form`).
DATE_FORMS = {
    "%Y-%m-%d": r"^\d{4}-\d{1,2}-\d{1,2}([ T].*)?$",
    "%Y/%m/%d": r"^\d{4}/\d{1,2}/\d{1,2}( .*)?$",
    "%Y.%m.%d": r"^\d{4}\.\d{1,2}\.\d{1,2}$",
    "%Y%m%d": r"^(19|20)\d{2}(0[1-9]|1[0-2])([0-2]\d|3[01])$",
    "%Y年%m月%d日": r"^\d{4}年\d{1,2}月\d{1,2}日$",
    "%Y年%m月": r"^\d{4}年\d{1,2}月$",
    "%d/%m/%Y": r"^(0?[1-9]|[12]\d|3[01])/(0?[1-9]|1[0-2])/\d{4}$",
    "%m/%d/%Y": r"^(0?[1-9]|1[0-2])/(0?[1-9]|[12]\d|3[01])/\d{4}$",
    "%d.%m.%Y": r"^\d{1,2}\.\d{1,2}\.\d{4}$",
    "%d-%m-%Y": r"^\d{1,2}-\d{1,2}-\d{4}$",
    "%d-%b-%Y": r"^\d{1,2}-[A-Za-z]{3}-\d{4}$",
    "%b-%Y": r"^[A-Za-z]{3}-\d{4}$",
    "%b-%y": r"^[A-Za-z]{3}-\d{2}$",
    "%Y-%m": r"^\d{4}-(0[1-9]|1[0-2])$",
    "%Y/%m": r"^\d{4}/(0[1-9]|1[0-2])$",
}
# The two that the same text may be meant by.
DAY_FIRST, MONTH_FIRST = "%d/%m/%Y", "%m/%d/%Y"
_NUMERIC_DATES = ("%Y%m%d",)


@dataclass(frozen=True)
class TapeColumn:
    """A column of a tape.

    kind: number, date, flag, text or empty. form: how it is written (`native`: typed in the file;
    numbers: plain, percent, decorated; dates: a format). filled: share of the sample with a value.
    is_ambiguous: a date whose day and month cannot be told apart. words: all values of the sample,
    where there are few. middle: the median of its numbers.
    """

    name: str
    kind: str
    form: str
    filled: float
    examples: tuple[str, ...]
    is_ambiguous: bool = False
    words: tuple[str, ...] = ()
    middle: float | None = None


def tape_columns(sample: pl.DataFrame) -> tuple[TapeColumn, ...]:
    """What each column of a sample of a tape's rows holds, in the order of the file."""
    return tuple(_column(sample[name]) for name in sample.columns)


def _column(values: pl.Series) -> TapeColumn:
    if values.dtype.is_nested():
        return TapeColumn(values.name, "other", "native", 1.0, ())
    known = values.cast(pl.String, strict=False).str.strip_chars().drop_nulls()
    known = known.filter(~known.is_in(MISSING))
    different = known.unique(maintain_order=True)
    kind, form = _native(values.dtype) or _written(known)
    return TapeColumn(
        values.name,
        kind,
        form,
        filled=known.len() / max(values.len(), 1),
        examples=tuple(text[:EXAMPLE_LENGTH_MAX] for text in different[:EXAMPLES_MAX]),
        is_ambiguous=form in (DAY_FIRST, MONTH_FIRST) and _reads_both_ways(known),
        words=tuple(different.sort()) if different.len() <= WORDS_MAX else (),
        middle=_middle(known) if kind == "number" else None,
    )


def _reads_both_ways(known: pl.Series) -> bool:
    return _share(known, DATE_FORMS[DAY_FIRST]) == _share(known, DATE_FORMS[MONTH_FIRST])


def _middle(known: pl.Series) -> float | None:
    bare = known.str.replace_all(DECORATION + "|%", "")
    middle = bare.cast(pl.Float64, strict=False).median()
    return middle if isinstance(middle, float) else None


def _native(dtype: pl.DataType) -> tuple[str, str] | None:
    if dtype.is_numeric():
        return "number", "native"
    if dtype in (pl.Date, pl.Datetime):
        return "date", "native"
    return ("flag", "native") if dtype == pl.Boolean else None


def _written(known: pl.Series) -> tuple[str, str]:
    if known.is_empty():
        return "empty", "plain"
    date_form = _date_form(known)
    if date_form:
        return "date", date_form
    if _share(known, _CODE) > 1 - SHARE_MIN:
        return "text", "plain"
    number_form = _number_form(known)
    return ("number", number_form) if number_form else ("text", "plain")


def _number_form(known: pl.Series) -> str | None:
    bare = known.str.replace_all(DECORATION, "")
    forms = {"plain": known, "decorated": bare, "percent": bare.str.strip_suffix("%")}
    shares = {form: _share(texts, PLAIN) for form, texts in forms.items()}
    # The plainest of those that read the most.
    best = max(shares, key=lambda form: shares[form])
    return best if shares[best] >= SHARE_MIN else None


def _date_form(known: pl.Series) -> str | None:
    shares = {form: _share(known, pattern) for form, pattern in DATE_FORMS.items()}
    best = max(shares, key=lambda form: shares[form])
    if shares[best] < SHARE_MIN:
        return None
    # Eight digits may be an amount: only where every one of them is a day.
    return best if best not in _NUMERIC_DATES or shares[best] == 1 else None


def _share(known: pl.Series, pattern: str) -> float:
    return int(known.str.contains(pattern).sum()) / max(known.len(), 1)


def plain_name(name: str) -> str:
    """A column's name without case, spaces and marks, for comparing."""
    return re.sub(r"[\W_]+", "", name.lower())
