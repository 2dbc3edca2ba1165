//! The report of an incident as a form: short, for a telephone on a bad line. What was sent twice is sent once, whatever was wrong
//! comes back with what was written.

use std::sync::Arc;

use axum::{
    extract::{
        Multipart, State,
        multipart::{Field, MultipartRejection},
    },
    http::{HeaderMap, Uri},
    response::{IntoResponse, Redirect, Response},
};
use contracts::{
    Failure, FailureKind,
    gateway::{ReportForm, ReportPlace},
};
use domain::{Day, Precision, ReportId, Severity, Threat};
use geography::Resolution;
use kit::http::status_of;

use super::{
    fields::{Fields, field, maybe, text, wrong},
    files, incident_page as pages,
    mappings::written,
    reader,
    shell::Reader,
    usable,
    words::Lang,
};
use crate::{
    Error, Gateway,
    domain::{brief::brief, policy::REPORTERS, source::Source},
    http::Call,
    routes::{
        attachments::{keep, turn},
        reports::take,
    },
    store::attachments,
};

/// The most places of a name that are offered.
const CANDIDATES: usize = 8;

/// Places to choose from: what is sent for each, and how it is shown.
pub(super) type Choice = Vec<(String, String)>;

/// What the page shows besides the empty form.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// What was written.
    pub sent: Fields,
    /// Places that the name may mean, to choose from: what is sent for each, and how it is shown.
    pub candidates: Choice,
    /// Why it was refused.
    pub refusal: Option<Failure>,
    /// How large and how many files may be, in words.
    pub limits: String,
}

impl Seen {
    /// Whether the key of the form stands for another report already: what was changed since is told apart by a new one.
    pub(super) fn spent(&self) -> bool {
        let of_key =
            |failure: &Failure| failure.errors.iter().any(|error| error.pointer == "Idempotency-Key");
        self.refusal.as_ref().is_some_and(of_key)
    }
}

/// Answers the empty form.
pub(super) async fn show(State(gateway): State<Arc<Gateway>>, headers: HeaderMap, uri: Uri) -> Response {
    match reader(&gateway, &headers, &uri, REPORTERS).await {
        Ok(reader) => {
            let seen = Seen { limits: files::limits(&reader, &gateway), ..Seen::default() };
            reader.good(&pages::page(&reader, &seen))
        }
        Err(answer) => answer,
    }
}

/// Takes a report in, then its files; leads to the page of where it stands.
pub(super) async fn send(
    State(gateway): State<Arc<Gateway>>,
    headers: HeaderMap,
    uri: Uri,
    form: Result<Multipart, MultipartRejection>,
) -> Response {
    let mut reader = match reader(&gateway, &headers, &uri, REPORTERS).await {
        Ok(reader) => reader,
        Err(answer) => return answer,
    };
    "/reports/new".clone_into(&mut reader.here);
    let mut seen = Seen { limits: files::limits(&reader, &gateway), ..Seen::default() };
    let mut report = None;
    let taken = match form {
        Ok(form) => taken(&gateway, (&reader, &headers), form, (&mut seen, &mut report)).await,
        Err(rejection) => Err(Failure::new(FailureKind::Malformed, rejection.body_text()).into()),
    };
    match (taken, report) {
        (Ok(()), Some(report)) => Redirect::to(&format!("/reports/{report}?sent=true")).into_response(),
        // the report is there; what is said is of its files, and where they can be sent again
        (Err(error), Some(report)) => files::refused_after(&gateway, &reader, &report, error.into()),
        (Ok(()), None) => refused(&reader, seen, Failure::invalid(reader.lang.say("files.broke-off"))),
        (Err(error), None) => refused(&reader, seen, error.into()),
    }
}

fn refused(reader: &Reader, seen: Seen, failure: Failure) -> Response {
    let status = status_of(failure.kind);
    (status, reader.page(&pages::page(reader, &Seen { refusal: Some(failure), ..seen }))).into_response()
}

/// The fields first, the report as soon as the files begin, each file by itself.
async fn taken(
    gateway: &Gateway,
    who: (&Reader, &HeaderMap),
    mut form: Multipart,
    (seen, report): (&mut Seen, &mut Option<ReportId>),
) -> Result<(), Error> {
    let reader = who.0;
    let mut kept = Failure::invalid(reader.lang.say("files.refused"));
    while let Some(field) = form.next_field().await.map_err(|error| files::broken(reader, &error))? {
        let name = field.name().unwrap_or_default().to_owned();
        if name != "file" {
            seen.sent.insert(name, written(field).await?);
            continue;
        }
        let id = match report {
            Some(id) => id.clone(),
            None => report.insert(reported(gateway, who, seen).await?).clone(),
        };
        if let Err((called, failure)) = attached(gateway, reader, &id, field).await? {
            kept = files::refused_file(kept, &called, failure);
        }
    }
    if report.is_none() {
        *report = Some(reported(gateway, who, seen).await?);
    }
    if kept.errors.is_empty() { Ok(()) } else { Err(kept.into()) }
}

/// Keeps one file of a report; the inner error says why it cannot be, under its own name.
async fn attached(
    gateway: &Gateway,
    reader: &Reader,
    report: &ReportId,
    field: Field<'_>,
) -> Result<Result<(), (String, Failure)>, Error> {
    let called: String = field.file_name().unwrap_or_default().chars().take(80).collect();
    let file = match files::whole(reader, field, gateway.settings.max_attachment_bytes as usize).await {
        Ok(file) if file.is_empty() => return Ok(Ok(())), // nothing was chosen
        Ok(file) => file,
        Err(failure) => return Ok(Err((called, failure))),
    };
    let _turn = turn(gateway)?;
    let source = attachments::sent(&gateway.db, report).await?.map(|sent| sent.source).unwrap_or_default();
    let call = gateway.veiled(&Call::of_page(&reader.principal, "attachToReport")).await?;
    Ok(keep(gateway, &call, (report, source), file).await.map(|_| ()).map_err(|error| (called, error.into())))
}

/// Sends the report: under the key of this very form once, however often it is sent.
async fn reported(
    gateway: &Gateway,
    (reader, headers): (&Reader, &HeaderMap),
    seen: &mut Seen,
) -> Result<ReportId, Error> {
    reader.check_form(headers, text(&seen.sent, "token"))?;
    let (form, source) = read(seen, reader.lang.tag())?;
    let pressed = usable(text(&seen.sent, "key")).map(str::to_owned);
    let whole = serde_json::to_vec(&form)?;
    let subject = &reader.principal.subject;
    let once = pressed.as_deref().map(|key| gateway.once(subject, key, &[b"POST", b"/reports/new", &whole]));
    let call = Call { key: pressed, once, ..Call::of_page(&reader.principal, "submitReport") };
    let receipt = take(gateway, &call, (form, source)).await?;
    let receipt: serde_json::Value = serde_json::from_str(receipt.as_text())?;
    Ok(receipt["report"].as_str().unwrap_or_default().parse()?)
}

/// What was written, as the API takes it.
fn read(seen: &mut Seen, language: &str) -> Result<(ReportForm, Option<Source>), Failure> {
    let place = place(seen, Lang::read(language).unwrap_or_default())?;
    let sent = &seen.sent;
    let what = text(sent, "what").split_once('/');
    let (threat, kind) = what.ok_or_else(|| wrong("what", &"choose what happened"))?;
    let threat: Threat = threat.parse().map_err(|invalid| wrong("what", &invalid))?;
    let said = text(sent, "text");
    if said.is_empty() {
        return Err(wrong("text", &"say what was seen, in a sentence or two"));
    }
    let day: Option<Day> = maybe(sent, "day")?;
    let name = text(sent, "source");
    let contact = text(sent, "contact");
    if name.is_empty() && !contact.is_empty() {
        return Err(wrong("source", &"a contact goes with a name; who is it?"));
    }
    let source = (!name.is_empty()).then(|| Source::named(name, contact));
    let what = (threat, kind.to_owned(), field::<Severity>(sent, "severity")?);
    let form = ReportForm {
        deaths: maybe::<u32>(sent, "deaths").map_err(|_| wrong("deaths", &"write a whole number, as 2"))?,
        occurred_at: day.map(Day::start),
        language: language.to_owned(),
        exercise: sent.contains_key("exercise"),
        ..brief(what, said.replace("\r\n", "\n"), place)
    };
    Ok((form, source))
}

/// The place that is meant: the candidate that was chosen, else the one that the name alone can mean.
fn place(seen: &mut Seen, t: Lang) -> Result<ReportPlace, Failure> {
    let named = text(&seen.sent, "place");
    if named.is_empty() {
        return Err(wrong("place", &"write the name of the place, or of the province"));
    }
    meant(named, text(&seen.sent, "candidate"), t).map_err(|(failure, candidates)| {
        seen.candidates = candidates;
        failure
    })
}

/// The place of this name that was chosen, else the one that the name alone can mean.
///
/// # Errors
/// With those to choose from where there are several.
pub(super) fn meant(named: &str, chosen: &str, t: Lang) -> Result<ReportPlace, (Failure, Choice)> {
    let all = candidates(named, t);
    let found = match (all.iter().find(|(sent, _, _)| *sent == chosen), all.as_slice()) {
        (Some(found), _) | (None, [found]) => Some(found.2.clone()),
        (None, []) => {
            let why = "no place of this name is known; write the next bigger one, or the province";
            return Err((wrong("place", &why), Vec::new()));
        }
        (None, _) => None,
    };
    if let Some(found) = found {
        return Ok(found);
    }
    let choice = all.into_iter().map(|(sent, shown, _)| (sent, shown)).collect();
    Err((wrong("place", &"several places are called so; choose the one that is meant"), choice))
}

/// What a name may mean, provinces first, then the most populous places: what is sent for each, how it is shown, and the place.
fn candidates(name: &str, t: Lang) -> Vec<(String, String, ReportPlace)> {
    let units = match geography::resolve_province(name, None) {
        Resolution::Found(unit) => vec![unit],
        Resolution::Ambiguous(units) => units,
        Resolution::Unknown => vec![],
    };
    let units = units.into_iter().map(|unit| {
        let place = ReportPlace {
            country: unit.country.parse().ok(),
            province: Some(unit.id.to_owned()),
            name: None,
            lat: None,
            lon: None,
            precision: Precision::Province,
        };
        (unit.id.to_owned(), format!("{} ({})", t.names().of(unit), unit.id), place)
    });
    let places = geography::find_places(name, None).into_iter().map(|found| {
        let place = ReportPlace {
            country: found.country.parse().ok(),
            province: Some(found.province.id.to_owned()),
            name: Some(found.name.to_owned()),
            lat: Some(found.lat),
            lon: Some(found.lon),
            precision: Precision::Near,
        };
        let shown = format!("{}, {} ({})", found.name, t.names().of(found.province), found.province.id);
        (found.geonameid.to_string(), shown, place)
    });
    units.chain(places).take(CANDIDATES).collect()
}

#[cfg(test)]
#[path = "incident_form_tests.rs"]
mod tests;
