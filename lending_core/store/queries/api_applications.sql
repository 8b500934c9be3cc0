-- One row per application that a mini-program sent, oldest first, from the one after $after_id on.
with own as (
    select application_id
    from api_application
    where client_code = $client_code and application_id > $after_id
    order by application_id
    limit $rows_max
),
first_loan as (
    select
        loan.application_id,
        min(loan.loan_id) as loan_id
    from loan
    inner join own on loan.application_id = own.application_id
    group by loan.application_id
)
select
    application.application_id,
    application.product_code,
    application.amount_asked_fen,
    application.instalments_asked,
    application.applied_on,
    coalesce(reviewed_outcome.outcome, decision.outcome) as outcome_now,
    acceptance.amount_fen as accepted_fen,
    first_loan.loan_id
from own
inner join application on own.application_id = application.application_id
inner join decision on own.application_id = decision.application_id
left join reviewed_outcome on own.application_id = reviewed_outcome.application_id
left join acceptance on own.application_id = acceptance.application_id
left join first_loan on own.application_id = first_loan.application_id
order by application.application_id
