-- One row per business of whose debt too much is bad while a part is not classed so (AC-07).
with newest as (
    select max(run_id) as run_id
    from provision_run
),
owed as (
    select
        loan.customer_id,
        sum(provision_loan.principal_fen) as principal_fen,
        sum(case when list_contains($bad, provision_loan.asset_class)
            then provision_loan.principal_fen else 0 end) as bad_fen
    from provision_loan
    inner join newest on provision_loan.run_id = newest.run_id
    inner join loan on provision_loan.loan_id = loan.loan_id
    inner join customer on loan.customer_id = customer.customer_id
    where customer.kind = 'small_business'
    group by loan.customer_id
)
select
    customer_id as subject_id,
    cast(bad_fen as double) / cast(principal_fen as double) as measured,
    cast($share_above as double) as limit_value
from owed
where
    bad_fen < principal_fen
    and cast(bad_fen as double) > cast($share_above as double) * cast(principal_fen as double)
order by subject_id
