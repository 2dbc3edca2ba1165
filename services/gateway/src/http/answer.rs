//! What a handler answers.

use std::sync::{Mutex, PoisonError};

use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use contracts::{Page, intake::search::Listed};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::Call;
use crate::Error;

/// A good answer.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// Media type of the body.
    pub content_type: &'static str,
    /// The revision of the thing answered; what `If-Match` takes.
    pub etag: Option<String>,
    /// Where the next page is, as a query.
    pub next: Option<String>,
    /// The name under which it is to be saved and not shown in place; `None` for what a client shows as it likes.
    pub saved_as: Option<String>,
    /// The style that stands in the body; none is applied but this.
    pub style: Option<&'static str>,
    /// The body.
    pub body: Content,
}

/// The body of an answer.
#[derive(Debug)]
pub enum Content {
    /// Text, whole.
    Text(String),
    /// A file, whole.
    File(Vec<u8>),
    /// Bytes as they come; behind a lock only so that an answer can be looked at from anywhere.
    Stream(Mutex<Body>),
}

impl Answer {
    /// JSON under this status.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn json<T: Serialize>(status: StatusCode, value: &T) -> Result<Self, Error> {
        Ok(Self { status, ..Self::text("application/json", serde_json::to_string(value)?) })
    }
    /// JSON, 200.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn ok<T: Serialize>(value: &T) -> Result<Self, Error> {
        Self::json(StatusCode::OK, value)
    }
    /// A list that has one page: `{items, next}`.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn whole<T: Serialize>(items: Vec<T>) -> Result<Self, Error> {
        Self::ok(&Page { items, next: None })
    }
    /// The same of a list that is written already.
    pub fn written(items: &str) -> Self {
        Self::text("application/json", format!("{{\"items\":{items},\"next\":null}}"))
    }
    /// A page of a list, whose cursor goes on with the question of this call alone.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn page<T: Serialize>(call: &Call, page: Page<T>) -> Result<Self, Error> {
        let page = call.bound(page);
        Ok(Self::ok(&page)?.followed_by(call, page.next.as_deref()))
    }
    /// The same of a list that is told of past moments, with what is not kept of them.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn listed<T: Serialize>(call: &Call, list: Listed<T>) -> Result<Self, Error> {
        let list = Listed { page: call.bound(list.page), ..list };
        Ok(Self::ok(&list)?.followed_by(call, list.page.next.as_deref()))
    }
    /// The same, with the address of the page behind this bound cursor.
    #[must_use]
    pub fn followed_by(self, call: &Call, next: Option<&str>) -> Self {
        Self { next: next.map(|cursor| call.behind(cursor)), ..self }
    }
    /// Text of this media type.
    pub fn text(content_type: &'static str, text: String) -> Self {
        Self {
            status: StatusCode::OK,
            content_type,
            etag: None,
            next: None,
            saved_as: None,
            style: None,
            body: Content::Text(text),
        }
    }
    /// A paper as a page, whose own style is allowed by its digest.
    pub fn paper(html: String) -> Self {
        Self { style: Some(paper::STYLE), ..Self::text("text/html; charset=utf-8", html) }
    }
    /// A file of this media type.
    pub fn file(content_type: &'static str, bytes: Vec<u8>) -> Self {
        Self { body: Content::File(bytes), ..Self::text(content_type, String::new()) }
    }
    /// A body of this media type that comes as it is made.
    pub fn stream(content_type: &'static str, body: Body) -> Self {
        Self { body: Content::Stream(Mutex::new(body)), ..Self::text(content_type, String::new()) }
    }
    /// The same with the revision of what it shows.
    #[must_use]
    pub fn revised(self, revision: u32) -> Self {
        Self { etag: Some(format!("\"{revision}\"")), ..self }
    }
    /// The same, to be saved under this name; it holds none but letters, digits, dots, - and _.
    #[must_use]
    pub fn to_be_saved(self, name: String) -> Self {
        Self { saved_as: Some(name), ..self }
    }
    /// The text of the body; empty for a file or a stream.
    pub fn as_text(&self) -> &str {
        match &self.body {
            Content::Text(text) => text,
            Content::File(_) | Content::Stream(_) => "",
        }
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let body = match self.body {
            Content::Text(text) => Body::from(text),
            Content::File(bytes) => Body::from(bytes),
            Content::Stream(body) => body.into_inner().unwrap_or_else(PoisonError::into_inner),
        };
        let mut response = (self.status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(self.content_type));
        if let Some(etag) = self.etag.and_then(|etag| etag.parse().ok()) {
            headers.insert(header::ETAG, etag);
        }
        let policy = self.style.map(|style| {
            let digest = BASE64_STANDARD.encode(Sha256::digest(style));
            format!(
                "default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; frame-ancestors 'none'"
            )
        });
        if let Some(policy) = policy.and_then(|policy| policy.parse().ok()) {
            headers.insert(header::CONTENT_SECURITY_POLICY, policy);
        }
        let saved = self.saved_as.map(|name| format!("attachment; filename=\"{name}\""));
        if let Some(saved) = saved.and_then(|saved| saved.parse().ok()) {
            headers.insert(header::CONTENT_DISPOSITION, saved);
        }
        if let Some(link) = self.next.and_then(|next| format!("<?{next}>; rel=\"next\"").parse().ok()) {
            headers.insert(header::LINK, link);
        }
        response
    }
}
