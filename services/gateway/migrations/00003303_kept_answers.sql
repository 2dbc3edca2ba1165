-- Answers that were kept hold no drafts: a draft that was sent, discarded or erased lived on in them.
delete from idempotency where response like '{"form":%,"key":%,"updated_at":%,"version":%}';
-- the own reports, newest first
create index sent_report_of on sent_report (sent_by, sent_at);
