-- One row per loan of a tape whose file repeats it on the row of each payment: its first sound row.
select
    tape_row.*,
    tape_row.position as loan_id
from tape_row
inner join (
    select
        reference,
        min(position) as first_position
    from tape_row
    where failed is null
    group by reference
) as first_row on tape_row.position = first_row.first_position
