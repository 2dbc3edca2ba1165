-- What one source says is found in its order, and so is what belongs to an exercise.
create index observation_of_source on observation (source, rank);
create index observation_of_exercise on observation (rank) where exercise;
