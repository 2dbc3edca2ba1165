//! What a CAMEO event code means here: its category in PLOVER, and the threat it bears on.
//!
//! Codes are texts with leading zeros: `0811` lies under `081` and `08`. A code has the meaning of the longest row it begins
//! with, so that codes not listed in one codebook or the other still have the meaning of what they lie under.

use domain::{Threat, words};

words! {
    /// A category of the PLOVER ontology.
    "PLOVER category" Plover {
        Agree = "AGREE",
        Consult = "CONSULT",
        Support = "SUPPORT",
        Concede = "CONCEDE",
        Cooperate = "COOPERATE",
        Aid = "AID",
        Retreat = "RETREAT",
        Request = "REQUEST",
        Accuse = "ACCUSE",
        Reject = "REJECT",
        Threaten = "THREATEN",
        Protest = "PROTEST",
        Sanction = "SANCTION",
        Mobilize = "MOBILIZE",
        Coerce = "COERCE",
        Assault = "ASSAULT",
    }
}

/// Categories by the beginning of a code. Statements (01) and appeals (02) have none.
const CATEGORIES: &[(&str, Plover)] = &[
    ("03", Plover::Agree),
    ("04", Plover::Consult),
    ("05", Plover::Support),
    ("06", Plover::Cooperate),
    ("07", Plover::Aid),
    ("08", Plover::Concede),
    ("0813", Plover::Retreat),
    ("0814", Plover::Retreat),
    ("084", Plover::Retreat),
    ("085", Plover::Retreat),
    ("086", Plover::Retreat),
    ("087", Plover::Retreat),
    ("09", Plover::Accuse),
    ("10", Plover::Request),
    ("11", Plover::Accuse),
    ("12", Plover::Reject),
    ("13", Plover::Threaten),
    ("14", Plover::Protest),
    ("15", Plover::Mobilize),
    ("16", Plover::Sanction),
    ("163", Plover::Coerce),
    ("17", Plover::Coerce),
    ("1712", Plover::Assault),
    ("175", Plover::Assault),
    ("18", Plover::Assault),
    ("19", Plover::Assault),
    ("191", Plover::Coerce),
    ("192", Plover::Coerce),
    ("20", Plover::Assault),
];

/// Threats by the beginning of a code; `None` where what lies under it bears on none of those watched.
///
/// Only deeds and threats of deeds bear on one: what is said, asked, refused or promised does not. CAMEO has no code for
/// drugs, borders, water or the environment, so GDELT says nothing of these.
const THREATS: &[(&str, Option<Threat>)] = &[
    ("075", Some(Threat::Displacement)),
    ("132", Some(Threat::PoliticalUnrest)),
    ("133", Some(Threat::PoliticalUnrest)),
    ("137", Some(Threat::PoliticalUnrest)),
    ("138", Some(Threat::ArmedConflict)),
    ("14", Some(Threat::PoliticalUnrest)),
    ("15", Some(Threat::ArmedConflict)),
    ("151", Some(Threat::PoliticalUnrest)),
    ("153", Some(Threat::PoliticalUnrest)),
    ("172", Some(Threat::PoliticalUnrest)),
    ("174", Some(Threat::Displacement)),
    ("175", Some(Threat::PoliticalUnrest)),
    ("18", Some(Threat::ArmedConflict)),
    ("183", Some(Threat::TerrorismExtremism)),
    ("185", Some(Threat::TerrorismExtremism)),
    ("186", Some(Threat::TerrorismExtremism)),
    ("19", Some(Threat::ArmedConflict)),
    ("20", Some(Threat::ArmedConflict)),
    ("201", Some(Threat::Displacement)),
];

/// The kinds of actor that decide what a deed bears on, whatever its code; the first that is there does.
const ACTORS: &[(&str, Threat)] = &[("REF", Threat::Displacement), ("CRM", Threat::OrganisedCrime)];

/// The longest row that a code begins with.
fn longest<T: Copy>(table: &[(&str, T)], code: &str) -> Option<T> {
    let fitting = table.iter().filter(|(start, _)| code.starts_with(start));
    fitting.max_by_key(|(start, _)| start.len()).map(|(_, meaning)| *meaning)
}

/// The category of a code in PLOVER; `None` for statements and appeals.
pub fn plover(code: &str) -> Option<Plover> {
    longest(CATEGORIES, code)
}

/// The threat that an event of this code between actors of these kinds bears on; `None` for none of those watched.
///
/// Deeds against, or by, refugees bear on displacement and those of criminals on organised crime.
pub fn threat(code: &str, actors: &[&str]) -> Option<Threat> {
    let is_deed = matches!(
        plover(code),
        Some(Plover::Coerce | Plover::Assault | Plover::Mobilize | Plover::Protest | Plover::Sanction)
    );
    let by_actor = ACTORS.iter().find(|(kind, _)| is_deed && actors.contains(kind));
    by_actor.map(|(_, threat)| *threat).or_else(|| longest(THREATS, code).flatten())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_means_what_the_longest_beginning_of_it_means() {
        for (code, category, threat_of) in [
            ("010", None, None),
            ("0256", None, None),
            ("036", Some("AGREE"), None),
            ("042", Some("CONSULT"), None),
            ("057", Some("SUPPORT"), None),
            ("075", Some("AID"), Some("displacement")),
            ("0811", Some("CONCEDE"), None),
            ("0814", Some("RETREAT"), None),
            ("0874", Some("RETREAT"), None),
            ("112", Some("ACCUSE"), None),
            ("1322", Some("THREATEN"), Some("political_unrest")),
            ("1384", Some("THREATEN"), Some("armed_conflict")),
            ("14", Some("PROTEST"), Some("political_unrest")),
            ("1453", Some("PROTEST"), Some("political_unrest")),
            ("152", Some("MOBILIZE"), Some("armed_conflict")),
            ("153", Some("MOBILIZE"), Some("political_unrest")),
            ("163", Some("COERCE"), None),
            ("1712", Some("ASSAULT"), None),
            ("173", Some("COERCE"), None),
            ("1724", Some("COERCE"), Some("political_unrest")),
            ("175", Some("ASSAULT"), Some("political_unrest")),
            ("1822", Some("ASSAULT"), Some("armed_conflict")),
            ("1833", Some("ASSAULT"), Some("terrorism_extremism")),
            ("190", Some("ASSAULT"), Some("armed_conflict")),
            ("191", Some("COERCE"), Some("armed_conflict")),
            ("201", Some("ASSAULT"), Some("displacement")),
            ("99", None, None),
        ] {
            assert_eq!(plover(code).map(Plover::as_str), category, "{code}");
            assert_eq!(threat(code, &["GOV"]).map(Threat::as_str), threat_of, "{code}");
        }
    }

    #[test]
    fn who_does_it_decides_before_what_is_done_but_only_where_something_is_done() {
        assert_eq!(threat("173", &["COP", "CRM"]), Some(Threat::OrganisedCrime));
        assert_eq!(threat("190", &["REF", "CRM"]), Some(Threat::Displacement));
        assert_eq!(threat("042", &["CRM"]), None);
        assert_eq!(threat("112", &["REF"]), None);
    }

    #[test]
    fn every_row_is_reached_by_itself() {
        for (start, category) in CATEGORIES {
            assert_eq!(plover(start), Some(*category), "{start}");
        }
        for (start, meant) in THREATS {
            assert_eq!(threat(start, &[]), *meant, "{start}");
        }
    }

    /// The published table of conversion, where it lies beside the project.
    #[test]
    fn the_categories_are_those_of_the_published_table() {
        let table = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../../../shared/data/reference/cameo2plover-2021.txt");
        let Ok(table) = std::fs::read_to_string(table) else {
            println!("skipped: there is no ../shared/data beside the project");
            return;
        };
        let mut compared = 0;
        for line in table.lines() {
            let Some((code, rest)) = line.split_once(':') else { continue };
            let category = rest.split([',', '#']).next().unwrap_or_default().trim();
            let digits = code.bytes().all(|byte| byte.is_ascii_digit());
            // roots of two categories stand twice in it, once before either
            if digits && code.len() > 2 {
                assert_eq!(plover(code).map(Plover::as_str), Some(category), "{code}");
                compared += 1;
            }
        }
        assert!(compared > 250, "{compared}");
    }
}
