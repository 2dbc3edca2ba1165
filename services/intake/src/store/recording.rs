//! Recording drafts: what they change is written and announced in one transaction.

use std::collections::{BTreeMap, BTreeSet};

use contracts::intake::ObservationsRecorded;
use domain::{EventId, Handling, ImportId, ObservationId};
use kit::Tx;
use serde_json::value::RawValue;

use super::{
    aggregates,
    cluster::due,
    earlier,
    hearing::{Heard, hear},
    leads, media, narrowed, observations, remarks,
};
use crate::{
    domain::{
        contradiction,
        draft::{Arrival, Digested, Draft},
        harvest::{At, Gone, Harvest},
        merge::{Contradiction, Known, Merged, Narrowed, Revision, Tally, merge},
        one_each::{self, SAID_AGAIN},
        page::packs,
    },
    error::Error,
};

/// The job that compares what was recorded.
pub const COMPARE: &str = "intake.cluster.compare";
/// The job that puts what was recorded into the index of texts.
pub const TEXT_INDEX: &str = "intake.text.index";

/// What brings drafts: the origin of their announcement, and what its event ids are derived from.
#[derive(Clone, Debug)]
pub struct Bringer<'a> {
    /// The run or report, as the event names it.
    pub origin: &'a str,
    /// Which part of it: the same part said twice is said once.
    pub part: &'a str,
    /// With what they arrive.
    pub arrival: Arrival,
}

/// Records drafts in their order and says what changed; the tally holds no quarantined ones.
///
/// # Errors
/// When the store refuses; then nothing of it happened.
pub async fn record(tx: &mut Tx, drafts: Vec<Draft>, bringer: &Bringer<'_>) -> Result<Tally, Error> {
    let drafts: Result<Vec<Digested>, _> = drafts.into_iter().map(Draft::digested).collect();
    record_digested(tx, drafts?, bringer).await
}

/// The same with drafts whose digests are made. Each observation is written as JSON once, for the store and for the bus.
///
/// # Errors
/// As [`record`].
pub async fn record_digested(
    tx: &mut Tx,
    drafts: Vec<Digested>,
    bringer: &Bringer<'_>,
) -> Result<Tally, Error> {
    let noted = record_noting(tx, drafts, bringer).await?;
    tx.nudge(COMPARE);
    Ok(noted.tally)
}

/// What drafts brought, and what is to be said of which, counted from 0.
struct Noted {
    tally: Tally,
    remarks: Vec<(usize, &'static str)>,
    contradictions: Vec<(usize, String)>,
}

/// As [`record_digested`]; gives besides what is to be remarked of which drafts, and which say otherwise than one before them.
async fn record_noting(tx: &mut Tx, drafts: Vec<Digested>, bringer: &Bringer<'_>) -> Result<Noted, Error> {
    let (noted, narrowed) = record_once(tx, drafts, bringer).await?;
    let known = narrowed::restated(tx, narrowed).await?;
    if !known.is_empty() {
        let part = format!("{} narrowed", bringer.part);
        let arrival = Arrival { again: Vec::new(), one_each: false, ..bringer.arrival.clone() };
        record_once(tx, known, &Bringer { origin: bringer.origin, part: &part, arrival }).await?;
    }
    Ok(noted)
}

/// Records drafts; gives besides what of them is known and is to stand under a stricter handling.
async fn record_once(
    tx: &mut Tx,
    drafts: Vec<Digested>,
    bringer: &Bringer<'_>,
) -> Result<(Noted, Vec<Narrowed>), Error> {
    // whoever reserves goes alone until the commit: what is known stays so
    let first = observations::reserve(tx, drafts.len()).await?;
    let arrival = Arrival { at: tx.now(), ..bringer.arrival.clone() };
    let mut ids: Vec<ObservationId> = drafts.iter().map(|draft| draft.id.clone()).collect();
    ids.sort_unstable();
    ids.dedup();
    let known = observations::known(tx, &ids).await?;
    let handlings = handlings(tx, &drafts, &known).await?;
    let merged = merge(drafts, (known, &handlings), &arrival)?;
    let contradictions = contradictions(tx, &merged).await?;
    observations::end(tx, &merged.ended).await?;
    let bodies = observations::insert(tx, &merged.revisions, first).await?;
    let standing: Vec<(&Revision, &RawValue)> =
        merged.revisions.iter().zip(&bodies).map(|(revision, body)| (revision, &**body)).collect();
    let standing: Vec<_> = standing.into_iter().filter(|(revision, _)| !revision.superseded).collect();
    let due = due::Due::recorded(standing.iter().map(|(revision, _)| &revision.observation));
    compare_later(tx, &[bringer.origin, bringer.part], &due).await?;
    let bodies: Vec<&RawValue> = standing.into_iter().map(|(_, body)| body).collect();
    for (number, pack) in packs(bodies, |body| body.get().len()).into_iter().enumerate() {
        let id = EventId::derived(&["observations", bringer.origin, bringer.part, &number.to_string()]);
        let body = ObservationsRecorded::written(bringer.origin, &pack)?;
        tx.say_written::<ObservationsRecorded>(&id, (bringer.origin, body)).await?;
    }
    let repeats = merged.repeats.into_iter();
    let repeats = repeats.map(|(number, same)| (number, if same { SAID_AGAIN } else { SAID_OTHERWISE }));
    let returns = merged.returns.into_iter().map(|number| (number, SAID_BEFORE));
    let revived = merged.revived.into_iter().map(|number| (number, STANDS_AGAIN));
    let wider = merged.wider.into_iter().map(|number| (number, STAYS_STRICTER));
    let outranked = merged.outranked.into_iter().map(|number| (number, SETTLED_LATER));
    let narrowed = merged.narrowed.iter().map(|one| (one.number, NARROWED_BY_OLDER));
    let remarks =
        repeats.chain(returns).chain(revived).chain(wider).chain(outranked).chain(narrowed).collect();
    Ok((Noted { tally: merged.tally, remarks, contradictions }, merged.narrowed))
}

/// Under which handling what is known stands of which these say otherwise: it is looked for only there.
async fn handlings(
    tx: &mut Tx,
    drafts: &[Digested],
    known: &BTreeMap<ObservationId, Known>,
) -> Result<BTreeMap<ObservationId, Handling>, sqlx::Error> {
    let differs = |draft: &&Digested| known.get(&draft.id).is_some_and(|known| known.sha256 != draft.sha256);
    let ids: BTreeSet<&ObservationId> = drafts.iter().filter(differs).map(|draft| &draft.id).collect();
    let ids: Vec<ObservationId> = ids.into_iter().cloned().collect();
    if ids.is_empty() { Ok(BTreeMap::new()) } else { observations::handlings(tx, &ids).await }
}

/// Why each draft waits that says otherwise than an earlier record of its file.
async fn contradictions(tx: &mut Tx, merged: &Merged) -> Result<Vec<(usize, String)>, Error> {
    let stored = merged.contradictions.iter().filter(|one| one.first.is_none());
    let stored: Vec<ObservationId> = stored.map(|one| one.says.id.clone()).collect();
    let stored = if stored.is_empty() { BTreeMap::new() } else { observations::newest(tx, &stored).await? };
    let reason = |one: &Contradiction| {
        let first = match one.first {
            Some(at) => merged.revisions.get(at).map(|revision| &revision.observation),
            None => stored.get(&one.says.id),
        };
        Some((one.number, contradiction::reason(first?, one.line, &one.says)))
    };
    Ok(merged.contradictions.iter().filter_map(reason).collect())
}

/// What records of a run brought.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// How many brought what; none that are to be quarantined.
    pub tally: Tally,
    /// The numbers of the records that say otherwise than an earlier one of their file, each with the reason why it waits.
    pub contradictions: Vec<(usize, String)>,
    /// The numbers of the records whose message would go on a chain of another road ([`APART`](crate::domain::message::APART)), each with the SHA-256 of that
    /// message: by it the same is known again, in whatever it comes.
    pub apart: Vec<(usize, String)>,
}

/// Takes in what records of a run say, and says what changed. When facts of it are compared is for the caller to say ([`COMPARE`]): many
/// batches at once cost little more than one.
///
/// # Errors
/// When the store refuses; then nothing of it happened.
pub async fn take_in(
    tx: &mut Tx,
    (import, mut harvest): (&ImportId, Harvest),
    bringer: &Bringer<'_>,
) -> Result<Taken, Error> {
    let Taken { mut tally, mut contradictions, mut apart } = take_drafts(tx, &mut harvest, bringer).await?;
    if bringer.arrival.one_each {
        let earlier = earlier::said(tx, &harvest, &bringer.arrival).await?;
        contradictions.extend(one_each::keep_first(&mut harvest, &earlier));
    }
    tally.passed_over = harvest.passed_over;
    for Gone { fact, by, why, edited_at, .. } in std::mem::take(&mut harvest.gone) {
        tally.add(take_back(tx, (&fact, edited_at), (&by, &why)).await?);
    }
    let (counts, lines) = apart_from_lines(&mut harvest.counts);
    let (counted, wider) = aggregates::record(tx, import, counts).await?;
    tally.add(counted);
    remark_wider(&mut harvest, &wider, &lines);
    let (mentions, lines) = apart_from_lines(&mut harvest.mentions);
    let (counted, wider) = media::record(tx, mentions, bringer).await?;
    tally.add(counted);
    remark_wider(&mut harvest, &wider, &lines);
    tally.add(leads::take(tx, apart_from_lines(&mut harvest.leads).0, import).await?);
    for (number, (message, (record, line))) in std::mem::take(&mut harvest.messages).into_iter().enumerate() {
        let part = format!("{} {number}", bringer.part);
        let lies = message.remark();
        let (origin, arrival) = (bringer.origin, bringer.arrival.clone());
        let remark = match hear(tx, message, &Bringer { origin, part: &part, arrival }).await? {
            Heard::Changes(changed, wider) => {
                tally.add(changed);
                if wider {
                    harvest.remark(STAYS_STRICTER.to_owned(), line);
                }
                lies
            }
            Heard::Overtaken => {
                tally.unchanged += 1;
                Some(OVERTAKEN)
            }
            Heard::Apart(sha256) => {
                apart.push((record, sha256));
                None
            }
        };
        if let Some(remark) = remark {
            harvest.remark(remark.to_owned(), line);
        }
    }
    remarks::add(tx, import, &harvest.remarks).await?;
    Ok(Taken { tally, contradictions, apart })
}

fn apart_from_lines<T>(all: &mut Vec<(T, At)>) -> (Vec<T>, Vec<u64>) {
    std::mem::take(all).into_iter().map(|(one, (_, line))| (one, line)).unzip()
}

/// Remarks those, counted from 0, that came with a wider handling than is known of the same; each stands in one of these lines.
fn remark_wider(harvest: &mut Harvest, wider: &[usize], lines: &[u64]) {
    for line in wider.iter().filter_map(|number| lines.get(*number)) {
        harvest.remark(STAYS_STRICTER.to_owned(), *line);
    }
}

/// Takes in the facts, and remarks those that repeat what was said in the file or before it.
async fn take_drafts(tx: &mut Tx, harvest: &mut Harvest, bringer: &Bringer<'_>) -> Result<Taken, Error> {
    let (drafts, records): (Vec<Digested>, Vec<usize>) =
        std::mem::take(&mut harvest.drafts).into_iter().unzip();
    let lines: Vec<u64> = drafts.iter().map(|draft| draft.line.unwrap_or_default()).collect();
    let Noted { tally, remarks, contradictions } = record_noting(tx, drafts, bringer).await?;
    for (number, remark) in remarks {
        harvest.remark(remark.to_owned(), lines.get(number).copied().unwrap_or_default());
    }
    let of_record = |(number, reason): (usize, String)| Some((*records.get(number)?, reason));
    let contradictions = contradictions.into_iter().filter_map(of_record).collect();
    Ok(Taken { tally, contradictions, apart: Vec::new() })
}

/// What is said of a record that says something else than one before it.
const SAID_OTHERWISE: &str = "its id stands in an earlier record of this file, which says otherwise: the one holds that its source edited or \
     settled later, or that a person sent as a correction";
/// What is said of a record that returns to what was said before the newest revision.
const SAID_BEFORE: &str = "it says what an earlier revision said and the newest no longer does: as this file was never read before, it holds, \
     as a revision; look whether the file is an old copy";
/// What is said of a record that lets stand again what was taken back.
const STANDS_AGAIN: &str = "it was taken back, and its source says something else of it now: it stands again, as a revision; look at it, and \
     take it back once more where the reason still holds";
/// What is said of a record that came with a wider handling than is known of its fact.
const STAYS_STRICTER: &str = "its handling is wider than what is known of the same under this id: of both the stricter holds, in label, audience, \
     licence and precision; no file widens it";
/// What is said of a record of an older edition.
const SETTLED_LATER: &str = "it says otherwise than what is known under this id, which its source has settled or edited later: this one is of an \
     older edition and changes nothing";
/// What is said of a record of an older edition that came with a stricter handling.
const NARROWED_BY_OLDER: &str = "it says otherwise than what is known under this id, which its source has settled or edited later: this one is of an \
     older edition, and of it the stricter handling alone is taken";
/// What is said of a message that a later one has overtaken.
const OVERTAKEN: &str = "a later message about the same was known already: this one changes nothing";

/// Takes back what stands of a fact, in the name of its source; not what that has edited since, where it tells when it took it back.
pub(super) async fn take_back(
    tx: &mut Tx,
    (id, at): (&ObservationId, Option<i64>),
    (by, why): (&str, &str),
) -> Result<Tally, Error> {
    let known = observations::known(tx, std::slice::from_ref(id)).await?;
    let edited_since = |known: &Known| known.edited_at.zip(at).is_some_and(|(edited, at)| edited > at);
    let standing = known.get(id).filter(|known| known.stands && !edited_since(known));
    let taken_back = match standing.map(|known| known.revision) {
        Some(revision) => retract(tx, (id, revision), (by, why)).await?,
        None => false,
    };
    Ok(Tally { updated: u64::from(taken_back), unchanged: u64::from(!taken_back), ..Tally::default() })
}

/// Notes that clusters are to be looked at: not in this transaction, so that recording stays as fast as it is.
async fn compare_later(tx: &mut Tx, brought_by: &[&str], due: &due::Due) -> Result<(), sqlx::Error> {
    due::put(tx, &brought_by.join(" "), due).await
}

/// Takes back those of these observations that stand, and says so; gives how many.
///
/// # Errors
/// When the store refuses; then nothing of it happened.
pub async fn retract_standing(
    tx: &mut Tx,
    ids: &[ObservationId],
    (by, why): (&str, &str),
) -> Result<u64, Error> {
    // alone before it is read: a revision that a run commits meanwhile would end without being told as taken back
    observations::reserve(tx, 0).await?;
    let mut taken = 0;
    for (id, known) in observations::known(tx, ids).await? {
        if known.stands {
            taken += u64::from(retract(tx, (&id, known.revision), (by, why)).await?);
        }
    }
    Ok(taken)
}

/// Takes an observation back from now on and says so; `false` where it does not stand any more. Nothing of it is deleted. The
/// transaction has reserved before it read which revision is the newest.
///
/// # Errors
/// When the store refuses; then nothing of it happened.
pub async fn retract(
    tx: &mut Tx,
    (id, revision): (&ObservationId, u32),
    (by, why): (&str, &str),
) -> Result<bool, Error> {
    if !observations::note_retraction(tx, (id, revision), (by, why)).await? {
        return Ok(false);
    }
    observations::end(tx, std::slice::from_ref(id)).await?;
    let due = due::Due { again: vec![id.clone()], ..due::Due::default() };
    compare_later(tx, &["retraction", id.as_str(), &revision.to_string()], &due).await?;
    tx.nudge(COMPARE);
    let event = EventId::derived(&["retraction", id.as_str(), &revision.to_string()]);
    let origin = id.to_string();
    let said = ObservationsRecorded { origin, recorded: Vec::new(), retracted: vec![id.clone()] };
    tx.say_as(&event, &said).await?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    #[test]
    fn what_is_remarked_of_a_record_can_be_told_in_every_language() {
        for remark in [
            super::SAID_AGAIN,
            super::SAID_OTHERWISE,
            super::SAID_BEFORE,
            super::STANDS_AGAIN,
            super::STAYS_STRICTER,
            super::SETTLED_LATER,
            super::NARROWED_BY_OLDER,
            super::OVERTAKEN,
        ] {
            assert!(contracts::reason::is_told(remark), "{remark}");
        }
    }
}
