-- The countries, besides the first, in each of which a chain is a fact of its own, between spaces; empty where it is one fact.
alter table message_chain add column parts text not null default '';
