-- The run that brought a message; null where it is known only from others that name it, or came before this was kept.
alter table message add column import_id text;
