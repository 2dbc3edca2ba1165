-- What one source says is found by a mark in the index of texts: an index of its own cost every import a page a row. The index
-- of texts is made anew, so that it holds the mark of what was recorded before.
drop index observation_of_source;
drop table if exists observation_text;
update text_index set reached = 0;
