-- One row per loan of a month of disbursement whose very first instalment was not fully paid in so many days: as it
-- stands at the newest close.
with first_instalment as (
    select
        loan_id,
        days_late[1] + case
            when principal_left_fen[1] + interest_left_fen[1] > 0
                -- It is paid on the next day at the earliest.
                then 1 + greatest(
                    0,
                    date_diff('day', cast('1970-01-01' as date), cast($business_on as date))
                    - greatest(due_on[1], replayed_to)
                )
            else 0
        end as days_late
    from loan_plan
)
select
    loan.loan_id,
    loan.product_code,
    loan.region_code,
    lead_funding.funder_code,
    loan.band,
    loan.scenario,
    loan.channel,
    case
        when loan_position.is_charged_off then 'written_off'
        when loan_position.principal_fen > 0 then 'open'
        else 'paid'
    end as standing,
    loan_position.bucket,
    loan_position.days_past_due,
    loan_position.principal_fen,
    loan_position.overdue_fen,
    loan.principal_fen as lent_fen,
    loan.disbursed_on
from loan
inner join first_instalment on loan.loan_id = first_instalment.loan_id
inner join loan_position on loan.loan_id = loan_position.loan_id
inner join lead_funding on loan.loan_id = lead_funding.loan_id
where
    first_instalment.days_late > $late_max
    and last_day(loan.disbursed_on) = $cohort_on
    and ($product_codes is null or list_contains($product_codes, loan.product_code))
    and ($region_codes is null or list_contains($region_codes, loan.region_code))
    and ($funder_codes is null or list_contains($funder_codes, lead_funding.funder_code))
    and ($bands is null or list_contains($bands, loan.band))
    and ($scenarios is null or list_contains($scenarios, loan.scenario))
    and ($channels is null or list_contains($channels, loan.channel))
