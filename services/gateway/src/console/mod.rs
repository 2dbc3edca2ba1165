//! The console: pages for people, written on the server, whole without a script.
//!
//! Seam: [`routes`] is merged with the API's router. Pages ask the services as the API does, on behalf of whoever is signed
//! in; they hold no rules of their own. Each page is a function of what was asked, so that it is tested without a service.

mod alarms;
mod anomalies;
mod assessment;
mod assessment_fields;
mod assessment_form;
mod assessments;
mod assets;
mod board;
mod breakdown;
mod clusters;
mod desk;
mod due;
mod empty;
mod evidence_choices;
mod expected;
mod fields;
mod files;
mod forecasts;
mod import_form;
mod imports;
mod incident_form;
mod incident_page;
mod indicators;
mod lead_form;
mod lead_text;
mod leads;
mod mapping_form;
mod mappings;
mod nav;
mod news;
mod news_heard;
mod observation;
mod open_questions;
mod operations;
mod overrides;
mod own_reports;
mod panel;
mod partners;
mod past;
pub(crate) mod printed;
pub(crate) mod printed_product;
mod product;
mod product_change;
mod product_choices;
mod product_form;
mod products;
mod province;
mod quarantine;
mod questionnaire_fields;
mod questionnaire_form;
mod questionnaires;
mod questions;
mod released;
mod report;
mod report_answers;
mod report_correction;
mod reporter;
mod reports;
mod retention;
pub(crate) mod said;
mod said_ru;
mod said_ru_documents;
mod said_ru_intake;
mod said_ru_line;
mod said_ru_reports;
mod scores;
mod search;
mod series;
mod session;
mod shell;
mod situation;
mod source_faults;
mod source_fields;
mod source_form;
mod source_link;
mod source_page;
mod sources;
mod tearlines;
mod titles;
mod unusual;
mod warning;
mod warnings;
mod weekly_form;
mod what_if;
pub(crate) mod words;

#[cfg(test)]
mod sample;
#[cfg(test)]
mod sample_assessments;
#[cfg(test)]
mod sample_clusters;
#[cfg(test)]
mod sample_forecasts;
#[cfg(test)]
mod sample_leads;
#[cfg(test)]
mod sample_levels;
#[cfg(test)]
mod sample_mappings;
#[cfg(test)]
mod sample_products;
#[cfg(test)]
mod sample_reports;
#[cfg(test)]
mod sample_search;
#[cfg(test)]
mod sample_series;
#[cfg(test)]
mod sample_sources;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_desks;
#[cfg(test)]
mod tests_reports;

use std::sync::Arc;

use axum::{
    Router,
    extract::{DefaultBodyLimit, Request},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri, header},
    middleware::{self, Next},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use contracts::{Failure, FailureKind, Role};
use kit::{http::status_of, telemetry};
use maud::{Markup, html};
use sha2::{Digest, Sha256};
use tower_http::compression::CompressionLayer;
use tracing::Instrument;

use self::{
    shell::{Page, Reader},
    words::Lang,
};
use crate::{
    Error, Gateway,
    domain::{audit::Act, policy},
    http::identity::check_origin,
    store,
};

/// The largest file that is taken as a sample; of it only the beginning is kept.
const SAMPLE_FILE_BYTES: usize = 64 * 1024 * 1024;
/// The cookie that keeps the language.
const LANG_COOKIE: &str = "mirab-lang";

/// The pages and what they link to.
pub fn routes(gateway: &Arc<Gateway>) -> Router {
    // each file is bounded where it is read; one form holds no more than a report can have
    let settings = &gateway.settings;
    let of_files = (settings.max_attachment_bytes as usize + 4096) * settings.attachments_per_report as usize;
    Router::new()
        .route("/", get(situation::show))
        .route("/login", get(session::show).post(session::enter))
        .route("/logout", post(session::leave))
        .route("/provinces/{iso}", get(province::show))
        .route("/provinces/{iso}/indicators", get(indicators::show))
        .route("/provinces/{iso}/override", post(overrides::set))
        .route("/overrides/{id}/end", post(overrides::end))
        .route("/anomalies", get(unusual::show))
        .route("/anomalies/{id}/{verdict}", post(anomalies::judge))
        .route("/clusters", get(clusters::show))
        .route("/clusters/{id}", get(clusters::show_one))
        .route("/clusters/{id}/{action}", post(clusters::act))
        .route("/leads", get(leads::show))
        .route("/leads/new", get(lead_text::show).post(lead_text::send))
        .route("/leads/{id}", get(leads::show_one))
        .route("/leads/{id}/{action}", post(leads::act))
        .route("/forecasts", get(forecasts::show))
        .route("/assessments", get(assessments::show).post(assessment_form::create))
        .route("/assessments/new", get(assessment_form::new))
        .route("/assessments/{id}", get(assessments::show_one))
        .route("/assessments/{id}/edit", get(assessment_form::edit).post(assessment_form::rewrite))
        .route("/assessments/{id}/{action}", post(assessments::act))
        .route("/assessments/{id}/judgements/{number}/{resolution}", post(assessments::resolve))
        .route("/changes", get(news::show))
        .route("/questionnaires", get(questionnaires::show).post(questionnaire_form::create))
        .route("/questionnaires/new", get(questionnaire_form::new))
        .route("/questionnaires/{id}", get(questionnaires::show_one))
        .route("/questionnaires/{id}/edit", get(questionnaire_form::edit).post(questionnaire_form::rewrite))
        .route("/questionnaires/{id}/{action}", post(questionnaires::act))
        .route("/questions", get(open_questions::show).post(open_questions::ask))
        .route("/questions/{id}", get(open_questions::show_one))
        .route("/questions/{id}/{action}", post(open_questions::act))
        .route("/reports", get(reports::show))
        .route("/reports/due", get(due::show).post(due::assign))
        .route("/reports/due/{id}/{action}", post(due::change))
        .route("/reports/weekly", get(weekly_form::show).post(weekly_form::send))
        .route("/reports/mine", get(own_reports::show))
        .route(
            "/reports/new",
            get(incident_form::show).post(incident_form::send).layer(DefaultBodyLimit::max(of_files)),
        )
        .route("/reports/{id}", get(report::show))
        .route("/reports/{id}/correct", post(report_correction::act))
        .route("/reports/{id}/{action}", post(report::act))
        .route(
            "/reports/{id}/files",
            get(files::show).post(files::send).layer(DefaultBodyLimit::max(of_files)),
        )
        .route("/reporters/{pseudonym}", get(reporter::show))
        .route("/reporters/{pseudonym}/grade", post(reporter::grade))
        .route("/products", get(products::show).post(product_form::create))
        .route("/products/new", get(product_form::new))
        .route("/products/{id}", get(products::show_one))
        .route("/products/{id}/tearlines", get(tearlines::show))
        .route("/products/{id}/{action}", post(products::act))
        .route("/warnings", get(warnings::show))
        .route("/warnings/{id}", get(warning::show))
        .route("/warnings/{id}/{action}", post(warning::act))
        .route("/partners", get(partners::show))
        .route("/imports", get(imports::show).post(import_form::send).layer(DefaultBodyLimit::disable()))
        .route(
            "/mappings",
            get(mappings::show).post(mappings::write).layer(DefaultBodyLimit::max(SAMPLE_FILE_BYTES)),
        )
        .route("/mappings/new", get(mappings::new))
        .route("/mappings/{name}", get(mappings::edit))
        .route("/imports/{id}", get(imports::show_run))
        .route("/imports/{id}/replay", post(quarantine::replay))
        .route("/sources", get(sources::show).post(source_form::create))
        .route("/sources/new", get(source_form::new))
        .route("/sources/{key}", get(source_page::show))
        .route("/sources/{key}/edit", get(source_form::edit).post(source_form::change))
        .route("/sources/{key}/{action}", post(sources::act))
        .route("/search", get(search::show))
        .route("/observations/{id}", get(observation::show))
        .route("/operations", get(operations::show))
        .route("/operations/retention", post(retention::confirm))
        .route("/operations/retention/{number}", get(retention::show_going))
        .route("/assets/{name}", get(assets::file))
        .with_state(Arc::clone(gateway))
        .layer(CompressionLayer::new())
        .layer(middleware::from_fn(around))
}

/// Gives every answer its span, its protection and, where one was chosen, the language to keep.
async fn around(request: Request, next: Next) -> Response {
    let uri = request.uri().clone();
    let span = tracing::info_span!("gateway.page.show", path = uri.path(), status = tracing::field::Empty);
    let mut response = next.run(request).instrument(span.clone()).await;
    span.record("status", response.status().as_u16());
    protect(response.headers_mut());
    if let Some(lang) = in_query(&uri, "lang").and_then(|tag| Lang::read(&tag)) {
        let cookie = format!("{LANG_COOKIE}={}; Path=/; SameSite=Lax; Max-Age=31536000", lang.tag());
        if let Ok(cookie) = HeaderValue::from_str(&cookie) {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
    }
    response
}

/// Everything from here alone, nothing in frames, nothing kept by the browser unless the answer says otherwise.
fn protect(headers: &mut HeaderMap) {
    const CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
    for (name, value) in [
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::STRICT_TRANSPORT_SECURITY, "max-age=31536000"),
        (header::CONTENT_SECURITY_POLICY, CSP),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    ] {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
}

/// A parameter of the query as text, percent-decoded; `None` when it is absent or empty.
fn in_query(uri: &Uri, name: &str) -> Option<String> {
    let read = axum::extract::Query::<Vec<(String, String)>>::try_from_uri(uri).ok()?;
    read.0.into_iter().find(|(key, value)| key == name && !value.is_empty()).map(|(_, value)| value)
}

fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let values = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = values.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(key, _)| *key == name).map(|(_, value)| value)
}

/// The language of a request: asked for in the address, kept in the cookie, or accepted by the browser.
fn language(headers: &HeaderMap, uri: &Uri) -> Lang {
    let asked = in_query(uri, "lang").and_then(|tag| Lang::read(&tag));
    let kept = || cookie(headers, LANG_COOKIE).and_then(Lang::read);
    let accepted = || headers.get(header::ACCEPT_LANGUAGE).and_then(|v| v.to_str().ok()).map(Lang::accepted);
    asked.or_else(kept).or_else(accepted).unwrap_or_default()
}

/// What forms of this session carry: only its own pages can know it.
fn form_token(gateway: &Gateway, headers: &HeaderMap) -> String {
    let secret = cookie(headers, gateway.cookie_name()).unwrap_or("");
    hex::encode(Sha256::new().chain_update("mirab console form\0").chain_update(secret).finalize())
}

/// Who looks at a page for these roles; else the answer to give instead: the login, or a page that says why not.
async fn reader(
    gateway: &Gateway,
    headers: &HeaderMap,
    uri: &Uri,
    roles: &[Role],
) -> Result<Reader, Response> {
    let lang = language(headers, uri);
    let here = uri.path_and_query().map_or("/", |at| at.as_str()).to_owned();
    let signed = match gateway.identify(headers).await {
        Ok(signed) => signed,
        Err(error) => return Err(unknown(lang, &here, error)),
    };
    let form_token = form_token(gateway, headers);
    let reader = Reader { principal: signed.principal, lang, form_token, here, now: gateway.clock.now() };
    match policy::require(&reader.principal, roles) {
        Ok(()) => Ok(reader),
        Err(failure) => Err(reader.failed("", &failure)),
    }
}

fn unknown(lang: Lang, here: &str, error: Error) -> Response {
    let failure = Failure::from(error);
    if failure.kind == FailureKind::Unauthenticated {
        let next: String =
            axum::http::uri::PathAndQuery::try_from(here).map_or_else(|_| "/".into(), |p| p.to_string());
        let escaped = next.replace('%', "%25").replace('&', "%26").replace('#', "%23").replace('+', "%2B");
        return Redirect::to(&format!("/login?next={escaped}")).into_response();
    }
    let title = lang.say("refused.title");
    let body = html! { h1 { (title) } (shell::refused(lang, &failure)) };
    (status_of(failure.kind), shell::outside(lang, title, here, &body)).into_response()
}

impl Reader {
    /// A page that says only why it cannot be shown.
    fn failed(&self, part: &str, failure: &Failure) -> Response {
        if failure.kind == FailureKind::Internal {
            tracing::error!(error = telemetry::chain(failure), "a page could not be made");
        }
        let title = match failure.kind {
            FailureKind::NotFound => self.lang.say("refused.absent"),
            FailureKind::Forbidden => self.lang.say("refused.forbidden"),
            _ => self.lang.say("refused.title"),
        };
        let home = nav::home(&self.principal);
        let body = html! { div.sheet {
            h1 { (title) } (shell::refused(self.lang, failure))
            @match home {
                Some(home) => p { a href=(home) { (self.lang.say("refused.home")) } },
                None => p { (self.lang.say("refused.no-page")) },
            }
        } };
        (status_of(failure.kind), self.page(&Page { title, part, exercise: false, body })).into_response()
    }
    fn good(&self, page: &Page<'_>) -> Response {
        (StatusCode::OK, self.page(page)).into_response()
    }
    /// Writes what this reader did to the audit: action, object, detail.
    async fn note_act(
        &self,
        gateway: &Gateway,
        (action, object, detail): (&str, &str, serde_json::Value),
    ) -> Result<(), Error> {
        let act = Act {
            actor: self.principal.subject.clone(),
            action: action.to_owned(),
            object: object.to_owned(),
            detail: detail.to_string(),
        };
        let mut tx = gateway.db.begin().await?;
        store::audit::append(&mut tx, act).await?;
        Ok(tx.commit().await?)
    }
    /// Whether a form came from a page of this session.
    fn check_form(&self, headers: &HeaderMap, token: &str) -> Result<(), Failure> {
        check_origin(&axum::http::Method::POST, headers, true)?;
        if kit::auth::same_digest(token, &self.form_token) {
            return Ok(());
        }
        Err(Failure::forbidden(self.lang.say("refused.form")))
    }
}

/// The key that a form sent, where it is one.
fn usable(key: &str) -> Option<&str> {
    Some(key).filter(|key| !key.is_empty() && key.len() <= 64)
}

/// Shows what there is, or why there is none.
fn or_refused<T>(t: Lang, asked: &Result<T, Failure>, show: impl FnOnce(&T) -> Markup) -> Markup {
    match asked {
        Ok(good) => show(good),
        Err(failure) => shell::refused(t, failure),
    }
}
