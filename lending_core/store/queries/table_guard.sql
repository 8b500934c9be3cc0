-- One row per check of a table and per column of it that may not be null.
select
    case constraint_type when 'CHECK' then expression end as condition,
    constraint_column_names[1] as column_name
from duckdb_constraints()
where
    database_name = 'book'
    and table_name = $table
    and constraint_type in ('CHECK', 'NOT NULL')
