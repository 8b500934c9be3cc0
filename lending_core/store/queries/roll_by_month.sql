-- One row per month end and stage a month earlier: principal there then, and how much of it is later by now.
select
    loan_month.month_end_on,
    loan_month.previous_bucket as from_bucket,
    cast(sum(loan_month.previous_principal_fen) as bigint) as from_principal_fen,
    cast(sum(
        case
            when loan_month.standing = 'open' and now_in.position > was_in.position
                then loan_month.principal_fen
            else 0
        end
    ) as bigint) as rolled_principal_fen
from loan_month
inner join bucket as was_in on loan_month.previous_bucket = was_in.bucket
inner join bucket as now_in on loan_month.bucket = now_in.bucket
where
    loan_month.month_end_on <= $last_month_end_on
    and ($product_codes is null or list_contains($product_codes, product_code))
    and ($region_codes is null or list_contains($region_codes, region_code))
    and ($funder_codes is null or list_contains($funder_codes, funder_code))
    and ($bands is null or list_contains($bands, band))
    and ($scenarios is null or list_contains($scenarios, scenario))
    and ($channels is null or list_contains($channels, channel))
group by loan_month.month_end_on, loan_month.previous_bucket
order by loan_month.month_end_on, loan_month.previous_bucket
