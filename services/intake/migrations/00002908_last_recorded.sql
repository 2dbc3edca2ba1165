-- When what was recorded last was recorded: committed with it, so that whoever reads it sees all that was recorded by then.
alter table observation_count add column at timestamptz;
