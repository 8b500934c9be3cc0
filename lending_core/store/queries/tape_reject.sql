-- One row per row of the newest import that was not loaded, in the order of the file.
select
    row_number,
    reason,
    detail,
    content
from tape_reject
where import_id = (
    select max(import_id)
    from tape_import
)
order by row_number, reason
