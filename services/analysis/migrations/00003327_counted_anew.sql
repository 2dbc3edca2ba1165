-- From which month on the counts of a province changed since its unusual months were looked at last: they are looked at anew when
-- levels are settled, and the row goes.
create table counted_anew (
    province text    not null,
    exercise boolean not null,
    -- YYYY-MM
    month    text    not null,
    primary key (province, exercise)
);
