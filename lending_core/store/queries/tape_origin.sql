-- One row: the newest import into this book, or none.
select
    import_id,
    file_name,
    file_hash,
    mapping,
    shape,
    as_of_on,
    rows_in,
    rows_loaded,
    rows_rejected,
    sums,
    imported_by,
    recorded_at,
    (
        select count(*)
        from tape_loan
    ) as loans
from tape_import
order by import_id desc
limit 1
