//! What a button on a page does: it is pressed by somebody who may, done once, and one comes back to the page; refused, the page
//! says why.

use axum::{
    http::{HeaderMap, Uri},
    response::{IntoResponse, Redirect, Response},
};
use contracts::{Failure, Role};

use super::{reader, shell::Reader};
use crate::{Error, Gateway};

/// Does what a button of the page `here` asks for, for these roles, and leads to where `act` says; refused, `again` shows the page
/// with the reason.
pub(super) async fn press(
    gateway: &Gateway,
    (headers, uri): (&HeaderMap, &Uri),
    (roles, here): (&[Role], String),
    act: impl AsyncFnOnce(&Reader) -> Result<String, Error>,
    again: impl AsyncFnOnce(&Reader, Failure) -> Response,
) -> Response {
    let mut reader = match reader(gateway, headers, uri, roles).await {
        Ok(reader) => reader,
        Err(answer) => return answer,
    };
    reader.here = here;
    match act(&reader).await {
        Ok(to) => Redirect::to(&to).into_response(),
        Err(error) => again(&reader, error.into()).await,
    }
}
