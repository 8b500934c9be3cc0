-- One row: loans lent up to a day and their amount; those of them in default by then.
with lent as (
    select
        count(*) as loans,
        case when count(*) = count(lent_fen) then cast(sum(lent_fen) as bigint) end as lent_fen
    from lent_loan
    where disbursed_on <= $as_of_on
),
lost as (
    select
        count(*) as default_loans,
        case when count(*) = count(lent_fen) then cast(coalesce(sum(lent_fen), 0) as bigint) end
            as default_lent_fen
    from loan_month
    where entered_default and month_end_on <= $as_of_on
)
select
    lent.loans,
    lent.lent_fen,
    lost.default_loans,
    lost.default_lent_fen
from lent
cross join lost
