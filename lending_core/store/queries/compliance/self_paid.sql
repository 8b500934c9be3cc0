-- One row per draw too large to be paid to the borrower, with those days before (IL-06).
with drawn as (
    select
        loan.loan_id,
        loan.disbursed_on,
        customer.kind,
        sum(loan.principal_fen) over (
            partition by loan.customer_id
            order by loan.disbursed_on
            range between interval ($window_days - 1) day preceding and current row
        ) as drawn_fen
    from loan
    inner join customer on loan.customer_id = customer.customer_id
)
select
    loan_id as subject_id,
    drawn_fen as measured,
    cast(case kind when 'person' then $person_yuan else $business_yuan end as bigint) * 100
        as limit_value
from drawn
where
    disbursed_on >= $effective_on
    and drawn_fen
    > cast(case kind when 'person' then $person_yuan else $business_yuan end as bigint) * 100
order by subject_id
