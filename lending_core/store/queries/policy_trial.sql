-- One row per trial of a limit policy, oldest first, with its end where it was ended.
select
    policy_trial.trial_id,
    policy_trial.policy_version,
    policy_trial.share_bp,
    policy_trial.salt,
    policy_trial.started_on,
    policy_trial.started_by,
    policy_trial.reason,
    policy_trial_end.ended_on,
    policy_trial_end.ended_by,
    policy_trial_end.reason as end_reason
from policy_trial
left join policy_trial_end on policy_trial.trial_id = policy_trial_end.trial_id
order by policy_trial.trial_id
