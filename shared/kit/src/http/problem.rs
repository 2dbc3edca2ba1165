//! A failure as `application/problem+json` (RFC 9457).

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use contracts::{Failure, FailureKind};

/// A failure on its way out.
#[derive(Clone, Debug)]
pub struct Problem(pub Failure);

impl<E: Into<Failure>> From<E> for Problem {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

/// The HTTP status of a kind of failure.
pub const fn status_of(kind: FailureKind) -> StatusCode {
    match kind {
        FailureKind::Malformed => StatusCode::BAD_REQUEST,
        FailureKind::Unauthenticated => StatusCode::UNAUTHORIZED,
        FailureKind::Forbidden => StatusCode::FORBIDDEN,
        FailureKind::NotFound => StatusCode::NOT_FOUND,
        FailureKind::Conflict => StatusCode::CONFLICT,
        FailureKind::Stale => StatusCode::PRECONDITION_FAILED,
        FailureKind::Unconditional => StatusCode::PRECONDITION_REQUIRED,
        FailureKind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        FailureKind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
        FailureKind::TooMany => StatusCode::TOO_MANY_REQUESTS,
        FailureKind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        FailureKind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
    }
}

/// What the kind is called in a title.
const fn title(kind: FailureKind) -> &'static str {
    match kind {
        FailureKind::Malformed => "The request cannot be read",
        FailureKind::Unauthenticated => "Not signed in",
        FailureKind::Forbidden => "Not allowed",
        FailureKind::NotFound => "No such thing",
        FailureKind::Conflict => "Not possible as things stand",
        FailureKind::Stale => "Changed by someone else",
        FailureKind::Unconditional => "Say what it was decided on",
        FailureKind::TooLarge => "Too large",
        FailureKind::Invalid => "Wrong in content",
        FailureKind::TooMany => "Too many requests",
        FailureKind::Internal => "Something failed inside",
        FailureKind::Unavailable => "Not available just now",
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let Failure { kind, detail, errors } = self.0;
        let status = status_of(kind);
        let trace = crate::telemetry::traceparent();
        let mut body = serde_json::json!({
            "type": format!("urn:mirab:problem:{kind}"),
            "title": title(kind),
            "status": status.as_u16(),
            "detail": detail,
        });
        if let Some(id) = trace.as_deref().and_then(|t| t.split('-').nth(1)) {
            body["instance"] = format!("urn:mirab:trace:{id}").into();
        }
        if !errors.is_empty() {
            body["errors"] = serde_json::json!(errors);
        }
        let mut response = (status, body.to_string()).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        match kind {
            FailureKind::Unavailable | FailureKind::TooMany => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
            }
            FailureKind::Unauthenticated => {
                headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            }
            _ => {}
        }
        response
    }
}
