-- One row per column of the book.
select
    table_name,
    column_name
from information_schema.columns
where table_catalog = 'book'
order by table_name, column_name
