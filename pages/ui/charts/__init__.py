"""Figures, a module per subject: frame and language in, `go.Figure` out; no Streamlit, no query.

Money columns come in fen and are drawn in the unit that suits the largest value; hover shows the
full amount. Every mark carries what it stands for as `customdata`, so that a click can be followed.
"""
