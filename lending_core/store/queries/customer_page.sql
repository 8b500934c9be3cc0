-- One row: a customer with all loans taken together, as of the newest closed day, or none.
with owed as (
    select
        count(*) as loans,
        count(case when coalesce(loan_position.is_open, true) then 1 end) as open_loans,
        sum(coalesce(loan_position.principal_fen, loan.principal_fen)) as principal_fen,
        sum(loan_position.overdue_fen) as overdue_fen,
        sum(loan_position.claim_fen) as claim_fen,
        max(loan_position.days_past_due) as days_past_due,
        max_by(loan_position.bucket, loan_position.days_past_due) as bucket,
        max(case when loan_position.is_charged_off then 1 else 0 end) = 1 as is_charged_off
    from loan
    left join loan_position on loan.loan_id = loan_position.loan_id
    where loan.customer_id = $customer_id
)
select
    customer.customer_id,
    customer.kind,
    customer.name,
    customer.id_number,
    customer.phone,
    customer.region_code,
    customer.joined_on,
    owed.loans,
    owed.open_loans,
    cast(coalesce(owed.principal_fen, 0) as bigint) as principal_fen,
    cast(coalesce(owed.overdue_fen, 0) as bigint) as overdue_fen,
    cast(coalesce(owed.claim_fen, 0) as bigint) as claim_fen,
    coalesce(owed.days_past_due, 0) as days_past_due,
    owed.bucket,
    coalesce(owed.is_charged_off, false) as is_charged_off
from customer
cross join owed
where customer.customer_id = $customer_id
