-- Counts of the exercise stand beside those of the world, never in their place.
alter table aggregate add column exercise boolean not null default false;
