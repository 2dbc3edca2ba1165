-- That one revision stands follows from the primary key: a revision is written with the end of the one before it, and two
-- writers of the same revision meet there. The index said it again, at a page of the store for every row.
drop index observation_current;
