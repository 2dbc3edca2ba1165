-- Which month an alarm of the trend was last raised by: what becomes known of another month later clears it not.
alter table alarm_cell add column trend_month text;
