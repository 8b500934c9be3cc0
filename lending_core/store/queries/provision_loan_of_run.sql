-- One row per loan or undrawn line of a run of provisions.
select
    case when loan_id is null then 'line' else 'loan' end as kind,
    coalesce(loan_id, line_id) as number,
    product_code,
    bucket,
    days_past_due,
    asset_class,
    class_reason,
    stage,
    stage_reason,
    probability_12m,
    exposure_fen,
    principal_fen,
    ecl_fen,
    allowance_fen
from provision_loan
where run_id = $run_id
order by kind, number
