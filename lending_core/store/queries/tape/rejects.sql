-- One row per row of the tape that was not loaded, by its number in the file.
select
    row_number,
    reason,
    detail,
    content
from tape_reject
order by row_number, import_id
