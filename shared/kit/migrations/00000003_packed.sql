-- A large body is kept packed, and `body` is empty then: packs of observations say the same a hundred times over.
alter table outbox add column packed bytea;
