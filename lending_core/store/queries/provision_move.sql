-- One row per product, stage of lateness and what became of it a month later: loans, over the months of a window.
select
    product_code,
    previous_bucket as from_bucket,
    case when standing = 'open' then bucket else standing end as to_state,
    count(*) as loans
from loan_month
where
    previous_bucket is not null
    and month_end_on > $window_from_on
    and month_end_on <= $month_end_on
    and month_end_on = last_day(month_end_on)
group by product_code, from_bucket, to_state
