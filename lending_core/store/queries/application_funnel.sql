-- One row per day or month of application: how many came, and how far they got.
with chosen as (
    select
        case when $is_by_month then last_day(applied_on) else applied_on end as period_on,
        outcome,
        is_accepted,
        loan_id
    from application_state
    where
        ($product_codes is null or list_contains($product_codes, product_code))
        and ($from_on is null or applied_on >= $from_on)
        and ($to_on is null or applied_on <= $to_on)
)
select
    period_on,
    count(*) as applied,
    count(case when outcome = 'approve' then 1 end) as approved,
    count(case when outcome = 'review' then 1 end) as waiting,
    count(case when is_accepted then 1 end) as accepted,
    count(loan_id) as funded
from chosen
group by period_on
order by period_on
