-- One row per back-test of the rules of early warning, newest first.
select *
from warning_back_test
order by back_test_id desc
limit $tests_max
