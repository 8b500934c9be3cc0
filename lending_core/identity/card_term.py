"""How long an ID card is valid, by its holder's age (Resident Identity Card Law, article 5)."""

from datetime import date

from lending_core.dates import add_months, age_years

# From this age on, the years a card is valid; the oldest keep theirs for life.
TERM_YEARS = ((0, 5), (16, 10), (26, 20))
FOR_LIFE_FROM = 46


def valid_to(birth_on: date, valid_from: date) -> date | None:
    """The last day of a card issued on `valid_from`; None for life."""
    age = age_years(birth_on, valid_from)
    if age >= FOR_LIFE_FROM:
        return None
    years = [years for from_age, years in TERM_YEARS if age >= from_age][-1]
    return add_months(valid_from, 12 * years)
