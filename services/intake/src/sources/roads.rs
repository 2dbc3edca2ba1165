//! Whose name a source's name is: what stands under it comes in by one road, so that nobody writes over another's facts.

use std::{collections::BTreeSet, sync::LazyLock};

use contracts::intake::{
    mapping::{Field, Mapping, Taken},
    sources::Connector,
};

use super::{acled, alike, cap, feed, gdelt, hapi, quakes, reliefweb, ucdp};
use crate::{connectors, domain::report};

/// The sources of the formats that Mirab reads by itself, and of field reports.
const OF_FORMATS: &[&str] = &[
    acled::SOURCE,
    cap::SOURCE,
    feed::SOURCE,
    gdelt::SOURCE,
    hapi::SOURCE,
    quakes::NCEI,
    quakes::USGS,
    reliefweb::SOURCE,
    ucdp::SOURCE,
    report::SOURCE,
];

/// All names that have a road of their own, as names are compared: those of formats, and of the sources that are known from the
/// beginning.
static RESERVED: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
    let known = connectors::known().into_iter().map(|(key, ..)| key);
    OF_FORMATS.iter().copied().chain(known).map(alike::folded).collect()
});

/// Whether no table of others may bear this name, in whatever case, alphabet and spacing it is written.
pub fn is_reserved(name: &str) -> bool {
    RESERVED.contains(&alike::folded(name))
}

/// What is said of a table, or of a mapping, that takes such a name.
pub fn kept(name: &str) -> String {
    format!("{name} is kept for what comes in by its own road; write another name")
}

/// Why a source that is asked in this way cannot have this key; one that is known from the beginning has its own.
pub fn key_objection(key: &str, connector: Connector) -> Option<String> {
    if !is_reserved(key) {
        return None;
    }
    match connectors::known().into_iter().find(|(known, ..)| *known == key) {
        Some((_, own, _)) if own == connector => None,
        Some((_, own, _)) => Some(format!(
            "{key} is kept for the source of that key that is listed from the beginning, whose connector is {own}; set that one up, or \
             take another key"
        )),
        None => Some(format!(
            "{key} is kept for what comes in by its own road, and its facts would be written over; take another key"
        )),
    }
}

/// The source that all rows of a mapping bear; `None` where each row says its own.
pub fn constant_source(mapping: &Mapping) -> Option<&str> {
    let Some(Taken::Constant(text)) = mapping.fields.get(&Field::Source) else { return None };
    let written = text.trim();
    let meant = mapping.meanings.get(&Field::Source).and_then(|words| {
        words.iter().find(|(word, _)| word.trim().to_lowercase() == written.to_lowercase())
    });
    Some(meant.map_or(written, |(_, meant)| meant.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_of_formats_field_reports_and_listed_sources_have_roads_of_their_own() {
        for name in
            ["usgs-earthquakes", "ncei-earthquakes", "un-news", "cap", "reliefweb", "ucdp", "field-report"]
        {
            assert!(is_reserved(name) && is_reserved(&format!(" {name} ")), "{name}");
            assert!(key_objection(name, Connector::Webhook).is_some(), "{name}");
        }
        for name in ["ACLED", "Acled", "UCDP", "АСLED", "Field report", "ｃａｐ"] {
            assert!(is_reserved(name), "{name}");
        }
        assert!(!is_reserved("border-log") && key_objection("border-log", Connector::Feed).is_none());
    }

    #[test]
    fn a_listed_source_has_its_own_key_with_its_own_connector_alone() {
        for (key, connector, _) in connectors::known() {
            assert_eq!(key_objection(key, connector), None, "{key}");
        }
        let why = key_objection("usgs", Connector::Feed).unwrap();
        assert!(why.contains("connector is file"), "{why}");
    }
}
