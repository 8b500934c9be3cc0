"""What may be offered: the product catalogue, repayment schedules, and the cost of credit.

Main records: `Product` (catalogue), `CostSheet` (cost); `schedule` makes the instalments of one
loan or of millions. Imports the shared words only.
"""
