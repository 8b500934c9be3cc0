-- One row per loan whose outcome is written off, at the month of its last payment; the month in which it was
-- disbursed where it never paid. What became of it between, the tape does not say.
select
    loan_id,
    last_day(
        case when last_paid_on > disbursed_on then last_paid_on else disbursed_on end
    ) as month_end_on,
    cast(
        greatest(coalesce(date_diff('month', disbursed_on, last_paid_on), 0), 0) as integer
    ) as months_on_book,
    'written_off' as standing,
    false as entered_30,
    false as entered_90,
    true as entered_default,
    lent_fen,
    annual_rate,
    disbursed_on,
    product_code,
    scenario,
    channel,
    region_code,
    band,
    funder_code
from tape_loan
where outcome = 'written_off'
order by month_end_on, loan_id
