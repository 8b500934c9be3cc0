-- One row: what a customer owes of all loans by now, those paid out since the last close included.
select
    cast(
        coalesce(sum(coalesce(loan_position.principal_fen, loan.principal_fen)), 0) as bigint
    ) as principal_fen,
    coalesce(
        max(
            case
                when loan_position.days_past_due > 0 or loan_position.is_charged_off then 1 else 0
            end
        ),
        0
    ) > 0 as is_late
from loan
left join loan_position on loan.loan_id = loan_position.loan_id
where loan.customer_id = $customer_id
having count(*) > 0
