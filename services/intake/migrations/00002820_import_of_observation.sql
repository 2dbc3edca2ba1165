-- Which run brought a revision: one that a file brings twice is told. Null for what came before this was kept, and for reports.
alter table observation add column import_id text;
