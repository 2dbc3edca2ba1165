//! Sentences about how countries and threats stand.

use contracts::analysis::{Situation, products::ProductLanguage as Language};
use domain::{Level, Threat};

use super::{Sentence, capital, plain, unknown};
use crate::domain::{cell::provinces_in, product::words as w};

/// In how many provinces of a country a level is raised and known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Provinces {
    /// At elevated or above.
    pub raised: usize,
    /// Known at all.
    pub known: usize,
    /// All that are looked at.
    pub of: usize,
}

impl Provinces {
    /// Whether a level is known in fewer than half of them: then nothing is said of the country as a whole.
    const fn too_few(self) -> bool {
        self.known * 2 < self.of
    }
}

/// How a country stands: its highest level, where that is (one at least), and in how many of its provinces the level is elevated or above, and unknown. Where too
/// little is known and nothing of it is raised, no level stands for the country: silence is not calm.
pub fn country(l: Language, (worst, others): (&Situation, &[&Situation]), of: Provinces) -> Sentence {
    // what holds of a part is told of no more than that
    let country =
        format!("{}{}", w::country(l, worst.country), w::looked_at(l, of.of, provinces_in(worst.country)));
    let [raised, known, unknown] = [of.raised, of.known, of.of.saturating_sub(of.known)]
        .map(|number| w::in_provinces(l, number as u64, of.of as u64));
    if of.too_few() && worst.gravest() < Level::Elevated {
        return plain(match l {
            Language::En => format!(
                "{country}: too little is known to say how it stands; a level is known {known} alone, elevated or above in none of these."
            ),
            Language::Ru => format!(
                "{country}: сведений слишком мало, чтобы судить о положении в стране; уровень известен лишь {known}, повышенного и выше среди них нет."
            ),
        });
    }
    let level = w::level(l, worst.in_force());
    // where it is calm everywhere, that is all there is to say of each
    let placed = (worst.gravest() != Level::Calm).then(|| placed(l, worst, others));
    let all: Vec<&Situation> = std::iter::once(worst).chain(others.iter().copied()).collect();
    let places: Vec<String> = placed.into_iter().chain(unknown::left_open_of(l, &all)).collect();
    let places = if places.is_empty() { String::new() } else { format!(" ({})", places.join("; ")) };
    let (known, unknown) = match l {
        _ if of.known >= of.of => ("", String::new()),
        Language::En => (" where it is known", format!("; unknown {unknown}")),
        Language::Ru => (" из известных", format!("; неизвестен — {unknown}")),
    };
    // of one province its level says all
    let raised = match l {
        _ if of.of == 1 => String::new(),
        Language::En => format!("; elevated or above {raised}"),
        Language::Ru => format!("; повышенный и выше — {raised}"),
    };
    plain(match l {
        Language::En => format!("{country}: at most {level}{known}{places}{raised}{unknown}."),
        Language::Ru => {
            format!("{country}: наивысший{known} уровень — {level}{places}{raised}{unknown}.")
        }
    })
}

/// Where the highest level of a country is, by threat: `Batken, border tension`, or where there are several `armed conflict: Kandahar,
/// Kunduz`.
fn placed(l: Language, worst: &Situation, others: &[&Situation]) -> String {
    if others.is_empty() {
        return format!("{}, {}", named(l, worst), w::threat(l, worst.threat));
    }
    let mut by_threat: Vec<(Threat, Vec<String>)> = Vec::new();
    for one in std::iter::once(&worst).chain(others) {
        match by_threat.iter_mut().find(|(threat, _)| *threat == one.threat) {
            Some((_, names)) => names.push(named(l, one)),
            None => by_threat.push((one.threat, vec![named(l, one)])),
        }
    }
    let each =
        by_threat.iter().map(|(threat, names)| format!("{}: {}", w::threat(l, *threat), names.join(", ")));
    each.collect::<Vec<_>>().join("; ")
}

/// The name of a province; where its level was set by hand, that it was, and what is computed beside it.
fn named(l: Language, of: &Situation) -> String {
    let name = w::province(l, &of.province);
    if of.set.is_none() {
        return name;
    }
    let computed = w::level(l, of.level);
    match l {
        Language::En => format!("{name} (set by hand; computed: {computed})"),
        Language::Ru => format!("{name} (установлен вручную; расчётный: {computed})"),
    }
}

/// The levels for one threat: `Border tension – high: Batken; elevated: Sughd.`
pub fn levels(l: Language, threat: Threat, at: &[(Level, Vec<&Situation>)]) -> Sentence {
    let told = at.iter().map(|(level, all)| {
        let name = |one: &&Situation| match unknown::left_open(l, one) {
            Some(open) => format!("{} ({open})", named(l, one)),
            None => named(l, one),
        };
        let names: Vec<String> = all.iter().map(name).collect();
        format!("{}: {}", w::level(l, *level), names.join(", "))
    });
    plain(format!("{} – {}.", capital(w::threat(l, threat)), told.collect::<Vec<_>>().join("; ")))
}
