-- One row per month end (and the newest closed day): what one lender is owed in its shares of open loans, and how much
-- of it is late.
with owed as (
    select
        loan_month.month_end_on,
        loan_month.days_past_due,
        loan_month.principal_fen
        * (funding_span.before_fen + funding_span.share_fen) // funding_span.lent_fen
        - loan_month.principal_fen * funding_span.before_fen // funding_span.lent_fen as owed_fen
    from loan_month
    inner join funding_span
        on
            loan_month.loan_id = funding_span.loan_id
            and loan_month.month_end_on >= funding_span.from_on
            and (funding_span.until_on is null or loan_month.month_end_on < funding_span.until_on)
    where funding_span.funder_code = $funder_code and loan_month.standing = 'open'
)
select
    month_end_on,
    count(*) as loans,
    cast(sum(owed_fen) as bigint) as owed_fen,
    count(case when days_past_due > 0 then 1 end) as late_loans,
    cast(sum(case when days_past_due > 0 then owed_fen else 0 end) as bigint) as late_fen,
    cast(sum(case when days_past_due > 30 then owed_fen else 0 end) as bigint) as late_30_fen,
    cast(sum(case when days_past_due > 90 then owed_fen else 0 end) as bigint) as late_90_fen
from owed
group by month_end_on
order by month_end_on
