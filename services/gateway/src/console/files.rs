//! Files for a report: a plain form that sends them whole, for those who may add to it, whether or not they may read it.

use std::sync::Arc;

use axum::{
    extract::{
        Multipart, Path, State,
        multipart::{Field, MultipartError, MultipartRejection},
    },
    http::{HeaderMap, StatusCode, Uri},
    response::{IntoResponse, Redirect, Response},
};
use bytes::{Bytes, BytesMut};
use contracts::{Failure, FailureKind};
use domain::ReportId;
use kit::http::status_of;
use maud::{Markup, html};

use super::{
    in_query, reader,
    shell::{Page, Reader, refused},
};
use crate::{
    Error, Gateway,
    domain::{
        files::KINDS,
        policy::{REPORT_READERS, REPORTERS},
    },
    http::Call,
    routes::attachments::{keep, may_add, turn},
};

/// The longest field beside the files.
const FIELD_BYTES: usize = 256;

/// What the page shows besides its form.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// How many files were just kept.
    pub kept: usize,
    /// Why the last ones were not.
    pub refusal: Option<Failure>,
    /// How large and how many they may be.
    pub limits: String,
}

/// Answers the form.
pub(super) async fn show(
    State(gateway): State<Arc<Gateway>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    let reader = match reader(&gateway, &headers, &uri, REPORTERS).await {
        Ok(reader) => reader,
        Err(answer) => return answer,
    };
    let kept = in_query(&uri, "kept").and_then(|many| many.parse().ok()).unwrap_or(0);
    match asked(&gateway, &reader, &id).await {
        Ok((report, _)) => {
            let seen = Seen { kept, refusal: None, limits: limits(&reader, &gateway) };
            reader.good(&page(&reader, &report, &seen))
        }
        Err(error) => reader.failed("/reports", &error.into()),
    }
}

/// The report, where this reader may add to it, and the pseudonym of its source.
async fn asked(gateway: &Gateway, reader: &Reader, id: &str) -> Result<(ReportId, String), Error> {
    let report: ReportId = id.parse()?;
    let sent = may_add(gateway, &call(reader), &report).await?;
    Ok((report, sent.source))
}

fn call(reader: &Reader) -> Call {
    Call::of_page(&reader.principal, "attachToReport")
}

/// Keeps what the form sent; each file by itself, so that one that is refused takes none of the others with it.
pub(super) async fn send(
    State(gateway): State<Arc<Gateway>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    uri: Uri,
    sent: Result<Multipart, MultipartRejection>,
) -> Response {
    let mut reader = match reader(&gateway, &headers, &uri, REPORTERS).await {
        Ok(reader) => reader,
        Err(answer) => return answer,
    };
    reader.here = format!("/reports/{id}/files");
    let (report, source) = match asked(&gateway, &reader, &id).await {
        Ok(asked) => asked,
        Err(error) => return reader.failed("/reports", &error.into()),
    };
    let mut kept = 0;
    let taken = match sent {
        Ok(form) => take(&gateway, (&reader, &headers), (&report, &source), (form, &mut kept)).await,
        Err(rejection) => Err(Failure::new(FailureKind::Malformed, rejection.body_text()).into()),
    };
    let refusal = match taken {
        Ok(()) if kept == 0 => Failure::invalid(reader.lang.say("files.none")),
        Ok(()) if reader.principal.has_any(REPORT_READERS) => {
            return Redirect::to(&format!("/reports/{report}")).into_response();
        }
        Ok(()) => return Redirect::to(&format!("/reports/{report}/files?kept={kept}")).into_response(),
        Err(error) => error.into(),
    };
    let status = if refusal.kind == FailureKind::Invalid {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        status_of(refusal.kind)
    };
    let seen = Seen { kept, refusal: Some(refusal), limits: limits(&reader, &gateway) };
    (status, reader.page(&page(&reader, &report, &seen))).into_response()
}

/// The page of files for a report that came in while some of its files did not: why, and where they can be sent again.
pub(super) fn refused_after(
    gateway: &Gateway,
    reader: &Reader,
    report: &ReportId,
    failure: Failure,
) -> Response {
    let status = status_of(failure.kind);
    let seen = Seen { kept: 0, refusal: Some(failure), limits: limits(reader, gateway) };
    (status, reader.page(&page(reader, report, &seen))).into_response()
}

/// What kinds of files are taken, as a form says it.
pub(super) fn accepted() -> String {
    KINDS.iter().map(|(media_type, _)| *media_type).collect::<Vec<_>>().join(",")
}

async fn take(
    gateway: &Gateway,
    (reader, headers): (&Reader, &HeaderMap),
    (report, source): (&ReportId, &str),
    (mut form, kept): (Multipart, &mut usize),
) -> Result<(), Error> {
    let call = gateway.veiled(&call(reader)).await?;
    let mut proven = false;
    let mut wrong = Failure::invalid(reader.lang.say("files.refused"));
    let _turn = turn(gateway)?;
    while let Some(field) = form.next_field().await.map_err(|error| broken(reader, &error))? {
        match field.name() {
            Some("token") => {
                let token = whole(reader, field, FIELD_BYTES).await?;
                reader.check_form(headers, &String::from_utf8_lossy(&token))?;
                proven = true;
            }
            Some("file") if proven => {
                let name: String = field.file_name().unwrap_or_default().chars().take(80).collect();
                let file = whole(reader, field, gateway.settings.max_attachment_bytes as usize).await?;
                if file.is_empty() {
                    continue; // nothing was chosen
                }
                match keep(gateway, &call, (report, source.to_owned()), file).await {
                    Ok(_) => *kept += 1,
                    Err(error) => wrong = refused_file(wrong, &name, error.into()),
                }
            }
            _ => return Err(Failure::forbidden(reader.lang.say("refused.form")).into()),
        }
    }
    if wrong.errors.is_empty() { Ok(()) } else { Err(wrong.into()) }
}

/// Adds why one file was not kept, under its own name.
pub(super) fn refused_file(wrong: Failure, name: &str, failure: Failure) -> Failure {
    let why = failure.errors.first().map_or(failure.detail.clone(), |error| error.detail.clone());
    wrong.at(name, why)
}

/// Everything in a field, up to so many bytes.
pub(super) async fn whole(reader: &Reader, mut field: Field<'_>, most: usize) -> Result<Bytes, Failure> {
    let mut bytes = BytesMut::new();
    while let Some(chunk) = field.chunk().await.map_err(|error| broken(reader, &error))? {
        if bytes.len() + chunk.len() > most {
            let most = megabytes(reader, most);
            return Err(Failure::new(
                FailureKind::TooLarge,
                reader.lang.fill("files.large", &[("most", &most)]),
            ));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes.freeze())
}

pub(super) fn broken(reader: &Reader, error: &MultipartError) -> Failure {
    let kind = if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        FailureKind::TooLarge
    } else {
        FailureKind::Malformed
    };
    Failure::new(kind, reader.lang.say("files.broke-off"))
}

fn megabytes(reader: &Reader, bytes: usize) -> String {
    reader.lang.number(bytes as f64 / f64::from(1 << 20), usize::from(!bytes.is_multiple_of(1 << 20)))
}

/// The page with the form alone: it shows nothing of the report.
pub(super) fn page<'a>(reader: &Reader, report: &ReportId, seen: &Seen) -> Page<'a> {
    let t = reader.lang;
    let body = html! {
        div.sheet {
            p.crumb { a href="/reports/due" { "← " (t.say("due.title")) } }
            h1 { (t.say("files.add")) }
            p.meta { (t.say("reports.one")) " " code { (report) } }
            @if seen.kept > 0 { p.notice role="status" { (t.fill("files.kept", &[("count", &t.count(seen.kept as u64))])) } }
            @if let Some(failure) = &seen.refusal { (refused(t, failure)) }
            (form(reader, report, &seen.limits))
        }
    };
    Page { title: t.say("files.add"), part: "/reports", exercise: false, body }
}

/// How large and how many, in words.
pub(super) fn limits(reader: &Reader, gateway: &Gateway) -> String {
    let settings = &gateway.settings;
    let most = megabytes(reader, settings.max_attachment_bytes as usize);
    let count = reader.lang.count(u64::from(settings.attachments_per_report));
    reader.lang.fill("files.limits", &[("most", &most), ("count", &count)])
}

/// The form.
pub(super) fn form(reader: &Reader, report: &ReportId, limits: &str) -> Markup {
    let t = reader.lang;
    html! {
        form.written method="post" enctype="multipart/form-data" action={ "/reports/" (report) "/files" } {
            input type="hidden" name="token" value=(reader.form_token);
            label for="file" { (t.say("files.choose")) }
            input #file name="file" type="file" multiple required accept=(accepted()) aria-describedby="file-kinds";
            p.meta #file-kinds { (t.say("files.kinds")) " " (limits) " " (t.say("files.clean")) " " (t.say("files.documents")) }
            p.buttons { button { (t.say("files.send")) } }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::console::{sample, words::Lang};

    #[test]
    fn the_form_sends_its_token_before_its_files_and_names_what_it_takes() {
        let me = sample::reader(Lang::Ru, &[contracts::Role::FieldMonitor]);
        let report = ReportId::derived(&["r"]);
        let form = form(&me, &report, "…").into_string();
        assert!(form.find("name=\"token\"").unwrap() < form.find("name=\"file\"").unwrap());
        assert!(form.contains("multipart/form-data") && form.contains("application/pdf"));
        assert_eq!((megabytes(&me, 16 << 20), megabytes(&me, 3 << 19)), ("16".to_owned(), "1,5".to_owned()));
    }

    #[test]
    fn a_refused_file_is_told_by_its_own_name() {
        let why = Failure::invalid("the file cannot be kept").at("", "it is broken");
        let failure = refused_file(Failure::invalid("x"), "IMG_1.jpg", why);
        assert_eq!(
            (failure.errors[0].pointer.as_str(), failure.errors[0].detail.as_str()),
            ("IMG_1.jpg", "it is broken")
        );
    }
}
