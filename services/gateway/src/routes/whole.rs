//! All observations of a search as one stream: page after page is asked for while the last one is on its way.

use axum::body::{Body, Bytes};
use contracts::{
    Failure, PageRequest, Principal,
    intake::{FindObservations, search::Found},
};
use futures::stream;
use kit::{Ask, Bus};

use super::observations::Output;
use crate::{
    Error, Gateway,
    domain::{export, left_out::LeftOut},
    http::{Answer, Call},
};

/// How many observations are asked for at once.
const AT_ONCE: u32 = 500;

/// Where a stream stands.
struct Whole {
    bus: Bus,
    principal: Principal,
    wish: FindObservations,
    output: Output,
    hxl: bool,
    /// What the licences keep in so far, and what is not kept of that moment.
    left_out: LeftOut,
    /// How many features were written: between two stands a comma.
    features: usize,
    /// Whether the first page is still to come.
    first: bool,
    /// Whether the last page has gone.
    ended: bool,
}

/// Answers everything that a search finds, as it was known when it began.
///
/// # Errors
/// When the format is one that cannot be streamed, or the first page cannot be had.
pub(super) async fn all(
    gateway: &Gateway,
    call: &Call,
    (wish, output, hxl): (FindObservations, Output, bool),
) -> Result<Answer, Error> {
    if output == Output::Json {
        let why = "a JSON page is not streamed; ask for format=csv, geojson or ndjson, or go by `next`";
        return Err(Failure::invalid("all=true goes with a format that is read piece by piece")
            .at("format", why)
            .into());
    }
    let page = PageRequest { cursor: wish.page.cursor.clone(), limit: Some(AT_ONCE) };
    let mut whole = Whole {
        bus: gateway.bus.clone(),
        principal: call.principal.clone(),
        wish: FindObservations { page, ..wish },
        output,
        hxl,
        left_out: LeftOut::default(),
        features: 0,
        first: true,
        ended: false,
    };
    // the first page before the status, so that a refusal is told as one
    let begun = whole.next().await?;
    let rest = stream::unfold(whole, |mut whole| async move {
        if whole.ended {
            return None;
        }
        let piece = whole.next().await.map(Bytes::from).map_err(|failure| {
            whole.ended = true;
            tracing::warn!(why = failure.detail, "an export broke off");
            std::io::Error::other(failure.detail)
        });
        Some((piece, whole))
    });
    let begun = stream::iter([Ok(Bytes::from(begun))]);
    let body = Body::from_stream(futures::StreamExt::chain(begun, rest));
    Ok(Answer::stream(output.content_type(), body))
}

impl Whole {
    /// The next piece: what begins the file before the first page, what ends it behind the last.
    async fn next(&mut self) -> Result<String, Failure> {
        let asking = Ask { principal: &self.principal, key: None };
        let Found { page, removed, .. } = self.bus.ask(asking, &self.wish).await?;
        let page = page.map(export::shown);
        self.left_out.lacks(removed);
        self.ended = page.next.is_none();
        self.wish.page.cursor = page.next;
        let items = self.left_out.part(page.items);
        let first = std::mem::take(&mut self.first);
        let written = match self.output {
            Output::Csv => self.table(first, &items),
            Output::GeoJson => Ok(self.features(first, &items)),
            Output::Json | Output::Ndjson => {
                let last = if self.ended { self.left_out.ndjson_lines() } else { String::new() };
                export::ndjson(&items).map(|lines| lines + &last)
            }
        };
        written.map_err(Failure::from)
    }
    fn table(&self, first: bool, items: &[domain::Observation]) -> Result<String, Error> {
        let head = if first { export::csv_head(self.hxl)? } else { String::new() };
        let last = if self.ended { self.left_out.csv_rows()? } else { String::new() };
        Ok(head + &export::csv_rows(items)? + &last)
    }
    fn features(&mut self, first: bool, items: &[domain::Observation]) -> String {
        let features: Vec<String> = items.iter().map(|item| export::feature(item).to_string()).collect();
        let begin = if first { "{\"type\":\"FeatureCollection\",\"features\":[\n" } else { "" };
        let between = if self.features == 0 || features.is_empty() { "" } else { ",\n" };
        self.features += features.len();
        let end = if self.ended {
            let member = |(name, member)| format!(",\"{name}\":{member}");
            let members: String = self.left_out.members().into_iter().map(member).collect();
            format!("\n]{members}}}\n")
        } else {
            String::new()
        };
        format!("{begin}{between}{}{end}", features.join(",\n"))
    }
}
