-- One row per row of a tape whose reference an earlier sound row has already.
select
    tape_row.position,
    'duplicate' as reason,
    'reference' as target
from tape_row
inner join (
    select
        reference,
        min(position) as first_position
    from tape_row
    where failed is null
    group by reference
    having count(*) > 1
) as repeated on tape_row.reference = repeated.reference
where tape_row.failed is null and tape_row.position > repeated.first_position
