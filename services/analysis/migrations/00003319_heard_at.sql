-- What changed since a moment is told by when analysis heard of it, not by when intake knew it: analysis may have been behind, and what it
-- heard only after somebody asked was told to nobody. Of what was heard before this, the other moment is all that is known.
alter table evidence add column heard_at timestamptz;
alter table retraction add column heard_at timestamptz;
alter table reading add column heard_at timestamptz;
update evidence set heard_at = known_from;
update retraction set heard_at = at;
update reading set heard_at = known_from;
drop index evidence_known;
create index evidence_heard on evidence (province, threat, exercise, heard_at);
