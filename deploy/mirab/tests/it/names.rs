//! Names that two services must write alike.

use kit::{Service, config::Layers};

#[test]
fn analysis_takes_what_intake_reads_from_datasets_of_every_event_for_such() {
    let layers = Layers::of(analysis::Analysis::NAME, analysis::Analysis::DEFAULTS, None);
    let config: analysis::config::Config = layers.extract().unwrap();
    for source in [intake::sources::ucdp::SOURCE, intake::sources::acled::SOURCE] {
        assert!(config.analysis.event_datasets.contains(source), "{source}");
    }
}
