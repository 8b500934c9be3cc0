-- One row per funder: quota, principal outstanding at the last month end and lent since, and the room left.
with outstanding as (
    select
        funding.funder_code,
        sum(
            case
                when loan.disbursed_on > $business_on then funding.share_fen
                else coalesce(loan_month.principal_fen, 0)
            end
        ) as outstanding_fen
    from funding
    inner join loan on funding.loan_id = loan.loan_id
    left join loan_month
        on funding.loan_id = loan_month.loan_id and loan_month.month_end_on = $business_on
    group by funding.funder_code
)
select
    funder.funder_code,
    funder.name_en,
    funder.name_zh,
    funder.lender_type,
    funder.product_codes,
    funder.annual_cost,
    funder.quota_fen,
    cast(coalesce(outstanding.outstanding_fen, 0) as bigint) as outstanding_fen,
    cast(greatest(0, funder.quota_fen - coalesce(outstanding.outstanding_fen, 0)) as bigint)
        as room_fen
from funder
left join outstanding on funder.funder_code = outstanding.funder_code
order by funder.funder_code
