-- One row per month end of the book: applied, approved, accepted, funded; lent, repaid, balance.
with origination as (
    select
        last_day(applied_on) as month_end_on,
        count(*) as applied,
        count(case when outcome = 'approve' then 1 end) as approved,
        count(case when outcome = 'review' then 1 end) as waiting,
        count(case when is_accepted then 1 end) as accepted,
        count(loan_id) as funded
    from application_state
    group by last_day(applied_on)
),
lent as (
    select
        last_day(disbursed_on) as month_end_on,
        sum(principal_fen) as lent_fen
    from loan
    group by last_day(disbursed_on)
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
    origination.month_end_on,
    origination.applied,
    origination.approved,
    origination.waiting,
    origination.accepted,
    origination.funded,
    cast(coalesce(lent.lent_fen, 0) as bigint) as lent_fen,
    cast(coalesce(balance.paid_fen, 0) as bigint) as paid_fen,
    cast(coalesce(balance.principal_fen, 0) as bigint) as principal_fen
from origination
left join lent on origination.month_end_on = lent.month_end_on
left join balance on origination.month_end_on = balance.month_end_on
order by origination.month_end_on
