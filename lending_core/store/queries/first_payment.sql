-- One row per month of disbursement: what was lent, and how much of it to loans whose very first instalment was not
-- fully paid within 7 and within 30 days of its due date. All have had so long once due_on, the last such date, is so
-- long ago.
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
),
told as (
    select
        last_day(loan.disbursed_on) as cohort_on,
        loan.first_due_on,
        loan.principal_fen,
        first_instalment.days_late
    from loan
    inner join first_instalment on loan.loan_id = first_instalment.loan_id
    where
        ($product_codes is null or list_contains($product_codes, product_code))
        and ($region_codes is null or list_contains($region_codes, region_code))
        -- Who funded a loan is looked up only where it is asked for.
        and (
            $funder_codes is null
            or loan.loan_id in (
                select loan_id
                from lead_funding
                where
                    $funder_codes is not null
                    and list_contains($funder_codes, funder_code)
            )
        )
        and ($bands is null or list_contains($bands, band))
        and ($scenarios is null or list_contains($scenarios, scenario))
        and ($channels is null or list_contains($channels, channel))
)
select
    cohort_on,
    max(first_due_on) as due_on,
    count(*) as loans,
    cast(sum(principal_fen) as bigint) as lent_fen,
    count(case when days_late > 7 then 1 end) as late_7_loans,
    cast(sum(case when days_late > 7 then principal_fen else 0 end) as bigint) as late_7_fen,
    count(case when days_late > 30 then 1 end) as late_30_loans,
    cast(sum(case when days_late > 30 then principal_fen else 0 end) as bigint) as late_30_fen
from told
group by cohort_on
order by cohort_on
