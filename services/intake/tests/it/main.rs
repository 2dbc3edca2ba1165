//! Intake against real stores and a real bus.
#![recursion_limit = "256"]
#![expect(clippy::unwrap_used, reason = "helpers of tests stop a test as tests do")]

mod accepted;
mod at_once;
mod bad_input;
mod bound;
mod chains;
mod clocks;
mod clusters;
mod clusters_of_persons;
mod clusters_removed;
mod codes;
mod documents;
mod exercise;
mod formats_store;
mod found;
mod imports;
mod leads;
mod media;
mod past;
mod quakes;
mod real;
mod reports;
mod retention;
mod roads;
mod rows_that_wait;
mod same_file;
mod senders;
mod situation;
mod sources;
mod sources_cap;
mod sources_gdelt;
mod sources_hapi;
mod sources_mapped;
mod sources_store;
mod sources_ucdp;
mod store;
mod store_reports;
mod taken_up;
mod texts;
mod twice;
mod week_again;

use contracts::{
    Principal, Role,
    gateway::{Format, ImportReceived, ReportForm, ReportGrade, ReportPlace, ReportReceived},
};
use domain::{Handling, ImportId, Precision, Reliability, ReportId, Severity, Threat, Tlp, UnClass};
use intake::domain::draft::Draft;
use sha2::{Digest, Sha256};
use testkit::{Rig, principal};

/// Somebody who may read and mend.
pub fn analyst() -> Principal {
    principal("analyst-1", &[Role::Analyst])
}

/// A file as the gateway says it was received.
pub fn received(name: &str, format: Format, file: &[u8]) -> ImportReceived {
    let sha256: String = hex::encode(Sha256::digest(file));
    ImportReceived {
        import: ImportId::derived(&[name, format.as_str(), &sha256]),
        format,
        name: name.into(),
        object: format!("{name}-{sha256}"),
        bytes: file.len() as u64,
        sha256,
        by: "analyst-1".into(),
        received_at: "2026-11-23T07:30:00Z".parse().unwrap(),
        exercise: false,
        via: None,
        mapping: None,
    }
}

/// Puts a file into the bucket and says so.
pub async fn upload(rig: &Rig, name: &str, format: Format, file: &[u8]) -> ImportReceived {
    let received = received(name, format, file);
    let mut reader = file;
    rig.gateway().put_object(contracts::stream::IMPORTS_BUCKET, &received.object, &mut reader).await.unwrap();
    rig.say(&received).await;
    received
}

/// A report that goes to triage by itself.
pub fn report(id: &str, source: &str, by: &str) -> ReportReceived {
    let received_at = "2026-11-23T07:30:00Z".parse().unwrap();
    ReportReceived {
        report: ReportId::derived(&[id]),
        form: ReportForm {
            title: "Exchange of fire at the canal".into(),
            text: "Shots were heard at the head works.".into(),
            threat: Threat::BorderTension,
            kind: "exchange_of_fire".into(),
            severity: Severity::Serious,
            deaths: None,
            occurred_at: None,
            place: ReportPlace {
                country: "KGZ".parse().ok(),
                province: Some("Баткенская область".into()),
                name: None,
                lat: None,
                lon: None,
                precision: Precision::Province,
            },
            grade: ReportGrade { reliability: Reliability::B, credibility: 3.try_into().unwrap() },
            language: "en".into(),
            handling: Handling::new(Tlp::Amber, UnClass::Unclassified),
            exercise: false,
            situation: None,
        },
        sealed_source: Some("c2VhbGVkLXNvdXJjZQ==".into()),
        source: source.into(),
        by: format!("src_{by}"),
        received_at,
        via: None,
    }
}

/// A draft like many others.
pub fn draft(external_id: &str, on: &str, title: &str) -> Draft {
    let accepted = intake::domain::report::Accepted {
        report: &ReportId::derived(&[external_id]),
        form: &report(external_id, "s", "b").form,
        place: &domain::Place::province("KGZ".parse().unwrap(), "KG-B".parse().unwrap()),
        source: "Network KG",
        reliability: Reliability::B,
        occurred_on: on.parse().unwrap(),
        verified: false,
        by: "desk",
        note: "",
    };
    Draft { title: title.into(), external_id: external_id.into(), source: "table".into(), ..accepted.draft() }
}

/// A table in Mirab's own format with so many good rows.
pub fn table(rows: usize) -> String {
    let header = "id,date,country,province,precision,threat,kind,severity,title,text,source,source_owner,reliability,credibility";
    let row = |n: usize| {
        let (day, what) = (n % 28 + 1, "border_tension,border_incident,minor");
        format!(
            "R-{n},2026-10-{day:02},KGZ,KG-B,province,{what},\"Row {n}, seen\",\"two\nlines\",Monitor 1,Network KG,B,2"
        )
    };
    let lines: Vec<String> = std::iter::once(header.to_owned()).chain((0..rows).map(row)).collect();
    lines.join("\n") + "\n"
}
