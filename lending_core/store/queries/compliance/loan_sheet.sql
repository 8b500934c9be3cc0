-- One row: a loan's terms, and what its borrower confirmed before the contract; or none.
with drawn as (
    select payload
    from event
    where action = 'line_drawn' and subject_kind = 'loan' and subject_id = $loan_id
),
first_loan as (
    select
        application_id,
        min(loan_id) as loan_id
    from loan
    group by application_id
)
select
    loan.loan_id,
    loan.product_code,
    loan.annual_rate,
    loan.principal_fen,
    loan.instalments,
    loan.method,
    loan.disbursed_on,
    coalesce(acceptance.cost_sheet_hash, json_extract_string(drawn.payload, '$.cost_sheet_hash'))
        as cost_sheet_hash,
    coalesce(
        acceptance.shown_at, cast(json_extract_string(drawn.payload, '$.shown_at') as timestamp)
    ) as shown_at,
    coalesce(
        acceptance.confirmed_at,
        cast(json_extract_string(drawn.payload, '$.confirmed_at') as timestamp)
    ) as confirmed_at
from loan
inner join first_loan on loan.application_id = first_loan.application_id
left join acceptance
    on loan.application_id = acceptance.application_id and loan.loan_id = first_loan.loan_id
left join drawn on loan.loan_id <> first_loan.loan_id
where loan.loan_id = $loan_id
