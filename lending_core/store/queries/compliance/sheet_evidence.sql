-- One row per loan: its terms, and the cost sheet that its borrower confirmed before the contract (PR-08): the hash, when
-- shown and confirmed. Later draws of a line keep what was confirmed in the ledger. needs_sheet: contracts of the
-- simulation are left out, whose borrowers read nothing.
with first_loan as (
    select
        application_id,
        min(loan_id) as loan_id
    from loan
    group by application_id
),
drawn as (
    select
        subject_id as loan_id,
        payload
    from event
    where
        action = 'line_drawn'
        and subject_kind = 'loan'
        and ($loan_id is null or subject_id = $loan_id)
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
    ) as confirmed_at,
    loan.disbursed_on >= $effective_on
    and not (
        book.is_simulated
        and simulated_borrower.customer_id is not null
        and acceptance.shown_at is null
        and drawn.loan_id is null
    ) as needs_sheet
from loan
cross join book
inner join first_loan on loan.application_id = first_loan.application_id
left join acceptance
    on loan.application_id = acceptance.application_id and loan.loan_id = first_loan.loan_id
left join drawn on loan.loan_id = drawn.loan_id
left join simulated_borrower on loan.customer_id = simulated_borrower.customer_id
where $loan_id is null or loan.loan_id = $loan_id
order by loan.loan_id
