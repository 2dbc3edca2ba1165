//! Signing in and out.

use std::sync::Arc;

use axum::{
    Form,
    extract::State,
    http::{HeaderMap, Method, StatusCode, Uri, header},
    response::{IntoResponse, Redirect, Response},
};
use contracts::Failure;
use kit::http::status_of;
use maud::{Markup, html};
use serde::Deserialize;

use super::{form_token, in_query, language, shell, words::Lang};
use crate::{Gateway, http::identity::check_origin};

/// What the login form sends.
#[derive(Deserialize)]
pub(super) struct Entry {
    secret: String,
    #[serde(default)]
    next: String,
}

/// What the logout button sends.
#[derive(Deserialize)]
pub(super) struct Exit {
    #[serde(default)]
    token: String,
}

/// A path of our own to go to; the map for anything else, so that nobody is led away by a link.
fn own_path(next: &str) -> &str {
    let ours = next.starts_with('/') && !next.starts_with("//") && !next.contains(['\\', '\r', '\n']);
    if ours { next } else { "/" }
}

/// Shows the login, or opens a session at once by the code of a link.
pub(super) async fn show(
    State(gateway): State<Arc<Gateway>>,
    method: Method,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    let lang = language(&headers, &uri);
    let next = in_query(&uri, "next").unwrap_or_default();
    match in_query(&uri, "code") {
        Some(code) if method == Method::GET => open(&gateway, (lang, &next), &code).await,
        _ if gateway.identify(&headers).await.is_ok() => Redirect::to(own_path(&next)).into_response(),
        _ => (StatusCode::OK, page(lang, &next, None)).into_response(),
    }
}

/// Opens a session by the token or code of the form.
pub(super) async fn enter(
    State(gateway): State<Arc<Gateway>>,
    headers: HeaderMap,
    uri: Uri,
    Form(entry): Form<Entry>,
) -> Response {
    let lang = language(&headers, &uri);
    if let Err(failure) = check_origin(&Method::POST, &headers, true) {
        return (status_of(failure.kind), page(lang, &entry.next, Some(&failure))).into_response();
    }
    open(&gateway, (lang, &entry.next), entry.secret.trim()).await
}

async fn open(gateway: &Gateway, (lang, next): (Lang, &str), secret: &str) -> Response {
    match gateway.open_session(secret).await {
        Ok(cookie) => ([(header::SET_COOKIE, cookie)], Redirect::to(own_path(next))).into_response(),
        Err(error) => {
            let failure = Failure::from(error);
            (status_of(failure.kind), page(lang, next, Some(&failure))).into_response()
        }
    }
}

/// Ends the session.
pub(super) async fn leave(
    State(gateway): State<Arc<Gateway>>,
    headers: HeaderMap,
    Form(exit): Form<Exit>,
) -> Response {
    let ours = check_origin(&Method::POST, &headers, true).is_ok();
    if !ours || !kit::auth::same_digest(&exit.token, &form_token(&gateway, &headers)) {
        return Redirect::to("/").into_response();
    }
    match gateway.close_session(&headers).await {
        Ok(cookie) => ([(header::SET_COOKIE, cookie)], Redirect::to("/login")).into_response(),
        Err(error) => status_of(Failure::from(error).kind).into_response(),
    }
}

/// The login page.
pub(super) fn page(t: Lang, next: &str, failure: Option<&Failure>) -> Markup {
    let body = html! {
        div.login {
            h1 { (t.say("login.title")) }
            p.meta { (t.say("product.line")) }
            @if failure.is_some() {
                div.refused role="alert" { p { (t.say("login.wrong")) } @if let Some(f) = failure { p.meta { (f.detail) } } }
            }
            form method="post" action="/login" {
                input type="hidden" name="next" value=(own_path(next));
                label for="secret" { (t.say("login.token")) }
                input #secret type="password" name="secret" required autocomplete="current-password" autofocus spellcheck="false";
                p.meta { (t.say("login.hint")) }
                button { (t.say("login.enter")) }
            }
            p { a href=(own_path(next)) { (t.say("login.already")) } }
        }
    };
    shell::outside(t, t.say("login.title"), "/login", &body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_never_leads_away() {
        for (next, expected) in [
            ("/warnings?x=1", "/warnings?x=1"),
            ("//evil", "/"),
            ("https://evil", "/"),
            ("/\\evil", "/"),
            ("", "/"),
        ] {
            assert_eq!(own_path(next), expected, "{next}");
        }
    }
}
