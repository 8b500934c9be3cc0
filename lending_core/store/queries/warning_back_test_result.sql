-- One row per economy and rule of a back-test.
select * exclude (back_test_id)
from warning_back_test_result
where back_test_id = $back_test_id
order by path, rule
