"""A page opened by a link, and the figures that it answers with."""

from streamlit.testing.v1 import AppTest


def opened(console: AppTest, page: str, **query: str) -> AppTest:
    """The page as a link with this query opens it."""
    console.switch_page(page)
    for name, value in query.items():
        console.query_params[name] = value
    return console.run()


def values(console: AppTest) -> dict[str, str]:
    """Every key figure by its label."""
    return {metric.label: metric.value for metric in console.metric}
