"""Parts of a book: the dimensions by which its loans are told apart, and their values by name."""

from pages.ui.text import reference_name, sentences

# Dimension of the book -> field of `BookFilter`, and its name in the URL.
FIELDS = {
    "product_code": ("product_codes", "product"),
    "region_code": ("region_codes", "region"),
    "funder_code": ("funder_codes", "funder"),
    "band": ("bands", "band"),
    "scenario": ("scenarios", "scenario"),
    "channel": ("channels", "channel"),
}
_REFERENCES = {"product_code": "product", "region_code": "region", "funder_code": "funder"}


def part_name(dimension: str, code: str, language: str) -> str:
    """A value of a dimension by its name; what a tape calls something stays as it is."""
    kind = _REFERENCES.get(dimension)
    if kind is not None:
        return reference_name(kind, code, language)
    return sentences(language).get(f"{dimension}.{code}", code)
