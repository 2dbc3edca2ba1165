//! What a client is still sending when its answer is there: it is read to its end, within bounds, or the connection would break before
//! the client has read why it was refused.

use std::{
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use axum::{
    body::{Body, BodyDataStream, Bytes, HttpBody},
    http::{HeaderMap, header},
};
use futures::{Stream, StreamExt};
use kit::lifecycle::Group;

/// As much is read of what nobody takes, in bytes: above the largest file of a report.
const MOST_BYTES: usize = 64 * 1024 * 1024;
/// So long it is read on.
const PATIENCE: Duration = Duration::from_secs(30);

/// A body of which whatever the handler leaves is read and dropped.
struct Whole {
    rest: Option<BodyDataStream>,
    working: Group,
}

/// The same body, read to its end whatever becomes of the request; as it is where nothing comes, or where the client waits to be asked
/// for it.
pub(super) fn to_its_end(body: Body, headers: &HeaderMap, working: &Group) -> Body {
    if body.is_end_stream() || headers.contains_key(header::EXPECT) {
        return body;
    }
    Body::from_stream(Whole { rest: Some(body.into_data_stream()), working: working.clone() })
}

impl Stream for Whole {
    type Item = Result<Bytes, axum::Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Some(rest) = &mut self.rest else { return Poll::Ready(None) };
        let next = std::task::ready!(rest.poll_next_unpin(cx));
        if !matches!(next, Some(Ok(_))) {
            self.rest = None;
        }
        Poll::Ready(next)
    }
}

impl Drop for Whole {
    fn drop(&mut self) {
        let Some(rest) = self.rest.take() else { return };
        let working = self.working.clone();
        self.working.spawn(async move {
            tokio::select! {
                _ = tokio::time::timeout(PATIENCE, leave(rest)) => {}
                () = working.stopping() => {}
            }
        });
    }
}

/// Reads what nobody takes, as far as the bound.
async fn leave(mut rest: BodyDataStream) {
    let mut left = MOST_BYTES;
    while let Some(Ok(chunk)) = rest.next().await {
        match left.checked_sub(chunk.len()) {
            Some(less) => left = less,
            None => break,
        }
    }
}
