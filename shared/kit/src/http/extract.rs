//! Extractors whose refusals are problem documents that say what, where and how to mend it.

use axum::{
    extract::{
        FromRequest, FromRequestParts, Request,
        rejection::{JsonRejection, QueryRejection},
    },
    http::request::Parts,
    response::{IntoResponse, Response},
};
use contracts::{Failure, FailureKind};
use serde::de::DeserializeOwned;

use super::Problem;

/// A JSON body, coming in or going out.
#[derive(Clone, Debug)]
pub struct Json<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = Problem;
    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        match axum::Json::<T>::from_request(request, state).await {
            Ok(axum::Json(value)) => Ok(Self(value)),
            Err(rejection) => Err(Problem(json_failure(&rejection))),
        }
    }
}

fn json_failure(rejection: &JsonRejection) -> Failure {
    let kind = match rejection {
        JsonRejection::JsonDataError(_) => FailureKind::Invalid,
        JsonRejection::BytesRejection(_) => FailureKind::TooLarge,
        _ => FailureKind::Malformed,
    };
    Failure::new(kind, rejection.body_text())
}

impl<T: serde::Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}

/// Query parameters.
#[derive(Clone, Debug)]
pub struct Query<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let read: Result<axum::extract::Query<T>, QueryRejection> =
            axum::extract::Query::from_request_parts(parts, state).await;
        read.map(|axum::extract::Query(value)| Self(value))
            .map_err(|rejection| Problem(Failure::new(FailureKind::Malformed, rejection.body_text())))
    }
}
