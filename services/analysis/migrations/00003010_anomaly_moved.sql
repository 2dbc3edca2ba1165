-- When an anomaly last moved: what changed since a moment is asked by it. Null: not since it was opened, or before this was kept.
alter table anomaly add column moved_at timestamptz;
