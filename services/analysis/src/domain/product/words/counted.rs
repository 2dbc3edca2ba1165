//! What is counted, with the forms of its words.

use contracts::analysis::products::ProductLanguage as Language;
use domain::Plural;

use super::{pick, whole};

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Noun {
    /// People who died.
    Death,
    /// Incidents.
    Incident,
    /// Reports.
    Report,
    /// Independent owners of sources, in the genitive where Russian needs it.
    Owner,
    /// First-level units.
    Province,
    /// Changes of a level.
    Change,
    /// Forecasts.
    Forecast,
    /// Events that ease.
    Easing,
    /// Further sources.
    Source,
    /// Anomalies.
    Anomaly,
    /// Levels that rose.
    Rise,
    /// Levels that fell, told after those that rose.
    Fall,
    /// Levels that were assessed for the first time, told after those that fell.
    First,
}

impl Noun {
    /// The words that go with each plural form: English, Russian.
    const fn forms(self) -> (&'static str, &'static str) {
        match self {
            Self::Death => ("[one] death [other] deaths", "[one] погибший [few] погибших [many] погибших"),
            Self::Incident => {
                ("[one] incident [other] incidents", "[one] инцидент [few] инцидента [many] инцидентов")
            }
            Self::Report => {
                ("[one] report [other] reports", "[one] сообщение [few] сообщения [many] сообщений")
            }
            Self::Owner => (
                "[one] independent source [other] independent sources",
                "[one] независимый источник [few] независимых источника [many] независимых источников",
            ),
            Self::Province => {
                ("[one] province [other] provinces", "[one] провинция [few] провинции [many] провинций")
            }
            Self::Change => (
                "[one] change of level [other] changes of level",
                "[one] изменение уровня [few] изменения уровня [many] изменений уровня",
            ),
            Self::Forecast => {
                ("[one] forecast [other] forecasts", "[one] прогноз [few] прогноза [many] прогнозов")
            }
            Self::Source => {
                ("[one] more source [other] more sources", "[one] источник [few] источника [many] источников")
            }
            Self::Easing => (
                "[one] easing event [other] easing events",
                "[one] смягчающее событие [few] смягчающих события [many] смягчающих событий",
            ),
            Self::Anomaly => {
                ("[one] anomaly [other] anomalies", "[one] аномалия [few] аномалии [many] аномалий")
            }
            Self::Rise => (
                "[one] level rose [other] levels rose",
                "[one] уровень повысился [few] уровня повысились [many] уровней повысилось",
            ),
            Self::Fall => ("[one] fell [other] fell", "[one] понизился [few] понизились [many] понизилось"),
            Self::First => (
                "[one] first assessed [other] first assessed",
                "[one] оценён впервые [few] оценены впервые [many] оценено впервые",
            ),
        }
    }
}

/// So many provinces of which something is watched, as they stand after `any of the`: `в одной из 21 наблюдаемой провинции`.
pub fn among_watched(language: Language, number: usize) -> String {
    match language {
        Language::En => format!("{number} provinces that are watched"),
        Language::Ru if number % 10 == 1 && number % 100 != 11 => format!("{number} наблюдаемой провинции"),
        Language::Ru => format!("{number} наблюдаемых провинций"),
    }
}

/// What is counted after `up to`, which asks in Russian for the genitive: `до 221 погибшего`, `до 2 инцидентов`.
pub fn up_to(language: Language, number: u64, noun: Noun) -> String {
    let forms = match noun {
        Noun::Death => ("погибшего", "погибших"),
        Noun::Incident => ("инцидента", "инцидентов"),
        _ => return count(language, number, noun),
    };
    match language {
        Language::En => count(language, number, noun),
        Language::Ru => format!("{} {}", whole(language, number), genitive(number, forms)),
    }
}

/// So many forecasts that were made after the fact.
pub fn made_after(language: Language, number: u64) -> String {
    let forecasts = count(language, number, Noun::Forecast);
    match language {
        Language::En => format!("{forecasts} made after the fact"),
        Language::Ru => {
            format!("{forecasts}, {} задним числом", genitive(number, ("составленный", "составленных")))
        }
    }
}

/// A number with what it counts: `2 deaths`, `2 погибших`.
pub fn count(language: Language, number: u64, noun: Noun) -> String {
    let forms = pick(language, noun.forms());
    format!("{} {}", whole(language, number), Plural::of(language.as_str(), number).choose(forms))
}

/// So many of all provinces, in place of `in`: `in 1 of 5 provinces`, `в 21 из 34 провинций`; `in all 5 provinces` where it is all.
pub fn in_provinces(language: Language, few: u64, all: u64) -> String {
    let (some, of) = (whole(language, few), whole(language, all));
    match language {
        Language::En if few == 0 => format!("in none of {}", count(language, all, Noun::Province)),
        Language::Ru if few == 0 => {
            format!("ни в одной из {of} {}", genitive(all, ("провинции", "провинций")))
        }
        Language::En if few == all => format!("in all {}", count(language, all, Noun::Province)),
        Language::En => format!("in {some} of {}", count(language, all, Noun::Province)),
        Language::Ru if few == all => format!("во всех {of} {}", genitive(all, ("провинции", "провинциях"))),
        Language::Ru => format!("в {some} из {of} {}", genitive(all, ("провинции", "провинций"))),
    }
}

/// That a country is looked at in part alone, behind its name: ` (2 of 34 provinces looked at)`; nothing where it is looked at as
/// a whole.
pub fn looked_at(language: Language, some: usize, whole: usize) -> String {
    match language {
        _ if some >= whole => String::new(),
        Language::En => format!(" ({some} of {whole} provinces looked at)"),
        Language::Ru => format!(" (рассмотрено провинций: {some} из {whole})"),
    }
}

/// From so many of all provinces nothing came: `from 1 of 5 provinces`, `по 21 из 34 провинций`; `from any of 5 provinces` of all.
pub fn from_provinces(language: Language, few: u64, all: u64) -> String {
    let of = whole(language, all);
    match language {
        Language::En if few == all => format!("from any of its {}", count(language, all, Noun::Province)),
        Language::En => format!("from {} of {}", whole(language, few), count(language, all, Noun::Province)),
        Language::Ru if few == all => {
            format!("ни по одной из {of} {}", genitive(all, ("провинции", "провинций")))
        }
        Language::Ru => {
            format!("по {} из {of} {}", whole(language, few), genitive(all, ("провинции", "провинций")))
        }
    }
}

/// That so many incidents come without a number of deaths: that is no zero.
pub fn unstated(language: Language, incidents: u64) -> String {
    let number = whole(language, incidents);
    match language {
        Language::En => format!("deaths not stated in {number}"),
        Language::Ru => {
            format!("о погибших не сообщается в {number} {}", genitive(incidents, ("случае", "случаях")))
        }
    }
}

/// The case that `из` and `во всех` ask for: singular where the number ends on one, plural otherwise.
fn genitive(number: u64, (one, more): (&'static str, &'static str)) -> &'static str {
    if Plural::of("ru", number) == Plural::One { one } else { more }
}
