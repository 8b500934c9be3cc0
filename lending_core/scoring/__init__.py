"""How risky is the applicant: which data may be used, the scorecard, its reasons, its quality.

Main records: `Feature`, `Scorecard`, `Metrics`. A scorecard is data; `compile` turns it into a
polars expression or SQL, which are the only two ways that anybody is scored.
May import: the shared words, `products`, `identity`.
"""
