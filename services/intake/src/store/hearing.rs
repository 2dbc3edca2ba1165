//! Taking in messages, each in its chain: what it states, what it takes back, and under which handling.

use std::collections::BTreeSet;

use domain::{Country, Handling, ObservationId};
use kit::Tx;

use super::{
    messages, observations,
    recording::{Bringer, record, take_back},
};
use crate::{
    domain::{
        bound::is_wider,
        draft::{Arrival, Draft, called, fact},
        merge::Tally,
        message::{self, Act, Belongs, Message},
    },
    error::Error,
};

/// What became of a message.
pub(super) enum Heard {
    /// It holds, and changed so much; whether its handling was wider than is known of its chain.
    Changes(Tally, bool),
    /// A later one of its chain was known.
    Overtaken,
    /// It would go on a chain that came along another road, and is the message of this SHA-256: nothing of it is kept.
    Apart(String),
}

/// Takes in a message, in its chain, and says what became of it. A person has decided where an id need not be of one fact alone. Whoever
/// calls it has reserved: what is known stays so.
///
/// # Errors
/// When the store refuses; then nothing of it happened.
pub(super) async fn hear(tx: &mut Tx, message: Message, bringer: &Bringer<'_>) -> Result<Heard, Error> {
    let known = messages::known(tx, &message).await?;
    let belongs = match &bringer.arrival.import {
        Some(import) if bringer.arrival.one_each => messages::belongs(tx, (&message, &known), import).await?,
        _ => Belongs::Here,
    };
    let place = message::place(&message, known);
    match (belongs, place.overtaken) {
        // it would change nothing along its own road either
        (Belongs::Apart, true) => return Ok(Heard::Overtaken),
        (Belongs::Apart, false) => return Ok(Heard::Apart(message.sha256()?)),
        (Belongs::Here, _) => {
            messages::keep(tx, (&message, &place), bringer.arrival.import.as_ref()).await?;
        }
        (Belongs::Told, _) => {}
    }
    if place.overtaken {
        return Ok(Heard::Overtaken);
    }
    // which message of a chain holds is told by the chain
    let arrival = Arrival { one_each: false, ..bringer.arrival.clone() };
    let bringer = &Bringer { arrival, ..bringer.clone() };
    let (by, source) = (message.name.sender.clone(), message.draft.source.clone());
    let fact_of = |kept: &str| fact(&source, called(kept), message.draft.exercise);
    let (drafts, parts, why) = match &message.act {
        Act::States => {
            let (drafts, parts) = message.parts(&place, stood_in(tx, &fact_of(&place.chain)).await?);
            (drafts, parts, format!("message {} no longer speaks of it", message.name.external_id()))
        }
        Act::TakesBack(why) => (Vec::new(), BTreeSet::new(), why.clone()),
    };
    let had: Vec<ObservationId> = place.had.iter().chain([&place.chain]).map(|kept| fact_of(kept)).collect();
    let joined: Vec<ObservationId> = place.joined.iter().map(|kept| fact_of(kept)).collect();
    let (drafts, wider) = under_that_of(tx, drafts, had.iter().chain(&joined)).await?;
    let stated: BTreeSet<ObservationId> = drafts.iter().map(Draft::id).collect();
    let mut changed = Tally::default();
    for part in had.iter().filter(|fact| !stated.contains(fact)) {
        changed.add(take_back(tx, (part, None), (&by, &why)).await?);
    }
    // a message that states anything states one fact at least
    if !drafts.is_empty() {
        changed = record(tx, drafts, bringer).await?;
    }
    let why = format!("message {} joins it with another", message.name.external_id());
    for fact in &joined {
        take_back(tx, (fact, None), (&by, &why)).await?;
    }
    messages::keep_parts(tx, &place.chain, &parts).await?;
    Ok(Heard::Changes(changed.of_one(), wider))
}

/// What a message states, each under the join of its handling with all that is known of its chain: a part in a further country, and what
/// goes on from a chain that is joined, are opened no wider than the rest. Gives besides whether any of it came with a wider one.
async fn under_that_of(
    tx: &mut Tx,
    drafts: Vec<Draft>,
    chain: impl Iterator<Item = &ObservationId>,
) -> Result<(Vec<Draft>, bool), Error> {
    let chain: Vec<ObservationId> = chain.cloned().collect();
    let known = observations::handlings(tx, &chain).await?.into_values();
    let Some(known) = known.reduce(|one, other: Handling| one.join(&other)) else {
        return Ok((drafts, false));
    };
    let mut wider = false;
    let under = |draft: Draft| {
        let joined = known.join(&draft.handling);
        wider |= is_wider(&draft.handling, &joined);
        draft.under(joined)
    };
    let drafts = drafts.into_iter().map(under).collect();
    Ok((drafts, wider))
}

/// In which country an observation is placed, or was.
async fn stood_in(tx: &mut Tx, id: &ObservationId) -> Result<Option<Country>, sqlx::Error> {
    let newest = observations::newest(tx, std::slice::from_ref(id)).await?;
    Ok(newest.get(id).and_then(|seen| seen.place.country))
}
