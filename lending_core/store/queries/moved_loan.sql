-- One row per move of a loan from one of some stages to one of others in a period.
select
    bucket_move.loan_id,
    bucket_move.moved_on,
    bucket_move.from_bucket,
    bucket_move.to_bucket,
    bucket_move.days_past_due,
    bucket_move.principal_fen,
    loan.product_code
from bucket_move
inner join loan on bucket_move.loan_id = loan.loan_id
where
    bucket_move.moved_on between $from_on and $to_on
    and ($from_buckets is null or list_contains($from_buckets, bucket_move.from_bucket))
    and ($to_buckets is null or list_contains($to_buckets, bucket_move.to_bucket))
