-- How much comes from a province counts each report once, as it first came: corrected and dated anew, it has not come again.
drop index evidence_received;
create index evidence_received on evidence (province, exercise, occurred_to, source, known_from, observation_id) where revision = 1;
