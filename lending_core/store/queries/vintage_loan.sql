-- One row per loan that was bad for the first time at a month on book, of cohorts between two days of disbursement.
select
    loan_month.loan_id,
    loan_month.disbursed_on,
    loan_month.month_end_on as bad_on,
    loan_month.months_on_book,
    loan_month.days_past_due,
    loan_month.standing,
    loan_month.principal_fen,
    loan_month.lent_fen,
    loan_month.product_code,
    loan_month.region_code,
    loan_month.funder_code,
    loan_month.band,
    loan_month.scenario,
    loan_month.channel
from loan_month
where
    (
        ($measure = 'ever30' and entered_30)
        or ($measure = 'ever90' and entered_90)
        or ($measure = 'default' and entered_default)
    )
    and loan_month.month_end_on <= $last_month_end_on
    and loan_month.disbursed_on between $from_on and $to_on
    and loan_month.months_on_book <= $last_months_on_book
    and ($product_codes is null or list_contains($product_codes, loan_month.product_code))
    and ($region_codes is null or list_contains($region_codes, loan_month.region_code))
    and ($funder_codes is null or list_contains($funder_codes, loan_month.funder_code))
    and ($bands is null or list_contains($bands, loan_month.band))
    and ($scenarios is null or list_contains($scenarios, loan_month.scenario))
    and ($channels is null or list_contains($channels, loan_month.channel))
