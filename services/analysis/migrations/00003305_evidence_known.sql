-- The evidence of one province, one threat and one world is found by this index alone. Without the world in it another index was taken
-- for as good, which leads through the evidence of all threats of the province.
drop index evidence_known;
create index evidence_known on evidence (province, threat, exercise, known_from);
