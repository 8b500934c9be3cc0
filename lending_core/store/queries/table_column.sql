-- One row per table of the book and column, in order.
select
    table_name,
    column_name,
    data_type as kind
from duckdb_columns()
where
    database_name = 'book'
    and schema_name = 'main'
    and table_name in (select tables.table_name from duckdb_tables() as tables)
order by table_name, column_index
