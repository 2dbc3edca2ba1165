//! Why a line of SMS or e-mail is refused, in Russian: see `domain::line`.

/// The reasons.
pub(super) const LINE: &[(&str, &str)] = &[
    (
        "the line cannot be read; write MRB province threat kind severity [deaths, as 2d] [day, as 2026-11-20 or 20.11.2026] text; province by code or name; MRBX in the place of MRB for an exercise. МРБ and МРБХ are read too, as are Russian names of threat, kind and severity, and commas or semicolons between the words before the text",
        "строку не удалось прочитать; пишите: МРБ провинция угроза вид тяжесть [погибшие, как 2d] [день, как 2026-11-20 или 20.11.2026] текст; провинция кодом или названием; на учениях МРБХ вместо МРБ. Принимаются и MRB, MRBX, слова на английском, как border_tension, а между словами до текста – запятые и точки с запятой",
    ),
    ("must be MRB or MRBX, or МРБ or МРБХ, not {}", "должно быть МРБ или МРБХ (MRB или MRBX), а не {=0}"),
    ("must have {} characters at most", "не более {=0} знаков"),
    ("is missing: say what was seen", "отсутствует: напишите, что видели"),
    ("stand twice; write them once", "указано дважды; напишите один раз"),
    ("stands twice; write it once", "указан дважды; напишите один раз"),
    (
        "{} lies ahead; write the day on which it happened",
        "{=0} ещё не наступило; напишите день, когда это произошло",
    ),
    (
        "{} is no number of deaths; write a whole number and d, as 2d",
        "{=0} – не число погибших; напишите целое число и d, как 2d",
    ),
    (
        "what {} counts is not said: write deaths as 2d, and begin the text with a word",
        "не сказано, что означает {=0}: погибших пишите как 2d, а текст начинайте со слова",
    ),
    (
        "{} is no day that can be read; write it as 2026-11-20 or 20.11.2026",
        "день {=0} не удалось прочитать; напишите его как 2026-11-20 или 20.11.2026",
    ),
    (
        "{} can be read two ways; write it as 2026-11-20 or 20.11.2026",
        "{=0} можно прочитать двояко; напишите как 2026-11-20 или 20.11.2026",
    ),
    (
        "{} is no province of the region; give its ISO 3166-2 code, as KG-B, or a name of it",
        "{=0} – не провинция региона; укажите её код ISO 3166-2, как KG-B, или название",
    ),
    (
        "{} is no province of the region; is {} meant? Write its code",
        "{=0} – не провинция региона; имеется в виду {:1}? Напишите её код",
    ),
    ("{} is no threat; write one of {}", "{=0} – не угроза; напишите одно из названий: {=1}"),
    ("{} is no severity; write one of {}", "{=0} – не тяжесть; напишите одно из слов: {=1}"),
    ("{} is no kind that the centre knows; the nearest are {}", "вида {=0} центр не знает; ближайшие: {=1}"),
];
