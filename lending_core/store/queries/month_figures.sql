-- One row per month end, and the newest closed day: applied, approved, accepted, funded; lent, repaid, balance.
-- The month that is not over stands at the newest closed day.
with closed_application as (
    select
        *,
        least(last_day(applied_on), cast($business_on as date)) as month_end_on
    from application_state
    where applied_on <= $business_on
),
month_end as (
    select month_end_on from closed_application
    union
    select month_end_on from loan_month
),
origination as (
    select
        month_end_on,
        count(*) as applied,
        count(case when outcome = 'approve' then 1 end) as approved,
        count(case when outcome = 'review' then 1 end) as waiting,
        count(case when is_accepted then 1 end) as accepted,
        count(loan_id) as funded
    from closed_application
    group by month_end_on
),
lent as (
    select
        least(last_day(disbursed_on), cast($business_on as date)) as month_end_on,
        sum(principal_fen) as lent_fen
    from loan
    where disbursed_on <= $business_on
    group by least(last_day(disbursed_on), cast($business_on as date))
),
balance as (
    select
        month_end_on,
        sum(principal_fen) as principal_fen,
        sum(paid_fen) as paid_fen
    from loan_month
    group by month_end_on
)
select
    month_end.month_end_on,
    coalesce(origination.applied, 0) as applied,
    coalesce(origination.approved, 0) as approved,
    coalesce(origination.waiting, 0) as waiting,
    coalesce(origination.accepted, 0) as accepted,
    coalesce(origination.funded, 0) as funded,
    cast(coalesce(lent.lent_fen, 0) as bigint) as lent_fen,
    cast(coalesce(balance.paid_fen, 0) as bigint) as paid_fen,
    cast(coalesce(balance.principal_fen, 0) as bigint) as principal_fen
from month_end
left join origination on month_end.month_end_on = origination.month_end_on
left join lent on month_end.month_end_on = lent.month_end_on
left join balance on month_end.month_end_on = balance.month_end_on
order by month_end.month_end_on
