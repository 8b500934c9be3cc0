-- One row per month end and stage a month earlier: principal there then, and how much of it is later by now.
with state as (
    select
        loan_month_detail.loan_id,
        loan_month_detail.month_end_on,
        loan_month_detail.principal_fen,
        bucket.position,
        bucket.bucket
    from loan_month_detail
    inner join bucket on loan_month_detail.bucket = bucket.bucket
    where
        ($product_codes is null or list_contains($product_codes, product_code))
        and ($region_codes is null or list_contains($region_codes, region_code))
        and ($funder_codes is null or list_contains($funder_codes, funder_code))
)
select
    last_day(date_add(earlier.month_end_on, interval 1 day)) as month_end_on,
    earlier.bucket as from_bucket,
    cast(sum(earlier.principal_fen) as bigint) as from_principal_fen,
    cast(sum(
        case when later.position > earlier.position then later.principal_fen else 0 end
    ) as bigint) as rolled_principal_fen
from state as earlier
left join state as later
    on earlier.loan_id = later.loan_id
    and later.month_end_on = last_day(date_add(earlier.month_end_on, interval 1 day))
where
    earlier.principal_fen > 0
    and earlier.month_end_on < $last_month_end_on
group by earlier.month_end_on, earlier.bucket
order by earlier.month_end_on, earlier.bucket
