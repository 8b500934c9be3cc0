-- One row per loan lent: its month of disbursement (the last day of it), and its amount.
select
    lent_loan.loan_id,
    last_day(lent_loan.disbursed_on) as cohort_on,
    lent_loan.lent_fen
from lent_loan
where
    ($product_codes is null or list_contains($product_codes, lent_loan.product_code))
    and ($region_codes is null or list_contains($region_codes, lent_loan.region_code))
    and ($funder_codes is null or list_contains($funder_codes, lent_loan.funder_code))
    and ($bands is null or list_contains($bands, lent_loan.band))
    and ($scenarios is null or list_contains($scenarios, lent_loan.scenario))
    and ($channels is null or list_contains($channels, lent_loan.channel))
