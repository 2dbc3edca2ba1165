//! Codes in a search: one that nothing can have is refused with those that were likely meant, instead of an empty page.

use contracts::{Failure, intake::FindObservations};
use domain::{Country, ProvinceCode, kind};

/// How many likely codes are named at most.
const NAMED: usize = 5;
/// How alike two words are at least, from 0 to 1, that one is named for the other.
const ALIKE: f64 = 0.75;

/// What is refused of a search that found nothing; `stored` says of a code that no table has whether anything has it, and
/// which sources there are.
pub fn objection(find: &FindObservations, stored: &Stored) -> Option<Failure> {
    let at =
        |name: &str, why: String| Failure::invalid("the search names what nothing can have").at(name, why);
    if let Some(code) =
        find.province.as_ref().filter(|code| !stored.province && geography::province(code.as_str()).is_none())
    {
        return Some(at("province", no_province(code)));
    }
    if let Some(country) = find.country.filter(|country| !stored.country && !country.in_region()) {
        let region = Country::REGION.map(|one| one.to_string()).join(", ");
        return Some(at("country", format!("{country} is none of the six countries; give one of {region}")));
    }
    if let Some(word) = find.kind.as_deref().filter(|word| !kind::is_known(word) && !stored.kind) {
        let near = near(word, kind::all());
        return Some(at("kind", format!("no observation is of the kind {}{near}", short(word))));
    }
    if let Some(source) =
        find.source.as_deref().filter(|source| !stored.sources.iter().any(|one| one == source))
    {
        let near = match near(source, stored.sources.iter().map(String::as_str)) {
            near if near.is_empty() => among(&stored.sources),
            near => near,
        };
        return Some(at("source", format!("nothing is known from a source {}{near}", short(source))));
    }
    None
}

/// What the store knows of the words of a search.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stored {
    /// Whether anything is of the kind that is asked for.
    pub kind: bool,
    /// Whether anything is in the country that is asked for.
    pub country: bool,
    /// Whether anything is in the province that is asked for.
    pub province: bool,
    /// All sources that anything is from, in order.
    pub sources: Vec<String>,
}

/// What is said of a code of no province: those of its country, or the countries that there are.
fn no_province(code: &ProvinceCode) -> String {
    let begin = code.as_str().split('-').next().unwrap_or_default();
    let of_country = geography::provinces().iter().filter(|unit| unit.id.split('-').next() == Some(begin));
    let named: Vec<String> = of_country.map(|unit| format!("{} {}", unit.id, unit.name_en)).collect();
    if named.is_empty() {
        return format!(
            "{code} is no province of the six countries, as KG-B; GET /v1/places finds one by its name"
        );
    }
    format!("{code} is no province; those of {begin} are {}", named.join(", "))
}

/// The words that one was likely meant as, said as a question; nothing where none is alike.
fn near<'w>(word: &str, all: impl Iterator<Item = &'w str>) -> String {
    let folded = word.to_lowercase().replace([' ', '-'], "_");
    let score =
        |other: &'w str| (strsim::jaro_winkler(&folded, &other.to_lowercase().replace('-', "_")), other);
    let mut alike: Vec<(f64, &str)> = all.map(score).filter(|(score, _)| *score >= ALIKE).collect();
    alike.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(other.1)));
    let named: Vec<&str> = alike.into_iter().take(NAMED).map(|(_, word)| word).collect();
    if named.is_empty() { String::new() } else { format!("; is {} meant?", named.join(" or ")) }
}

fn among(sources: &[String]) -> String {
    match sources {
        [] => "; nothing is known from any source yet".to_owned(),
        all => format!("; there are {}", all.join(", ")),
    }
}

/// The beginning of what was given, in quotes.
fn short(word: &str) -> String {
    format!("{:?}", word.chars().take(80).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(find: FindObservations) -> Option<(String, String)> {
        let stored = Stored { sources: vec!["gdelt".into(), "ucdp-ged".into()], ..Stored::default() };
        let failure = objection(&find, &stored)?;
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
            let (pointer, detail) = refused(find).unwrap();
            assert_eq!(pointer, at);
            assert!(detail.contains(says), "{detail}");
        }
        let known = FindObservations {
            province: "KG-B".parse().ok(),
            country: "KGZ".parse().ok(),
            kind: Some("border_incident".into()),
            ..any()
        };
        assert_eq!(refused(known), None);
        let own = FindObservations {
            kind: Some("own_word".into()),
            source: Some("log".into()),
            country: "RUS".parse().ok(),
            province: "RU-MUR".parse().ok(),
            ..any()
        };
        let stored = Stored { kind: true, country: true, province: true, sources: vec!["log".into()] };
        assert_eq!(objection(&own, &stored), None, "sources may bring words of their own");
    }
}
