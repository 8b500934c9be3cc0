-- One row per loan of a tape with a row for each: numbered in the order of the file.
select
    row_number() over (order by tape_row.position) as loan_id,
    tape_row.*
from tape_row
left join tape_late on tape_row.position = tape_late.position
where tape_row.failed is null and tape_late.position is null
