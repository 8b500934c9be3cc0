-- One row per loan of a customer, the worst first: where it stands since the newest close.
select
    loan.loan_id,
    loan.line_id,
    loan.application_id,
    loan.product_code,
    loan.disbursed_on,
    loan.principal_fen as lent_fen,
    loan.annual_rate,
    coalesce(loan_position.principal_fen, loan.principal_fen) as outstanding_fen,
    coalesce(loan_position.overdue_fen, 0) as overdue_fen,
    coalesce(loan_position.days_past_due, 0) as days_past_due,
    loan_position.bucket,
    loan_position.asset_class,
    loan_position.stage,
    case when loan_position.loan_id is null then loan.first_due_on else loan_position.next_due_on end
        as next_due_on,
    loan_position.next_due_fen,
    case
        when loan_position.loan_id is null then 'new'
        when loan_position.is_charged_off then 'charged_off'
        when not loan_position.is_open then 'paid_off'
        when loan_position.days_past_due > 0 then 'late'
        else 'on_time'
    end as loan_standing
from loan
left join loan_position on loan.loan_id = loan_position.loan_id
where loan.customer_id = $customer_id
order by
    coalesce(loan_position.is_charged_off, false) desc,
    coalesce(loan_position.days_past_due, 0) desc,
    coalesce(loan_position.principal_fen, loan.principal_fen) desc,
    loan.loan_id
