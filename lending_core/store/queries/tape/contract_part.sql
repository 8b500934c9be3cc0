-- One row per loan of a tape with payments, between two numbers.
select
    loan_id,
    reference,
    disbursed_on,
    lent_fen,
    cast(annual_rate as decimal(9, 6)) as annual_rate,
    instalments,
    product_code,
    scenario,
    channel,
    region_code,
    band,
    funder_code,
    outcome
from tape_contract
where loan_id between $first_loan_id and $last_loan_id
order by loan_id
