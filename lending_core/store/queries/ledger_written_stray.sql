-- One row per recorded row that stands out of order, and one per table, record and key that is first of
-- its table in the list.
with ordered as (
    select
        number,
        table_name,
        row_key,
        rowid as place,
        lag(number) over (order by rowid) as before_number,
        lag(table_name) over (order by rowid) as before_table
    from ledger_written_row
),

judged as (
    select
        number,
        table_name,
        row_key,
        place,
        coalesce(
            number < before_number or (number = before_number and table_name < before_table),
            false
        ) as is_moved
    from ordered
)

select
    number,
    table_name,
    row_key,
    is_moved
from judged
where is_moved or place in (select min(place) from judged group by table_name)
order by place
