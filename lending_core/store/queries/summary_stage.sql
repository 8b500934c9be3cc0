-- One row per stage of open loans at the newest month end, or closed day, that is kept up to a day.
with newest as (
    select max(month_end_on) as month_end_on
    from loan_month
    where month_end_on <= $as_of_on
)
select
    loan_month.month_end_on,
    loan_month.bucket,
    count(*) as loans,
    case when count(*) = count(principal_fen) then cast(sum(principal_fen) as bigint) end as principal_fen
from loan_month
inner join newest on loan_month.month_end_on = newest.month_end_on
where loan_month.standing = 'open'
group by loan_month.month_end_on, loan_month.bucket
order by loan_month.bucket
