-- When a source was last heard: nothing is forecast while a file is still coming in. Null: before this was kept.
alter table source_span add column heard_at timestamptz;
