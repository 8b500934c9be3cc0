-- One row per loan of a tape with a row for each, payments apart: by the row of the file.
select
    tape_row.*,
    tape_row.position as loan_id
from tape_row
left join tape_late on tape_row.position = tape_late.position
where tape_row.failed is null and tape_late.position is null
