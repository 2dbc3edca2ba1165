//! On whose terms data of each format comes, and how it is cited.

use contracts::{gateway::Format, intake::sources::SourceTerms};
use domain::{Day, Redistribution, Tlp};

use super::{acled, cap, gdelt, hapi, quakes, reliefweb, ucdp};

/// The label that what comes in this format bears; `None` where each record or the mapping says it.
pub const fn label(format: Format) -> Option<Tlp> {
    match format {
        Format::Cap | Format::Csv | Format::Mapped => None,
        _ => Some(Tlp::Clear),
    }
}

/// On whose terms data of this format comes; `None` where each row brings its own.
pub fn terms(format: Format) -> Option<SourceTerms> {
    let of = |licence: &str, redistribution, citation: &str| {
        Some(SourceTerms { licence: licence.to_owned(), redistribution, citation: citation.to_owned() })
    };
    match format {
        Format::UcdpGed => of("CC-BY-4.0", Redistribution::Raw, ucdp::Release::Final.citation()),
        Format::UcdpCandidate => of("CC-BY-4.0", Redistribution::Raw, ucdp::Release::Candidate.citation()),
        Format::Acled => of("ACLED-Terms", Redistribution::Derived, acled::CITATION),
        Format::UsgsEarthquakes => of("public domain", Redistribution::Raw, quakes::USGS_CITATION),
        Format::NceiEarthquakes => of("public domain", Redistribution::Raw, quakes::NCEI_CITATION),
        Format::Gdelt => of("GDELT", Redistribution::Raw, gdelt::CITATION),
        Format::Reliefweb => of("publisher", Redistribution::Derived, reliefweb::CITATION),
        Format::HapiConflict => of("ACLED-aggregate", Redistribution::Derived, hapi::CITATION),
        Format::Feed => {
            of("publisher", Redistribution::Derived, "Each item names its publisher and where it stands.")
        }
        Format::Cap => of(cap::LICENCE, Redistribution::Raw, "Each message names its sender."),
        Format::Mapped | Format::Csv => None,
    }
}

/// How data of this format is cited, with the day of access.
pub fn citation(format: Format, name: &str, accessed: Day) -> String {
    match format {
        Format::UcdpGed => format!("{} Accessed {accessed}.", ucdp::Release::Final.citation()),
        Format::UcdpCandidate => format!("{} Accessed {accessed}.", ucdp::Release::Candidate.citation()),
        Format::Acled => format!("{} Accessed {accessed}.", acled::CITATION),
        Format::UsgsEarthquakes => format!("{} Accessed {accessed}.", quakes::USGS_CITATION),
        Format::NceiEarthquakes => format!("{} Accessed {accessed}.", quakes::NCEI_CITATION),
        Format::Cap => {
            format!("Common Alerting Protocol messages {name:?}, received {accessed}; each names its sender.")
        }
        Format::HapiConflict => format!("{} Accessed {accessed}.", hapi::CITATION),
        Format::Mapped => format!("Table {name:?} of others, received {accessed}, read by a mapping."),
        Format::Gdelt => format!("{} Accessed {accessed}.", gdelt::CITATION),
        Format::Feed => format!("Feed {name:?}, received {accessed}; each item names where it stands."),
        Format::Reliefweb => format!("{} Accessed {accessed}.", reliefweb::CITATION),
        Format::Csv => format!("Observation table {name:?}, received {accessed}; each row names its source."),
    }
}
