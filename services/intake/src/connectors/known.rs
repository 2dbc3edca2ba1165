//! The sources that a fresh system lists, switched off: nothing is asked before a person switches it on.

use contracts::{
    gateway::{Format, ReportGrade},
    intake::sources::{Connector, SourceForm, SourceParameters},
};
use domain::{Credibility, Reliability};

/// Key, connector and form of every source that is known from the beginning.
pub fn known() -> Vec<(&'static str, Connector, SourceForm)> {
    const UN_NEWS: &str = "https://news.un.org/feed/subscribe/en/news/region/asia-pacific/feed/rss.xml";
    const UN_GRADE: ReportGrade =
        ReportGrade { reliability: Reliability::B, credibility: Credibility::PROBABLE };
    const QUAKES: &str = "https://earthquake.usgs.gov/earthquakes/feed/v1.0/summary/2.5_day.csv";
    let plain = |title: &str, every_s| SourceForm {
        title: title.to_owned(),
        address: None,
        format: None,
        mapping: None,
        parameters: SourceParameters::default(),
        every_s,
        handling: None,
        grade: None,
        exercise: false,
    };
    let file = |title: &str, every_s, address: &str, format| SourceForm {
        address: Some(address.to_owned()),
        format: Some(format),
        ..plain(title, every_s)
    };
    vec![
        (
            "reliefweb",
            Connector::Reliefweb,
            plain("ReliefWeb: reports on the six countries, to be looked at as leads", 3600),
        ),
        (
            "un-news",
            Connector::Feed,
            SourceForm {
                address: Some(UN_NEWS.to_owned()),
                grade: Some(UN_GRADE),
                ..plain("UN News: Asia and the Pacific", 1800)
            },
        ),
        ("acled", Connector::Acled, plain("ACLED: events of political violence and protest", 6 * 3600)),
        ("gdelt", Connector::Gdelt, plain("GDELT: events in the media, every quarter of an hour", 900)),
        (
            "gdelt-daily",
            Connector::GdeltDaily,
            plain("GDELT 1.0: events in the media, day by day, with the days before", 6 * 3600),
        ),
        (
            "hapi-conflict",
            Connector::HapiConflict,
            plain("HDX HAPI: ACLED's monthly counts by district", 7 * 24 * 3600),
        ),
        (
            "ucdp-candidate",
            Connector::UcdpFiles,
            plain("UCDP candidate events: monthly and consolidated files", 24 * 3600),
        ),
        ("ucdp-api", Connector::UcdpApi, plain("UCDP candidate events: API", 24 * 3600)),
        (
            "usgs",
            Connector::File,
            file("USGS: earthquakes of the last day", 900, QUAKES, Format::UsgsEarthquakes),
        ),
        (
            "usgs-catalogue",
            Connector::UsgsCatalogue,
            plain("USGS: catalogue of earthquakes in and around the region", 6 * 3600),
        ),
    ]
}

#[cfg(test)]
mod tests {
    use kit::{
        Service,
        config::Layers,
        egress::{Egress, EgressSettings},
    };

    use super::*;
    use crate::{Intake, config::Config, connectors, domain::source};

    /// What outgoing requests may do where nothing is configured.
    fn usual() -> EgressSettings {
        let config: Config = Layers::of(Intake::NAME, Intake::DEFAULTS, None).extract().unwrap();
        config.intake.egress
    }

    #[test]
    fn every_known_source_may_be_asked_where_nothing_is_configured() {
        let egress = Egress::new(&usual()).unwrap();
        for (key, connector, form) in known() {
            let address = connectors::address(connector, &form).unwrap();
            assert!(egress.check(&address).is_ok(), "{key}");
        }
    }

    #[test]
    fn a_refused_address_names_the_key_and_the_variable_that_allow_it() {
        let web = connectors::Web::new(Egress::new(&usual()).unwrap(), 1);
        let said = |text: &str| web.objection(&text.parse().unwrap()).unwrap();
        let plain = said("http://example.org/list");
        for part in
            ["\"example.org\"", "intake.egress.plain_hosts", "MIRAB_INTAKE__INTAKE__EGRESS__PLAIN_HOSTS"]
        {
            assert!(plain.contains(part), "{plain}");
        }
        assert!(said("https://10.0.0.7/").contains("MIRAB_INTAKE__INTAKE__EGRESS__ALLOW"));
        assert!(said("https://example.org:444/").contains("add 444 to intake.egress.ports"));
    }

    #[test]
    fn every_known_source_could_be_set_up_by_hand() {
        for (key, connector, form) in known() {
            assert_eq!(source::key_objection(key), None);
            assert_eq!(source::objections(connector, &form), [], "{key}");
            assert_eq!(connectors::objection(connector, &form), None, "{key}");
            let plain = key.starts_with("gdelt"); // it is published over plain HTTP alone
            let scheme = if plain { "http" } else { "https" };
            assert_eq!(connectors::address(connector, &form).unwrap().scheme(), scheme, "{key}");
        }
    }
}
