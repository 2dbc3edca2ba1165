//! The reasons of intake in Russian that are of where and when a report says that something happened: see `contracts::reason`.

/// The reasons.
pub(super) const REPORTS: &[(&str, &str)] = &[
    (
        "the note is missing: say how it is known where or when it happened",
        "нет примечания: напишите, откуда известно, где или когда это произошло",
    ),
    (
        "correct place or day first, with a note (a place that nobody knows is stated with the precision none), or refuse the report",
        "сначала исправьте место или день, с примечанием (если места никто не знает, укажите, что оно неизвестно), или отклоните сообщение",
    ),
    (
        "nothing is corrected: give place, or occurred_on, or both",
        "ничего не исправлено: укажите место или день, либо то и другое",
    ),
    (
        "{} may mean {}; write the province of the one meant, and its point",
        "{=0} может означать {:1}; напишите провинцию нужного места и его координаты",
    ),
    (
        "{} means {}, and the point {}, {} lies in {}, {} km away from there; correct the name or the point, or write the province as well",
        "{=0} – это {:1}, а точка {=2}, {=3} лежит в {:4}, в {=5} км оттуда; исправьте название или координаты либо напишите и провинцию",
    ),
    ("the report cannot be corrected so", "так сообщение исправить нельзя"),
    (
        "a weekly report is of its province and week, which are not corrected: refuse it, and ask its reporter to send it again",
        "еженедельный отчёт относится к своей провинции и своей неделе, и они не исправляются: отклоните его и попросите наблюдателя прислать отчёт заново",
    ),
    (
        "it was verified without a note because another source bore it out, and none does any longer: investigate it anew, and verify it with a note that says what was checked and how",
        "сообщение проверено без примечания, потому что его подтверждал другой источник, а теперь не подтверждает ни один: проведите проверку заново и укажите в примечании, что и как проверено",
    ),
    (
        "not named itself: it counted as one with a named one already, and of those named was said: {}",
        "само не названо: раньше уже считалось одним с названным, а о названных сказано: {=0}",
    ),
];
