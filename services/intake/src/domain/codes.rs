//! Codes in a question: one that nothing can have is refused with those that were likely meant, instead of an empty page.

use contracts::{
    Failure,
    intake::{
        FindObservations, ListReports, aggregate::FindAggregates, clusters::ListClusters, leads::ListLeads,
        questionnaires::ListQuestionnaires,
    },
};
use domain::{Country, ProvinceCode, kind};

/// How many likely codes are named at most.
const NAMED: usize = 5;
/// How many sources are named where none is alike.
const SOURCES: usize = 20;
/// How alike two words are at least, from 0 to 1, that one is named for the other.
const ALIKE: f64 = 0.75;

/// Whose sources a question names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Origin {
    /// Those that observations are from.
    #[default]
    Observation,
    /// Those that leads are from.
    Lead,
    /// The monitors that reports are from, by their pseudonyms.
    Report,
}

/// The codes that a question names.
#[derive(Clone, Copy, Debug, Default)]
pub struct Named<'q> {
    /// The province.
    pub province: Option<&'q ProvinceCode>,
    /// The country.
    pub country: Option<Country>,
    /// The kind.
    pub kind: Option<&'q str>,
    /// The source.
    pub source: Option<&'q str>,
    /// Of what the source is one.
    pub of: Origin,
}

impl<'q> From<&'q FindObservations> for Named<'q> {
    fn from(find: &'q FindObservations) -> Self {
        let FindObservations { province, country, kind, source, .. } = find;
        let (province, kind, source) = (province.as_ref(), kind.as_deref(), source.as_deref());
        Self { province, country: *country, kind, source, of: Origin::Observation }
    }
}
impl<'q> From<&'q ListClusters> for Named<'q> {
    fn from(list: &'q ListClusters) -> Self {
        Self { province: list.province.as_ref(), country: list.country, ..Self::default() }
    }
}
impl<'q> From<&'q FindAggregates> for Named<'q> {
    fn from(find: &'q FindAggregates) -> Self {
        Self { province: find.province.as_ref(), country: find.country, ..Self::default() }
    }
}
impl<'q> From<&'q ListLeads> for Named<'q> {
    fn from(list: &'q ListLeads) -> Self {
        let (province, source) = (list.province.as_ref(), list.source.as_deref());
        Self { province, source, of: Origin::Lead, ..Self::default() }
    }
}
impl<'q> From<&'q ListReports> for Named<'q> {
    fn from(list: &'q ListReports) -> Self {
        let (province, source) = (list.province.as_ref(), list.source.as_deref());
        Self { province, source, of: Origin::Report, ..Self::default() }
    }
}
impl<'q> From<&'q ListQuestionnaires> for Named<'q> {
    fn from(list: &'q ListQuestionnaires) -> Self {
        Self { province: list.province.as_ref(), ..Self::default() }
    }
}

/// What the store knows of the codes of a question, as far as the asker may know of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stored {
    /// Whether anything is of the kind that is asked for.
    pub kind: bool,
    /// Whether anything is in the country that is asked for.
    pub country: bool,
    /// Whether anything is in the province that is asked for.
    pub province: bool,
    /// The sources that anything is from, in order.
    pub sources: Vec<String>,
}

/// What is refused of a question that found nothing; `stored` says of a code that no table has whether anything has it, and
/// which sources there are.
pub fn objection(named: Named<'_>, stored: &Stored) -> Option<Failure> {
    let at =
        |name: &str, why: String| Failure::invalid("the search names what nothing can have").at(name, why);
    if let Some(code) = named.province.filter(|code| !stored.province && is_elsewhere(code)) {
        return Some(at("province", no_province(code)));
    }
    if let Some(country) = named.country.filter(|country| !stored.country && !country.in_region()) {
        let region = Country::REGION.map(|one| one.to_string()).join(", ");
        return Some(at("country", format!("{country} is none of the six countries; give one of {region}")));
    }
    if let Some(word) = named.kind.filter(|word| !kind::is_known(word) && !stored.kind) {
        let near = near(word, kind::all());
        return Some(at("kind", format!("no observation is of the kind {}{near}", short(word))));
    }
    if let Some(source) = named.source.filter(|source| !stored.sources.iter().any(|one| one == source)) {
        let near = match near(source, stored.sources.iter().map(String::as_str)) {
            near if near.is_empty() => among(&stored.sources),
            near => near,
        };
        return Some(at("source", format!("nothing is known from a source {}{near}", short(source))));
    }
    None
}

/// Whether a code is that of no province of the six countries.
pub fn is_elsewhere(code: &ProvinceCode) -> bool {
    geography::province(code.as_str()).is_none()
}

/// What is said of a code of no province: those that were likely meant, those of its country, or the countries that there are.
pub fn no_province(code: &ProvinceCode) -> String {
    let listed = |units: &[&geography::Province]| {
        let named: Vec<String> = units.iter().map(|unit| format!("{} {}", unit.id, unit.name_en)).collect();
        named.join(", ")
    };
    let begin = code.as_str().split('-').next().unwrap_or_default();
    let of_country: Vec<&geography::Province> =
        geography::provinces().iter().filter(|unit| unit.id.split('-').next() == Some(begin)).collect();
    if of_country.is_empty() {
        let named = Country::REGION.map(|one| one.to_string()).join(", ");
        return format!(
            "{code} is no province of the six countries ({named}), as KG-B; GET /v1/places finds one by its name"
        );
    }
    match geography::likely_provinces(code.as_str(), None).as_slice() {
        [] => format!("{code} is no province; those of {begin} are {}", listed(&of_country)),
        likely => format!("{code} is no province; is {} meant?", listed(likely)),
    }
}

/// The words that one was likely meant as, said as a question; nothing where none is alike.
fn near<'w>(word: &str, all: impl Iterator<Item = &'w str>) -> String {
    match likely(word, all).as_slice() {
        [] => String::new(),
        named => format!("; is {} meant?", named.join(" or ")),
    }
}

/// The kind that a word is a slip of the pen for; `None` of a kind that is known, and of one that is like none.
pub fn misspelt(word: &str) -> Option<&'static str> {
    let is_slip = |known: &&str| strsim::osa_distance(word, known) == 1;
    if kind::is_known(word) { None } else { kind::all().find(is_slip) }
}

/// The words of these that one was likely meant as, the likeliest first.
pub fn likely<'w>(word: &str, all: impl Iterator<Item = &'w str>) -> Vec<&'w str> {
    let folded = word.to_lowercase().replace([' ', '-'], "_");
    let score = |other: &'w str| {
        (strsim::jaro_winkler(&folded, &other.to_lowercase().replace([' ', '-'], "_")), other)
    };
    let mut alike: Vec<(f64, &str)> = all.map(score).filter(|(score, _)| *score >= ALIKE).collect();
    alike.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(other.1)));
    alike.dedup();
    alike.into_iter().take(NAMED).map(|(_, word)| word).collect()
}

fn among(sources: &[String]) -> String {
    let named = sources.get(..SOURCES).unwrap_or(sources).join(", ");
    match sources.len() {
        0 => "; nothing is known from any source yet".to_owned(),
        all if all > SOURCES => format!("; there are {named} and {} others", all - SOURCES),
        _ => format!("; there are {named}"),
    }
}

/// The beginning of what was given, in quotes.
pub(super) fn short(word: &str) -> String {
    format!("{:?}", word.chars().take(80).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(find: &FindObservations) -> Option<(String, String)> {
        let stored = Stored { sources: vec!["gdelt".into(), "ucdp-ged".into()], ..Stored::default() };
        let failure = objection(find.into(), &stored)?;
        let error = failure.errors.into_iter().next().unwrap();
        Some((error.pointer, error.detail))
    }

    #[test]
    fn what_nothing_can_have_is_refused_with_what_was_likely_meant() {
        let any = FindObservations::default;
        for (find, at, says) in [
            (FindObservations { province: "KG-X".parse().ok(), ..any() }, "province", "KG-B Batken"),
            (FindObservations { province: "FR-1".parse().ok(), ..any() }, "province", "/v1/places"),
            (FindObservations { country: "KGS".parse().ok(), ..any() }, "country", "KGZ"),
            (FindObservations { kind: Some("boder incident".into()), ..any() }, "kind", "border_incident"),
            (FindObservations { source: Some("ucdp".into()), ..any() }, "source", "is ucdp-ged meant?"),
            (
                FindObservations { source: Some("Reuters".into()), ..any() },
                "source",
                "there are gdelt, ucdp-ged",
            ),
        ] {
            let (pointer, detail) = refused(&find).unwrap();
            assert_eq!(pointer, at);
            assert!(detail.contains(says), "{detail}");
        }
        let known = FindObservations {
            province: "KG-B".parse().ok(),
            country: "KGZ".parse().ok(),
            kind: Some("border_incident".into()),
            ..any()
        };
        assert_eq!(refused(&known), None);
        let own = FindObservations {
            kind: Some("own_word".into()),
            source: Some("log".into()),
            country: "RUS".parse().ok(),
            province: "RU-MUR".parse().ok(),
            ..any()
        };
        let stored = Stored { kind: true, country: true, province: true, sources: vec!["log".into()] };
        assert_eq!(objection((&own).into(), &stored), None, "sources may bring words of their own");
    }
}
