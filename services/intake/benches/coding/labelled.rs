//! Real texts with what they are: read by the reader of the imports itself, so that the label is what Mirab takes the row for.

use std::{fs, path::Path};

use contracts::gateway::Format;
use domain::Threat;
use intake::sources::{
    Layout, Terms,
    records::{Shape, Splitter, lines},
};
use sha2::{Digest, Sha256};

/// The column that holds the headline.
const HEADLINE: &str = "source_headline";

/// One text with what it is.
#[derive(Clone, Debug)]
pub struct Labelled {
    /// The text.
    pub text: String,
    /// Its kind as the row has it; `None` for a text that tells of no event.
    pub kind: Option<String>,
    /// Its threats.
    pub threats: Vec<Threat>,
    /// Its province, where it lies in the region.
    pub province: Option<String>,
    /// Whether it lies in the region.
    pub in_region: bool,
    /// The two sides.
    pub sides: Vec<String>,
}

impl Labelled {
    /// Whether it lies in the half that is measured and never read.
    pub fn is_held_out(&self) -> bool {
        Sha256::digest(&self.text).first().is_some_and(|byte| byte % 2 == 1)
    }
}

/// Whether a kind of the lexicon is organised violence as UCDP counts it.
pub fn is_violent(kind: &str) -> bool {
    matches!(
        kind,
        "armed_clash"
            | "air_strike"
            | "shelling"
            | "remote_explosive"
            | "suicide_bomb"
            | "terrorist_attack"
            | "attack_on_civilians"
            | "abduction"
            | "mob_violence"
            | "border_incident"
    )
}

/// The rows of a GED file that have a headline; each headline once.
pub fn read(file: &Path) -> Vec<Labelled> {
    let bytes = fs::read(file).unwrap();
    let mut splitter = Splitter::new(Shape::Lines(lines::Dialect::COMMA));
    splitter.push(&bytes);
    splitter.end();
    let header = splitter.next_record().unwrap();
    let columns: Vec<String> =
        lines::fields(&header.bytes).unwrap().iter().map(|f| f.trim().to_lowercase()).collect();
    splitter.expect_width(columns.len());
    let at = |name: &str| columns.iter().position(|column| column == name);
    let headline = at(HEADLINE).unwrap();
    let terms = Terms { received_on: "2026-11-23".parse().unwrap(), exercise: false };
    let layout = Layout::of(Format::UcdpGed, &header.bytes, terms).unwrap();
    let mut seen = std::collections::BTreeSet::new();
    let mut rows = Vec::new();
    while let Some(record) = splitter.next_record() {
        let Ok(fields) = lines::fields(&record.bytes) else { continue };
        let Some(text) = fields.get(headline).map(|text| text.trim().to_owned()) else { continue };
        let Some(draft) = layout.read(&record).ok().and_then(intake::domain::harvest::Said::fact) else {
            continue;
        };
        if text.is_empty() || !seen.insert((text.clone(), draft.kind.clone())) {
            continue;
        }
        let in_region = draft.place.country.is_some_and(domain::Country::in_region);
        rows.push(Labelled {
            text,
            kind: Some(draft.kind),
            threats: draft.threats,
            province: draft.place.province.filter(|_| in_region).map(|code| code.to_string()),
            in_region,
            sides: draft.actors,
        });
    }
    rows
}

/// Texts that tell of no event: the articles of the Universal Declaration, each a text.
pub fn without_event(folder: &Path) -> Vec<Labelled> {
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let mut texts = Vec::new();
    for file in files {
        let document = fs::read_to_string(file).unwrap();
        for piece in document.split("<p>").skip(1) {
            let text: String = piece.split("</p>").next().unwrap_or_default().to_owned();
            if text.chars().count() > 20 && !text.contains('<') {
                texts.push(Labelled {
                    text,
                    kind: None,
                    threats: Vec::new(),
                    province: None,
                    in_region: false,
                    sides: Vec::new(),
                });
            }
        }
    }
    texts
}
