//! Everything that crosses the bus is frozen by its example in `golden/`: an example that no longer reads, or is written
//! otherwise, breaks those who heard it before. Nothing here is built from code.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs, io,
    path::{Path, PathBuf},
};

use contracts::{
    Event, Failure, Principal, Query, Service, alerts as al, analysis as an, coordination as co,
    gateway as ga, intake as ik, liaison as li,
    operations::{DeadLetter, DeadLetters, Vitals},
    stream,
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

/// Reads an example into its type and writes it again.
type Rewrite = fn(&str) -> Result<Value, serde_json::Error>;

/// What crosses the bus under one subject.
struct Row {
    subject: &'static str,
    service: Service,
    is_event: bool,
    examples: Vec<(String, Rewrite)>,
}

fn rewrite<T: Serialize + DeserializeOwned>(text: &str) -> Result<Value, serde_json::Error> {
    serde_json::to_value(serde_json::from_str::<T>(text)?)
}

fn event<E: Event>() -> Row {
    let examples = vec![(E::SUBJECT.to_owned(), rewrite::<E> as Rewrite)];
    Row { subject: E::SUBJECT, service: E::SERVICE, is_event: true, examples }
}

/// An event that may tell more: a further example of that form of it.
fn also_told<E: Event>(form: &str) -> Row {
    let mut row = event::<E>();
    row.examples.push((format!("{}.{form}", E::SUBJECT), rewrite::<E> as Rewrite));
    row
}

fn query<Q: Query>() -> Row {
    let examples = vec![
        (Q::SUBJECT.to_owned(), rewrite::<Q> as Rewrite),
        (format!("{}.reply", Q::SUBJECT), rewrite::<Q::Reply> as Rewrite),
    ];
    Row { subject: Q::SUBJECT, service: Q::SERVICE, is_event: false, examples }
}

/// A query whose question has several forms: a further example of each.
fn also<Q: Query>(forms: &[&str]) -> Row {
    let mut row = query::<Q>();
    let further = forms.iter().map(|form| (format!("{}.{form}", Q::SUBJECT), rewrite::<Q> as Rewrite));
    row.examples.extend(further);
    row
}

/// A query whose answer has several forms: a further example of each.
fn answered<Q: Query>(row: Row, forms: &[&str]) -> Row {
    let mut row = row;
    let further =
        forms.iter().map(|form| (format!("{}.reply.{form}", Q::SUBJECT), rewrite::<Q::Reply> as Rewrite));
    row.examples.extend(further);
    row
}

fn events() -> Vec<Row> {
    vec![
        event::<ga::ImportReceived>(),
        also_told::<ga::ReportReceived>("own"),
        event::<ga::attachments::AttachmentReceived>(),
        event::<ga::attachments::AttachmentRemoved>(),
        event::<ga::reporters::ReporterErased>(),
        event::<ga::AcknowledgementReceived>(),
        event::<ik::ObservationsRecorded>(),
        also_told::<ik::ImportProgressed>("restricted"),
        also_told::<ik::ReportMoved>("corrected"),
        event::<ik::clusters::ClusterMoved>(),
        event::<ik::sources::SourceMoved>(),
        event::<ik::indicators::IndicatorsRead>(),
        event::<ik::leads::LeadMoved>(),
        event::<ik::media::MediaCounted>(),
        event::<ik::weekly::ReportMissing>(),
        also_told::<an::SituationChanged>("named"),
        also_told::<an::overrides::OverrideMoved>("named"),
        event::<an::anomalies::AnomalyMoved>(),
        also_told::<an::forecasts::ForecastsIssued>("handled"),
        event::<an::assessments::AssessmentMoved>(),
        event::<an::questions::QuestionMoved>(),
        event::<an::drafting::ProductMoved>(),
        event::<li::ConsentMoved>(),
        event::<co::ReleaseDecided>(),
        event::<co::DeliveryMoved>(),
        event::<co::AcknowledgementRecorded>(),
        event::<al::WarningIssued>(),
        event::<al::WarningMoved>(),
        also_told::<al::alarms::AlarmMoved>("handled"),
    ]
}

fn queries() -> Vec<Row> {
    vec![
        answered::<ik::GetImport>(also::<ik::GetImport>(&["known"]), &["repeats"]),
        also::<ik::ListImports>(&["known"]),
        also::<ik::ListQuarantine>(&["known"]),
        query::<ik::ReplayQuarantine>(),
        also::<ik::ListReports>(&["filtered"]),
        query::<ik::formats::ListFormats>(),
        query::<ik::formats::TellFormat>(),
        also::<ik::mapping::ListMappings>(&["known"]),
        also::<ik::mapping::GetMapping>(&["known"]),
        also::<ik::mapping::SaveMapping>(&["whichever"]),
        query::<ik::mapping::TryMapping>(),
        also::<ik::aggregate::FindAggregates>(&["known"]),
        also::<ik::GetReport>(&["known"]),
        also::<ik::MoveReport>(&["duplicate", "sender", "correct"]),
        also::<ik::alike::ListAlike>(&["known"]),
        answered::<ik::own::ListOwnReports>(also::<ik::own::ListOwnReports>(&["known", "sent"]), &["waits"]),
        also::<ik::questionnaires::ListQuestionnaires>(&["known"]),
        also::<ik::questionnaires::GetQuestionnaire>(&["known"]),
        query::<ik::questionnaires::DraftQuestionnaire>(),
        query::<ik::questionnaires::ReviseQuestionnaire>(),
        query::<ik::questionnaires::MoveQuestionnaire>(),
        query::<ik::questionnaires::CheckAnswers>(),
        query::<ik::weekly::ListDue>(),
        also::<ik::weekly::ListAssignments>(&["known"]),
        query::<ik::weekly::AssignMonitor>(),
        query::<ik::weekly::ChangeAssignment>(),
        query::<ik::reporters::GetReporter>(),
        query::<ik::reporters::GradeReporter>(),
        answered::<ik::FindObservations>(
            also::<ik::FindObservations>(&["from", "graded", "words"]),
            &["words"],
        ),
        query::<ik::search::ListOrigins>(),
        query::<ik::retention::GetRetention>(),
        query::<ik::retention::ListGoing>(),
        query::<ik::retention::ConfirmRetention>(),
        also::<ik::GetObservation>(&["known"]),
        query::<ik::retraction::RetractObservation>(),
        query::<ik::clusters::ListClusters>(),
        query::<ik::clusters::GetCluster>(),
        also::<ik::clusters::MergeObservations>(&["anyway"]),
        query::<ik::clusters::MoveCluster>(),
        also::<ik::sources::ListSources>(&["known"]),
        answered::<ik::sources::GetSource>(also::<ik::sources::GetSource>(&["known"]), &["goes-on"]),
        also::<ik::sources::CreateSource>(&["mapped"]),
        query::<ik::sources::ChangeSource>(),
        query::<ik::sources::MoveSource>(),
        answered::<an::GetSituation>(
            also::<an::GetSituation>(&["what-if"]),
            &["complete", "composed", "judged", "many", "partial", "reported"],
        ),
        answered::<an::indicators::ListIndicators>(
            also::<an::indicators::ListIndicators>(&["known"]),
            &["reported"],
        ),
        query::<an::overrides::SetOverride>(),
        query::<an::overrides::EndOverride>(),
        query::<an::overrides::ListOverrides>(),
        answered::<ik::coding::CodeText>(query::<ik::coding::CodeText>(), &["denied"]),
        query::<ik::leads::GetLead>(),
        query::<ik::leads::ListLeads>(),
        query::<ik::leads::CreateLead>(),
        query::<ik::leads::ConfirmLead>(),
        query::<ik::leads::DismissLead>(),
        answered::<an::ListChanges>(also::<an::ListChanges>(&["until"]), &["unreported", "open"]),
        query::<an::anomalies::ListAnomalies>(),
        query::<an::anomalies::GetAnomaly>(),
        query::<an::anomalies::JudgeAnomaly>(),
        answered::<an::forecasts::ListForecasts>(
            query::<an::forecasts::ListForecasts>(),
            &["share", "revised"],
        ),
        answered::<an::forecasts::GetScorecards>(
            also::<an::forecasts::GetScorecards>(&["country", "known"]),
            &["benchmarks", "revised"],
        ),
        also::<an::assessments::DraftAssessment>(&["answers", "sources"]),
        query::<an::assessments::ReviseAssessment>(),
        query::<an::assessments::MoveAssessment>(),
        answered::<an::assessments::ResolveJudgement>(
            query::<an::assessments::ResolveJudgement>(),
            &["corrected"],
        ),
        query::<an::assessments::GetAssessment>(),
        query::<an::assessments::TellSources>(),
        query::<an::assessments::ListAssessments>(),
        answered::<an::assessments::GetCalibration>(
            also::<an::assessments::GetCalibration>(&["known"]),
            &["reference", "corrected"],
        ),
        answered::<an::series::GetSeries>(query::<an::series::GetSeries>(), &["partial"]),
        also::<an::recompute::StartRecompute>(&["everything"]),
        answered::<an::recompute::GetRecompute>(query::<an::recompute::GetRecompute>(), &["anomalies"]),
        query::<an::forecasting::GetForecasting>(),
        query::<an::forecasting::GetWatchList>(),
        query::<an::recompute::ListRecomputes>(),
        query::<an::recompute::StopRecompute>(),
        query::<an::questions::AskQuestion>(),
        query::<an::questions::ReviseQuestion>(),
        query::<an::questions::MoveQuestion>(),
        query::<an::questions::GetQuestion>(),
        query::<an::questions::ListQuestions>(),
        answered::<an::news::GetNews>(
            also::<an::news::GetNews>(&["paged", "known"]),
            &["late", "set", "recounted"],
        ),
        also::<an::drafting::DraftProduct>(&["about"]),
        also::<an::drafting::ReviseProduct>(&["mark"]),
        query::<an::drafting::MoveProduct>(),
        answered::<an::drafting::GetProduct>(query::<an::drafting::GetProduct>(), &["written", "internal"]),
        query::<an::drafting::CheckProduct>(),
        query::<an::drafting::ReadProduct>(),
        query::<an::drafting::FindSubject>(),
        query::<an::drafting::ListProducts>(),
        query::<li::RequestConsent>(),
        query::<li::MoveConsent>(),
        query::<li::ListConsents>(),
        query::<li::GetConsent>(),
        query::<co::PutOrganisation>(),
        query::<co::ListOrganisations>(),
        query::<co::AddMandate>(),
        query::<co::ListMandates>(),
        query::<co::AddAgreement>(),
        query::<co::ListAgreements>(),
        query::<co::AddEndpoint>(),
        query::<co::ListEndpoints>(),
        also::<co::PreviewRelease>(&["item"]),
        also::<co::TearProduct>(&["gone"]),
        query::<co::ListDisseminations>(),
        query::<co::ListPartnerAlerts>(),
        query::<co::GetPartnerAlert>(),
        also::<al::ListWarnings>(&["known"]),
        answered::<al::ListEvaluations>(query::<al::ListEvaluations>(), &["alarm", "handled"]),
        query::<al::alarms::ListAlarms>(),
        query::<al::alarms::GetRules>(),
        query::<al::GetWarning>(),
        query::<al::GetWarningCap>(),
        query::<al::DraftWarning>(),
        query::<al::MoveWarning>(),
        query::<al::UpdateWarning>(),
    ]
}

/// What every service answers, and what travels with any question.
fn shared() -> Vec<(String, Rewrite)> {
    let rows: [(&str, Rewrite); 7] = [
        ("dead-letters.list", rewrite::<DeadLetters>),
        ("dead-letters.replay", rewrite::<DeadLetters>),
        ("dead-letters.discard", rewrite::<DeadLetters>),
        ("dead-letter", rewrite::<DeadLetter>),
        ("vitals", rewrite::<Vitals>),
        ("failure", rewrite::<Failure>),
        ("principal", rewrite::<Principal>),
    ];
    rows.into_iter().map(|(name, rewrite)| (format!("shared.{name}.v1"), rewrite)).collect()
}

fn here() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn files(folder: &str, ending: &str) -> io::Result<Vec<PathBuf>> {
    let paths = fs::read_dir(here().join(folder))?.map(|entry| Ok(entry?.path()));
    let paths: Vec<PathBuf> = paths.collect::<io::Result<_>>()?;
    Ok(paths.into_iter().filter(|path| path.extension().is_some_and(|found| found == ending)).collect())
}

#[test]
fn every_example_has_its_row_and_every_row_its_example() {
    let rows = events().into_iter().chain(queries()).flat_map(|row| row.examples).chain(shared());
    let rows: BTreeSet<String> = rows.map(|(name, _)| name).collect();
    let stem = |path: PathBuf| path.file_stem().unwrap().to_str().unwrap().to_owned();
    let found: BTreeSet<String> = files("golden", "json").unwrap().into_iter().map(stem).collect();

    let without_file: Vec<_> = rows.difference(&found).collect();
    let without_row: Vec<_> = found.difference(&rows).collect();

    assert!(without_file.is_empty(), "no file in golden/ for {without_file:#?}");
    assert!(without_row.is_empty(), "no row in this table for {without_row:#?}");
}

/// Where two values differ, as JSON Pointers.
fn differences(was: &Value, now: &Value, at: &str) -> Vec<String> {
    match (was, now) {
        (Value::Object(was_parts), Value::Object(now_parts)) => {
            let names: BTreeSet<&String> = was_parts.keys().chain(now_parts.keys()).collect();
            let told = |name: &String| match (was.get(name), now.get(name)) {
                (Some(was), Some(now)) => differences(was, now, &format!("{at}/{name}")),
                _ => vec![format!("{at}/{name}")],
            };
            names.into_iter().flat_map(told).collect()
        }
        (Value::Array(was), Value::Array(now)) if was.len() == now.len() => {
            let pairs = was.iter().zip(now).enumerate();
            pairs.flat_map(|(i, (was, now))| differences(was, now, &format!("{at}/{i}"))).collect()
        }
        _ if was == now => Vec::new(),
        _ => vec![at.to_owned()],
    }
}

#[test]
fn every_example_reads_and_is_written_as_it_was() {
    let mut broken = Vec::new();
    for (name, rewrite) in events().into_iter().chain(queries()).flat_map(|row| row.examples).chain(shared())
    {
        let text = fs::read_to_string(here().join("golden").join(format!("{name}.json"))).unwrap();
        let frozen: Value = serde_json::from_str(&text).unwrap();
        match rewrite(&text) {
            Ok(written) if written == frozen => {}
            Ok(written) => {
                broken.push(format!("{name} differs at {:?}", differences(&frozen, &written, "")));
            }
            Err(e) => broken.push(format!("{name} does not read: {e}")),
        }
    }
    assert!(broken.is_empty(), "not written as frozen: {broken:#?}");
}

#[test]
fn every_subject_written_in_this_crate_has_its_row() {
    let rows: BTreeSet<&str> = events().iter().chain(&queries()).map(|row| row.subject).collect();
    let mut written = BTreeMap::new();
    let nested = Service::ALL.iter().filter_map(|service| files(&format!("src/{service}"), "rs").ok());
    for path in files("src", "rs").unwrap().into_iter().chain(nested.flatten()) {
        let source = fs::read_to_string(&path).unwrap();
        let source = source.split("#[cfg(test)]").next().unwrap_or_default();
        let literals =
            source.split('"').filter(|text| text.starts_with("mirab.") && !text.contains(['{', ' ']));
        for subject in literals.filter(|text| text.rsplit_once(".v").is_some()) {
            *written.entry(subject.to_owned()).or_insert(0) += 1;
        }
    }
    let twice: Vec<_> = written.iter().filter(|(_, count)| **count > 1).collect();
    let unlisted: Vec<_> = written.keys().filter(|subject| !rows.contains(subject.as_str())).collect();
    assert_eq!(written.len(), rows.len(), "not in the table: {unlisted:?}");
    assert!(unlisted.is_empty(), "not in the table: {unlisted:?}");
    assert!(twice.is_empty(), "written more than once: {twice:?}");
}

/// Whether a stream's filter takes a subject.
fn takes(filter: &str, subject: &str) -> bool {
    match filter.strip_suffix('>') {
        Some(start) => subject.len() > start.len() && subject.starts_with(start),
        None => filter == subject,
    }
}

#[test]
fn every_event_has_its_own_subject_in_the_one_stream_of_its_service() {
    let events = events();
    let subjects: BTreeSet<&str> = events.iter().map(|row| row.subject).collect();
    assert_eq!(subjects.len(), events.len());
    for row in &events {
        assert!(row.is_event);
        let streams = stream::all();
        let taking = streams.iter().filter(|s| s.subjects.iter().any(|filter| takes(filter, row.subject)));
        let names: Vec<&str> = taking.map(|s| s.name).collect();
        assert_eq!(names, [stream::of(row.service)], "{}", row.subject);
        assert_eq!(contracts::subject::producer(row.subject), Some(row.service));
        let tokens: Vec<&str> = row.subject.split('.').collect();
        assert_eq!(tokens.len(), 5, "{}: mirab.<service>.<entity>.<happening>.v1", row.subject);
        assert!(tokens.iter().all(|token| is_token(token)), "{}", row.subject);
    }
}

#[test]
fn every_question_has_its_own_subject_that_names_who_answers() {
    let queries = queries();
    let subjects: BTreeSet<&str> = queries.iter().map(|row| row.subject).collect();
    assert_eq!(subjects.len(), queries.len());
    for row in &queries {
        let what = row
            .subject
            .strip_prefix(&format!("mirab.ask.{}.", row.service))
            .and_then(|rest| rest.strip_suffix(".v1"))
            .unwrap_or_else(|| panic!("{} is not mirab.ask.{}.<what>.v1", row.subject, row.service));
        assert!(what.split('.').all(is_token), "{}", row.subject);
        assert!(takes(&contracts::subject::asked_of(row.service.as_str()), row.subject));
        let kept = stream::all().iter().any(|s| s.subjects.iter().any(|filter| takes(filter, row.subject)));
        assert!(!kept, "{} would be kept by a stream", row.subject);
    }
}

fn is_token(token: &str) -> bool {
    !token.is_empty()
        && token.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        && !token.starts_with('-')
}
