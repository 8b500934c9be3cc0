-- One row per account between two numbers: what its month ends repeat of its loan.
select
    loan_id,
    lent_fen,
    cast(annual_rate as decimal(9, 6)) as annual_rate,
    product_code,
    scenario,
    channel,
    region_code,
    band,
    funder_code
from tape_account
where loan_id between $first_loan_id and $last_loan_id
