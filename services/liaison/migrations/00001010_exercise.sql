-- Consents given in an exercise are told apart from real ones. Those of before count as real.

alter table consent add column exercise boolean not null default false;
