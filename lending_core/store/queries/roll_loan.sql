-- One row per loan that stood in a stage at the month end before and stands in a state at this one.
select
    loan_month.loan_id,
    loan_month.disbursed_on,
    loan_month.month_end_on,
    loan_month.previous_bucket,
    loan_month.bucket,
    loan_month.standing,
    loan_month.days_past_due,
    loan_month.previous_principal_fen as from_principal_fen,
    loan_month.principal_fen,
    loan_month.lent_fen,
    loan_month.product_code,
    loan_month.region_code,
    loan_month.funder_code,
    loan_month.band
from loan_month
where
    loan_month.month_end_on = $month_end_on
    and loan_month.previous_bucket = $from_bucket
    and case when loan_month.standing = 'open' then loan_month.bucket else loan_month.standing end = $to_state
    and ($product_codes is null or list_contains($product_codes, loan_month.product_code))
    and ($region_codes is null or list_contains($region_codes, loan_month.region_code))
    and ($funder_codes is null or list_contains($funder_codes, loan_month.funder_code))
    and ($bands is null or list_contains($bands, loan_month.band))
    and ($scenarios is null or list_contains($scenarios, loan_month.scenario))
    and ($channels is null or list_contains($channels, loan_month.channel))
