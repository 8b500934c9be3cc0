-- One row per draw too large to be paid to the borrower, with those days before (IL-06).
with drawn as (
    select
        loan.loan_id,
        customer.kind,
        sum(earlier.principal_fen) as drawn_fen
    from loan
    inner join customer on loan.customer_id = customer.customer_id
    inner join loan as earlier
        on loan.customer_id = earlier.customer_id
        and earlier.disbursed_on <= loan.disbursed_on
        and date_add(earlier.disbursed_on, interval ($window_days) day) > loan.disbursed_on
    where loan.disbursed_on >= $effective_on
    group by loan.loan_id, customer.kind
)
select
    loan_id as subject_id,
    drawn_fen as measured,
    cast(case kind when 'person' then $person_yuan else $business_yuan end as bigint) * 100
        as limit_value
from drawn
where
    drawn_fen
    > cast(case kind when 'person' then $person_yuan else $business_yuan end as bigint) * 100
order by subject_id
