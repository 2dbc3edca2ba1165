//! What a button on a page does: it is pressed by somebody who may, done once, and one comes back to the page; refused, the page
//! says why. What a form sends is taken the same way; refused, the form comes back as it was filled in.

use axum::{
    http::{HeaderMap, Uri},
    response::{IntoResponse, Redirect, Response},
};
use contracts::{Failure, Role};
use kit::http::status_of;
use maud::Markup;

use super::{reader, shell::Reader};
use crate::{Error, Gateway};

/// Where one comes when it is done.
pub(super) enum Then {
    /// To this address.
    To(String),
    /// To nowhere else: this is shown.
    Shown(Markup),
}

impl From<String> for Then {
    fn from(address: String) -> Self {
        Self::To(address)
    }
}

/// Does what a button of the page `here` asks for, for these roles, and leads to where `act` says; refused, `again` shows the page
/// with the reason.
pub(super) async fn press<T: Into<Then>>(
    gateway: &Gateway,
    (headers, uri): (&HeaderMap, &Uri),
    (roles, here): (&[Role], String),
    act: impl AsyncFnOnce(&Reader) -> Result<T, Error>,
    again: impl AsyncFnOnce(&Reader, Failure) -> Response,
) -> Response {
    let mut reader = match reader(gateway, headers, uri, roles).await {
        Ok(reader) => reader,
        Err(answer) => return answer,
    };
    reader.here = here;
    match act(&reader).await.map(T::into) {
        Ok(Then::To(address)) => Redirect::to(&address).into_response(),
        Ok(Then::Shown(page)) => page.into_response(),
        Err(error) => again(&reader, error.into()).await,
    }
}

/// Takes what the form `here` sends; refused, `form` shows it as it was filled in, with the reason, under the status of that.
pub(super) async fn fill<T: Into<Then>>(
    gateway: &Gateway,
    asked: (&HeaderMap, &Uri),
    here: (&[Role], String),
    set: impl AsyncFnOnce(&Reader) -> Result<T, Error>,
    form: impl AsyncFnOnce(&Reader, &Failure) -> Markup,
) -> Response {
    let again = async |reader: &Reader, failure: Failure| {
        (status_of(failure.kind), form(reader, &failure).await).into_response()
    };
    press(gateway, asked, here, set, again).await
}
