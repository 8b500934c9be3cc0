-- One row per loan of a tape with payments, as the book keeps it.
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
    outcome,
    own_segments
from tape_contract
order by loan_id
