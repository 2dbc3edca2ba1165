//! The event stream: what changed, as it changes, for those who may read the thing itself.

use std::{collections::VecDeque, convert::Infallible, sync::Arc, time::Duration};

use axum::body::Body;
use bytes::Bytes;
use contracts::{Failure, FailureKind, Principal};
use futures::stream;
use kit::{Clock, Db};
use serde::Deserialize;
use tokio::sync::{OwnedSemaphorePermit, watch};

use crate::{
    Error, Gateway,
    domain::{policy::READERS_AND_PARTNERS, told::Kept},
    http::{
        Answer, Call, Route,
        table::{handle, param},
    },
    store::stream as kept,
};

const EVENTS: &str = "text/event-stream";
/// A comment is sent after so long without an event, so that a dead connection shows.
const QUIET: Duration = Duration::from_secs(15);

/// The event stream.
pub(crate) const ROUTES: &[Route] = &[Route::stream("/v1/stream", READERS_AND_PARTNERS, handle!(open))
    .named(
        "openStream",
        "Server-sent events of what changed: ids and states. Last-Event-ID goes on where it broke off.",
    )
    .with(&[param("last", "Text", "as the header Last-Event-ID, for clients that cannot set it")])
    .answers(200, &[(EVENTS, "Text")])];

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wish {
    last: Option<String>,
}

/// One open stream.
struct Open {
    db: Db,
    clock: Clock,
    principal: Principal,
    told: watch::Receiver<i64>,
    stop: tokio_util::sync::CancellationToken,
    after: i64,
    waiting: VecDeque<Kept>,
    first: Option<String>,
    _permit: OwnedSemaphorePermit,
}

async fn open(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let Wish { last } = call.query()?;
    let by_header =
        call.headers.get("last-event-id").and_then(|value| value.to_str().ok()).map(str::to_owned);
    let wrong = || Failure::new(FailureKind::Malformed, "Last-Event-ID is not an id of this stream");
    let last = by_header.or(last).map(|text| text.parse::<i64>().map_err(|_| wrong())).transpose()?;
    let permit = Arc::clone(&gateway.streams).try_acquire_owned();
    let permit = permit.map_err(|_| Failure::unavailable("too many streams are open; try again shortly"))?;
    let told = gateway.told.subscribe();
    let (first_kept, last_kept) = kept::bounds(&gateway.db).await?;
    let (after, gap) = start(last, (first_kept, last_kept));
    let hello =
        if gap { format!("id: {after}\nevent: gap\ndata: {{}}\n\n") } else { ": open\n\n".to_owned() };
    let open = Open {
        db: gateway.db.clone(),
        clock: gateway.clock.clone(),
        principal: call.principal.clone(),
        told,
        stop: gateway.stopping.clone(),
        after,
        waiting: VecDeque::new(),
        first: Some(hello),
        _permit: permit,
    };
    let body = Body::from_stream(stream::unfold(open, |mut open| async move {
        let text = open.next().await?;
        Some((Ok::<_, Infallible>(Bytes::from(text)), open))
    }));
    Ok(Answer::stream(EVENTS, body))
}

/// Where a stream begins, and whether something between is no longer kept.
fn start(last: Option<i64>, (first_kept, last_kept): (i64, i64)) -> (i64, bool) {
    match last {
        None => (last_kept, false),
        Some(last) if last > last_kept => (last_kept, true),
        Some(last) if last + 1 < first_kept => (first_kept - 1, true),
        Some(last) => (last, false),
    }
}

impl Open {
    /// The next piece of text; `None` when the gateway stops or its store does not answer: the client comes again.
    async fn next(&mut self) -> Option<String> {
        if let Some(first) = self.first.take() {
            return Some(first);
        }
        loop {
            while let Some(event) = self.waiting.pop_front() {
                self.after = event.seq;
                if let Some(data) = event.for_principal(&self.principal) {
                    return Some(format!("id: {}\nevent: {}\ndata: {data}\n\n", event.seq, event.kind));
                }
            }
            self.told.borrow_and_update();
            self.waiting = kept::after(&self.db, self.after).await.ok()?.into();
            if !self.waiting.is_empty() {
                continue;
            }
            tokio::select! {
                () = self.stop.cancelled() => return None,
                changed = self.told.changed() => changed.ok()?,
                () = self.clock.sleep(QUIET) => return Some(": quiet\n\n".to_owned()),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_goes_on_where_it_broke_off_or_says_that_it_cannot() {
        let table = [
            (None, (5, 9), (9, false)),
            (Some(7), (5, 9), (7, false)),
            (Some(4), (5, 9), (4, false)),
            (Some(3), (5, 9), (4, true)),
            (Some(99), (5, 9), (9, true)),
            (Some(0), (0, 0), (0, false)),
            (Some(0), (1, 3), (0, false)),
        ];
        for (last, kept, expected) in table {
            assert_eq!(start(last, kept), expected, "{last:?} {kept:?}");
        }
    }
}
