-- One row per loan in which one lender has a share on the open day: its own part, and nothing of who borrowed or of
-- other lenders.
select
    funding_share.loan_id,
    loan.product_code,
    loan.region_code,
    loan.band,
    loan.disbursed_on,
    loan.annual_rate,
    loan.instalments,
    loan.method,
    loan.principal_fen as lent_fen,
    case
        when not funding_share.is_joint then 'whole'
        when funding_share.before_fen = 0 then 'lead'
        else 'partner'
    end as role,
    funding_share.share_fen,
    cast(funding_share.owed_fen as bigint) as owed_fen,
    coalesce(loan_position.days_past_due, 0) as days_past_due,
    loan_position.bucket,
    loan_position.next_due_on,
    case
        when loan_position.is_charged_off then 'written_off'
        when coalesce(loan_position.principal_fen, loan.principal_fen) > 0 then 'open'
        else 'paid'
    end as standing
from funding_share
inner join loan on funding_share.loan_id = loan.loan_id
left join loan_position on loan.loan_id = loan_position.loan_id
where
    funding_share.funder_code = $funder_code
    and ($loan_id is null or funding_share.loan_id = $loan_id)
