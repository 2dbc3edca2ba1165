//! Single words of products in English and Russian: numbers, days, places, threats, levels, grades.

mod counted;
mod indicators;
mod places;

use chrono::{Datelike, Timelike};
use contracts::analysis::products::ProductLanguage as Language;
use domain::{
    Country, Day, Level, Precision, ProvinceCode, Reliability, Threat, Timestamp, Trend,
    likelihood::{Confidence, Likelihood, Word},
    mandate::ConsentState,
};

pub use counted::{
    Noun, among_watched, count, from_provinces, in_provinces, looked_at, made_after, unstated, up_to,
};
pub use indicators::{extent, indicator};
pub use places::{actor, names_province, place};

/// Whether a text can stand in a paper of this language: it is written in its letters.
pub fn is_in(language: Language, text: &str) -> bool {
    let (mut own, mut other) = (0_usize, 0_usize);
    for letter in text.chars().filter(|letter| letter.is_alphabetic()) {
        let cyrillic = ('\u{400}'..='\u{52f}').contains(&letter);
        let fits = if language == Language::Ru {
            cyrillic
        } else {
            letter.is_ascii() || ('\u{c0}'..='\u{24f}').contains(&letter)
        };
        if fits { own += 1 } else { other += 1 }
    }
    own >= other
}

/// A whole number with its thousands apart.
pub fn whole(language: Language, number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(if language == Language::Ru { '\u{202f}' } else { ',' });
        }
        text.push(digit);
    }
    text
}

/// A number with so many decimals.
pub fn number(language: Language, value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    if language == Language::Ru { text.replace('.', ",") } else { text }
}

/// A chance or share in 0..=1. A small chance is told as a band: the counts behind it cannot bear digits.
pub fn chance(language: Language, share: f64) -> String {
    let sign = if language == Language::Ru { "\u{202f}%" } else { "%" };
    let band = match share {
        share if share < 0.01 => pick(language, ("below 1", "менее 1")).to_owned(),
        share if share < 0.05 => "1–5".to_owned(),
        share if share < 0.1 => "5–10".to_owned(),
        share if share < 0.2 => "10–20".to_owned(),
        share if share > 0.99 => pick(language, ("above 99", "более 99")).to_owned(),
        share => format!("{:.0}", share * 100.0),
    };
    format!("{band}{sign}")
}

/// A share in 0..=1 as whole per cent; what is not nothing is never told as nothing, nor what is not all as all.
pub fn percent(language: Language, share: f64) -> String {
    let told = match share {
        share if share > 0.0 && share < 0.01 => pick(language, ("under 1", "менее 1")).to_owned(),
        share if share > 0.99 && share < 1.0 => pick(language, ("over 99", "более 99")).to_owned(),
        share => format!("{:.0}", share * 100.0),
    };
    format!("{told}{}", if language == Language::Ru { "\u{202f}%" } else { "%" })
}

/// The English or the Russian of two texts.
pub const fn pick<'t>(language: Language, (english, russian): (&'t str, &'t str)) -> &'t str {
    match language {
        Language::En => english,
        Language::Ru => russian,
    }
}

const MONTHS: [(&str, &str, &str); 12] = [
    ("January", "января", "январь"),
    ("February", "февраля", "февраль"),
    ("March", "марта", "март"),
    ("April", "апреля", "апрель"),
    ("May", "мая", "май"),
    ("June", "июня", "июнь"),
    ("July", "июля", "июль"),
    ("August", "августа", "август"),
    ("September", "сентября", "сентябрь"),
    ("October", "октября", "октябрь"),
    ("November", "ноября", "ноябрь"),
    ("December", "декабря", "декабрь"),
];

fn month_of(day: Day) -> (&'static str, &'static str, &'static str) {
    MONTHS.get(day.as_date().month0() as usize).copied().unwrap_or(MONTHS[0])
}

fn day_and_month(language: Language, day: Day) -> String {
    let (english, russian, _) = month_of(day);
    format!("{} {}", day.as_date().day(), pick(language, (english, russian)))
}

/// A day: `23 November 2026`, `23 ноября 2026 г.`
pub fn day(language: Language, day: Day) -> String {
    let year = day.as_date().year();
    format!("{} {year}{}", day_and_month(language, day), pick(language, ("", " г.")))
}

/// From one day to another, saying what they share once: `17–23 November 2026`.
pub fn period(language: Language, from: Day, to: Day) -> String {
    let (first, last) = (from.as_date(), to.as_date());
    if from >= to {
        return day(language, to);
    }
    if (first.year(), first.month()) == (last.year(), last.month()) {
        return format!("{}–{}", first.day(), day(language, to));
    }
    if first.year() == last.year() {
        return format!("{} – {}", day_and_month(language, from), day(language, to));
    }
    format!("{} – {}", day(language, from), day(language, to))
}

/// The month of a day, in the nominative: `November 2026`, `ноябрь 2026 г.`
pub fn month(language: Language, day: Day) -> String {
    let (english, _, russian) = month_of(day);
    format!("{} {}{}", pick(language, (english, russian)), day.as_date().year(), pick(language, ("", " г.")))
}

/// A moment to the minute, in UTC.
pub fn moment(language: Language, at: Timestamp) -> String {
    let time = at.as_datetime();
    let (day, utc) = (day(language, at.day()), pick(language, ("UTC", "UTC")));
    format!("{day}, {:02}:{:02} {utc}", time.hour(), time.minute())
}

/// The name of a unit; its code where there is no such unit.
pub fn province(language: Language, code: &ProvinceCode) -> String {
    geography::province(code.as_str())
        .map_or_else(|| code.to_string(), |unit| pick(language, (unit.name_en, unit.name_ru)).to_owned())
}

/// The name of a country of the region; its code where it is another.
pub fn country(language: Language, country: Country) -> String {
    let names = match country.as_str() {
        "AFG" => ("Afghanistan", "Афганистан"),
        "KAZ" => ("Kazakhstan", "Казахстан"),
        "KGZ" => ("Kyrgyzstan", "Кыргызстан"),
        "TJK" => ("Tajikistan", "Таджикистан"),
        "TKM" => ("Turkmenistan", "Туркменистан"),
        "UZB" => ("Uzbekistan", "Узбекистан"),
        other => return other.to_owned(),
    };
    pick(language, names).to_owned()
}

/// A unit with its country: `Batken, Kyrgyzstan`.
pub fn unit(language: Language, code: &ProvinceCode) -> String {
    let of = crate::domain::cell::country_of(code).map(|of| format!(", {}", country(language, of)));
    format!("{}{}", province(language, code), of.unwrap_or_default())
}

/// A threat, within a sentence.
pub const fn threat(language: Language, threat: Threat) -> &'static str {
    let words = match threat {
        Threat::TerrorismExtremism => ("terrorism and extremism", "терроризм и экстремизм"),
        Threat::DrugTrafficking => ("drug trafficking", "наркоторговля"),
        Threat::OrganisedCrime => ("organised crime", "организованная преступность"),
        Threat::EnvironmentalDegradation => ("environmental degradation", "ухудшение окружающей среды"),
        Threat::BorderTension => ("border tension", "напряжённость на границе"),
        Threat::WaterEnergy => ("water and energy", "вода и энергия"),
        Threat::PoliticalUnrest => ("political unrest", "политические волнения"),
        Threat::ArmedConflict => ("armed conflict", "вооружённый конфликт"),
        Threat::Displacement => ("displacement", "перемещение населения"),
    };
    pick(language, words)
}

/// A level, within a sentence.
pub const fn level(language: Language, level: Level) -> &'static str {
    let words = match level {
        Level::Calm => ("calm", "спокойный"),
        Level::Low => ("low", "низкий"),
        Level::Elevated => ("elevated", "повышенный"),
        Level::High => ("high", "высокий"),
        Level::Critical => ("critical", "критический"),
    };
    pick(language, words)
}

/// A level in the Russian genitive.
const fn genitive(level: Level) -> &'static str {
    match level {
        Level::Calm => "спокойного",
        Level::Low => "низкого",
        Level::Elevated => "повышенного",
        Level::High => "высокого",
        Level::Critical => "критического",
    }
}

/// Somewhere between two levels: `between low and high`, `от низкого до высокого`.
pub fn between(language: Language, low: Level, high: Level) -> String {
    match language {
        Language::En => format!("between {} and {}", level(language, low), level(language, high)),
        Language::Ru => format!("от {} до {}", genitive(low), genitive(high)),
    }
}

/// That a level may be as high as this one.
pub fn as_high_as(language: Language, highest: Level) -> String {
    match language {
        Language::En => format!("it may be as high as {}", level(language, highest)),
        Language::Ru => format!("уровень может доходить до {}", genitive(highest)),
    }
}

/// From one level to another: `from low to high`, `с низкого до высокого`.
pub fn from_to(language: Language, was: Level, now: Level) -> String {
    match language {
        Language::En => format!("from {} to {}", self::level(language, was), self::level(language, now)),
        Language::Ru => {
            let from = if was == Level::Calm { "со" } else { "с" };
            format!("{from} {} до {}", genitive(was), genitive(now))
        }
    }
}

/// How precisely something is placed: `known to the district`.
pub const fn precision(language: Language, precision: Precision) -> &'static str {
    let words = match precision {
        Precision::Exact => ("the exact place", "место установлено точно"),
        Precision::Near => ("to within about 25 km", "с точностью примерно до 25 км"),
        Precision::District => ("known to the district", "с точностью до района"),
        Precision::Province => ("known to the province", "с точностью до провинции"),
        Precision::Country => ("known to the country", "с точностью до страны"),
        Precision::None => ("place not known", "место неизвестно"),
    };
    pick(language, words)
}

/// What a trend says: how unusual what happened is for its place.
pub const fn trend(language: Language, trend: Trend) -> &'static str {
    let words = match trend {
        Trend::Normal => ("as usual for this place", "обычная для этого места картина"),
        Trend::Watch => (
            "unusual for this place and worth a look",
            "необычная для этого места картина, которая заслуживает внимания",
        ),
        Trend::Alert => (
            "so unusual for this place that it must be looked into",
            "настолько необычная для этого места картина, что её необходимо проверить",
        ),
    };
    pick(language, words)
}

/// What a reliability means.
pub const fn reliability(language: Language, reliability: Reliability) -> &'static str {
    let words = match reliability {
        Reliability::A => ("completely reliable source", "полностью надёжный источник"),
        Reliability::B => ("usually reliable source", "обычно надёжный источник"),
        Reliability::C => ("fairly reliable source", "достаточно надёжный источник"),
        Reliability::D => ("source not usually reliable", "не всегда надёжный источник"),
        Reliability::E => ("unreliable source", "ненадёжный источник"),
        Reliability::F => ("reliability cannot be judged", "надёжность оценить нельзя"),
    };
    pick(language, words)
}

/// What a credibility, 1 to 6, means.
pub const fn credibility(language: Language, digit: u8) -> &'static str {
    let words = match digit {
        1 => ("confirmed by independent sources", "подтверждено независимыми источниками"),
        2 => ("probably true", "вероятно, верно"),
        3 => ("possibly true", "возможно, верно"),
        4 => ("doubtful", "сомнительно"),
        5 => ("improbable", "неправдоподобно"),
        _ => ("truth cannot be judged", "достоверность оценить нельзя"),
    };
    pick(language, words)
}

/// A source by the name people know it by; by its key where it has none.
pub fn source(language: Language, key: &str) -> &str {
    let names = match key {
        "ucdp" => ("UCDP", "UCDP"),
        "acled" => ("ACLED", "ACLED"),
        "gdelt" => ("GDELT", "GDELT"),
        "hapi-conflict-events" => ("HDX HAPI, conflict events", "HDX HAPI, конфликтные события"),
        "usgs-earthquakes" => ("USGS, earthquakes", "USGS, землетрясения"),
        "ncei-earthquakes" => ("NCEI, earthquakes", "NCEI, землетрясения"),
        "cap" => ("CAP message", "сообщение CAP"),
        "field-report" => ("field report", "сообщение с мест"),
        other => return other,
    };
    pick(language, names)
}

/// `likely (55–80%)`.
pub fn likelihood(language: Language, told: &Likelihood) -> String {
    let word = match told.word() {
        Word::AlmostNoChance => ("almost no chance", "почти невозможно"),
        Word::VeryUnlikely => ("very unlikely", "крайне маловероятно"),
        Word::Unlikely => ("unlikely", "маловероятно"),
        Word::RoughlyEven => ("roughly even chance", "примерно равные шансы"),
        Word::Likely => ("likely", "вероятно"),
        Word::VeryLikely => ("very likely", "весьма вероятно"),
        Word::AlmostCertain => ("almost certain", "почти наверняка"),
    };
    let share = |share: f64| format!("{:.0}", share * 100.0);
    let sign = pick(language, ("%", "\u{202f}%"));
    format!("{} ({}–{}{sign})", pick(language, word), share(told.low().value()), share(told.high().value()))
}

/// How sure.
pub const fn confidence(language: Language, confidence: Confidence) -> &'static str {
    let words = match confidence {
        Confidence::Low => ("low", "низкая"),
        Confidence::Moderate => ("moderate", "средняя"),
        Confidence::High => ("high", "высокая"),
    };
    pick(language, words)
}

/// Where a consent stands.
pub const fn consent(language: Language, state: ConsentState) -> &'static str {
    let words = match state {
        ConsentState::Requested => ("requested", "запрошено"),
        ConsentState::Granted => ("granted", "дано"),
        ConsentState::Conditional => ("granted under conditions", "дано на условиях"),
        ConsentState::Declined => ("declined", "отклонено"),
        ConsentState::Suspended => ("suspended", "приостановлено"),
        ConsentState::Withdrawn => ("withdrawn", "отозвано"),
    };
    pick(language, words)
}

#[cfg(test)]
#[path = "words_tests.rs"]
mod tests;
