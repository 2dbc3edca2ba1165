//! Bringing levels up to date: from the evidence that stands to the level, its history and what is said of it, in one
//! transaction.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::RangeInclusive,
};

use contracts::analysis::SituationChanged;
use domain::{Day, EventId, Level, Timestamp};
use kit::Tx;
use tracing::instrument;

use super::{
    Reader,
    level::{self, Change, ChangeId, State},
    listed, steps,
    view::View,
};
use crate::domain::{
    Cell, Evidence, Held, Rules, Standing, Walked, across,
    cell::horizon_days,
    walk::{self, WALK_DAYS},
    walked, whole,
};

/// Which cells are looked at, each with the first and the last day that what was heard of it speaks of.
pub type Heard = BTreeMap<Cell, RangeInclusive<Day>>;

/// Cells of which nothing was heard: time passes.
pub fn nothing_heard(cells: impl IntoIterator<Item = Cell>, today: Day) -> Heard {
    cells.into_iter().map(|cell| (cell, today..=today)).collect()
}

/// Cells of which everything is counted anew.
pub fn everything_heard(cells: impl IntoIterator<Item = Cell>, today: Day) -> Heard {
    let of = |cell: Cell| {
        let first = today.plus(-WALK_DAYS - horizon_days(cell.threat));
        (cell, first..=today)
    };
    cells.into_iter().map(of).collect()
}

/// Brings the levels of these cells up to date, and those of the cells they spill into, and says every change. Returns
/// how many levels changed.
///
/// A level is stepped from the one that was told by the index of today. Where that may not be all, the rule is walked over all
/// days as they are known now and joined with it: at the first look, where what was heard is of days before today and lifts it or may
/// have lifted it, where it would have held a level that fell since, and before a level falls (decision 0032).
///
/// `cause` is the event that led to it, or `settled` where time alone did. Doing it twice changes and says nothing more.
///
/// # Errors
/// When the store cannot be read or written.
#[instrument(name = "analysis.level.assess", skip_all, fields(cells = heard.len()))]
pub async fn assess(tx: &mut Tx, heard: &Heard, rules: &Rules, cause: &str) -> Result<usize, sqlx::Error> {
    if heard.is_empty() {
        return Ok(0);
    }
    let (kept, mut changes) = found(tx, heard, rules, cause).await?;
    let written: Vec<&State> = kept.iter().chain(changes.iter().map(|change| &change.state)).collect();
    level::put_states(tx, &written).await?;
    say(tx, &mut changes, rules).await?;
    level::put_changes(tx, &changes).await?;
    Ok(changes.len())
}

/// How many of these cells stand at another level than a look at them comes to. Nothing is written.
///
/// # Errors
/// When the store cannot be read.
pub async fn differing(tx: &mut Tx, heard: &Heard, rules: &Rules) -> Result<usize, sqlx::Error> {
    let (_, changes) = found(tx, heard, rules, "compared").await?;
    Ok(changes.iter().filter(|change| heard.contains_key(&change.state.cell())).count())
}

/// What a look at these cells and at those they spill into comes to: how those stand whose level holds otherwise than it was kept,
/// and every change.
async fn found(
    tx: &mut Tx,
    heard: &Heard,
    rules: &Rules,
    cause: &str,
) -> Result<(Vec<State>, Vec<Change>), sqlx::Error> {
    let now = tx.now();
    let heard = spread(heard, rules);
    let cells: BTreeSet<Cell> = heard.keys().cloned().collect();
    let view = View::levels(&mut Reader::Tx(tx), &cells, (now.day(), 0), rules).await?;
    let states = level::around(&mut Reader::Tx(tx), &cells).await?;
    let looked =
        heard.iter().filter_map(|(cell, days)| look(&view, (cell, days), states.get(cell), (now, rules)));
    let mut looked: Vec<Look<'_>> = looked.collect();
    walk_the_fallen(tx, &mut looked, &states).await?;
    let walked = walk_those(tx, &looked, (now.day(), rules)).await?;
    let (mut kept, mut changes) = (Vec::new(), Vec::new());
    for look in looked {
        let before = states.get(look.cell);
        match look.next(before, walked.get(look.cell).copied(), (now, cause)) {
            Next::Same => {}
            Next::Kept(state) => kept.push(state),
            Next::Changed(change) => changes.push(*change),
        }
    }
    Ok((kept, changes))
}

/// The cells themselves and those they spill into, each with the days of all that bears on it.
fn spread(heard: &Heard, rules: &Rules) -> Heard {
    let mut all = heard.clone();
    for (cell, days) in heard {
        for (there, _) in across::pairs(cell, &rules.spillover) {
            let both = all.entry(there).or_insert_with(|| days.clone());
            *both = *both.start().min(days.start())..=*both.end().max(days.end());
        }
    }
    all
}

/// What a look at a cell finds by the index of today.
struct Look<'a> {
    cell: &'a Cell,
    index: f64,
    /// Stepped from the level that was told; from calm where none was.
    stepped: Standing,
    /// Whether it is still the first look: nothing was told that holds.
    first: bool,
    /// Whether the index of today lifts it above what was told.
    rises: bool,
    /// Whether the walk over past days may end otherwise.
    walks: bool,
    /// The oldest day that bears on what was heard, where that may have held a level above this one.
    holds: Option<Day>,
}

/// Looks at a cell; `None` where there is nothing to tell of.
fn look<'a>(
    view: &View,
    (cell, days): (&'a Cell, &RangeInclusive<Day>),
    before: Option<&State>,
    (now, rules): (Timestamp, &Rules),
) -> Option<Look<'a>> {
    let today = now.day();
    let (reports, around) = (view.reports(cell), view.around(cell, &rules.spillover));
    let all = whole(cell, (reports, &around), (today, Evidence::All), rules);
    let index = all.composed.index;
    // what only spills in begins to be told of when it is more than calm; whoever looked and saw little has reported
    let looked = around.readings.iter().any(|reading| reading.bears_on(cell.threat));
    let silent = reports.is_empty() && !looked && around.bands.of(index) == Level::Calm;
    if silent && before.is_none() {
        return None;
    }
    let stands = before.map_or(Standing { level: Level::Calm, changed: today }, State::standing);
    let stepped = stands.step(index, today, &around.bands);
    let first = before.is_none_or(|state| state.is_first_look(now));
    let bears = today.since(*days.end()) <= WALK_DAYS + horizon_days(cell.threat);
    let oldest = walk::oldest(&all, days);
    let of_past = ((oldest, today), cell.threat);
    let rises = stepped.level > stands.level;
    // what lifts it today may have lifted it before today
    let before_today = first
        || (rises && oldest < today)
        || walk::may_end_above(stepped.level, &all, of_past, &around.bands);
    let walks = stepped.level < stands.level || (bears && before_today);
    let moved = before.is_some_and(|state| state.has_moved() && state.since.day() >= oldest);
    let holds = !walks && bears && moved && walk::may_have_held(stepped.level, &all, of_past, &around.bands);
    Some(Look { cell, index, stepped, first, rises, walks, holds: holds.then_some(oldest) })
}

/// Has those walked, too, whose level fell on a day that what was heard bears on, where that may have held it.
async fn walk_the_fallen(
    tx: &mut Tx,
    looked: &mut [Look<'_>],
    states: &BTreeMap<Cell, State>,
) -> Result<(), sqlx::Error> {
    let cells: BTreeSet<Cell> =
        looked.iter().filter(|look| look.holds.is_some()).map(|look| look.cell.clone()).collect();
    let Some(oldest) = looked.iter().filter_map(|look| look.holds).min() else { return Ok(()) };
    let told = steps::told(&mut Reader::Tx(tx), &cells, oldest.start()).await?;
    for look in looked {
        if let (Some(oldest), Some(state)) = (look.holds, states.get(look.cell)) {
            let steps = told.get(look.cell).map_or(&[][..], Vec::as_slice);
            look.walks = walk::may_have_fallen(steps, (look.stepped.level, state.since.day()), oldest);
        }
    }
    Ok(())
}

/// Walks those that are to be walked, by all that is known now of their past days.
async fn walk_those(
    tx: &mut Tx,
    looked: &[Look<'_>],
    (today, rules): (Day, &Rules),
) -> Result<BTreeMap<Cell, Walked>, sqlx::Error> {
    let cells: BTreeSet<Cell> =
        looked.iter().filter(|look| look.walks).map(|look| look.cell.clone()).collect();
    if cells.is_empty() {
        return Ok(BTreeMap::new());
    }
    let view = View::levels(&mut Reader::Tx(tx), &cells, (today, WALK_DAYS), rules).await?;
    let walk = |cell: Cell| {
        let around = view.around(&cell, &rules.spillover);
        let found = walked(&cell, (view.reports(&cell), &around), today, rules);
        (cell, found)
    };
    Ok(cells.into_iter().map(walk).collect())
}

/// What a new look at a cell comes to.
enum Next {
    /// Everything holds.
    Same,
    /// The level holds: it was never looked at before, and it is calm, or it is known to have changed on another day.
    Kept(State),
    /// The level changed; from calm, where it was never looked at before.
    Changed(Box<Change>),
}

impl Look<'_> {
    /// Where it stands: as it was told, joined with the walk; at the first look, and where it rises, by the walk alone: nothing
    /// was told that holds, and it may have risen before today.
    fn standing(&self, walked: Option<Walked>, today: Day) -> Standing {
        match walked {
            // calm on all days is calm since it is looked at
            Some(Walked { standing, moved: false }) if self.first && standing.level == Level::Calm => {
                Standing { changed: today, ..standing }
            }
            Some(walked) if self.first => walked.standing,
            Some(walked) if self.rises && walked.standing.level >= self.stepped.level => walked.standing,
            Some(walked) => self.stepped.joined(walked),
            None => self.stepped,
        }
    }

    fn next(&self, before: Option<&State>, walked: Option<Walked>, (now, cause): (Timestamp, &str)) -> Next {
        let state = before.cloned().unwrap_or_else(|| State::first(self.cell, now));
        let after = self.standing(walked, now.day());
        let since = match after.changed {
            same if same == state.since.day() && after.level == state.level => state.since,
            today if today == now.day() => now,
            day => day.start(),
        };
        let was = state.level;
        let since_at_least = Some(match walked.map(Held::from) {
            // it stands by the walk
            Some(found) if (found.level, found.since) == (after.level, after.changed.start()) => {
                found.at_least
            }
            _ => after.level == was && since == state.since && state.held().at_least,
        });
        if after.level == was {
            let kept = State { since, since_at_least, ..state };
            let same = |state: &State| state.held() == kept.held();
            return if before.is_some_and(same) { Next::Same } else { Next::Kept(kept) };
        }
        let changes = state.changes + 1;
        let id = ChangeId::derived(&[
            self.cell.province.as_str(),
            self.cell.threat.as_str(),
            if self.cell.exercise { "exercise" } else { "real" },
            &changes.to_string(),
            // a store that was lost counts from one again: what it says then is another event
            &now.to_string(),
        ]);
        let state = State { level: after.level, since, changes, since_at_least, ..state };
        Next::Changed(Box::new(Change {
            id,
            was,
            state,
            index: self.index,
            cause: cause.to_owned(),
            at: now,
            unreported: false,
            range: None,
        }))
    }
}

/// Says each change, with the situation as this transaction sees it, and notes of each whether anything is reported from there.
#[expect(
    clippy::redundant_closure_for_method_calls,
    reason = "the method by its path is for one lifetime only"
)]
async fn say(tx: &mut Tx, changes: &mut [Change], rules: &Rules) -> Result<(), sqlx::Error> {
    if changes.is_empty() {
        return Ok(());
    }
    let on = tx.now().day();
    let cells: BTreeSet<Cell> = changes.iter().map(|change| change.state.cell()).collect();
    let view = View::present(&mut Reader::Tx(tx), &cells, on, rules).await?;
    let reading = listed::importing(&mut Reader::Tx(tx)).await? > 0;
    for change in changes {
        let cell = change.state.cell();
        let level = change.state.held();
        let situation = view.picture((&cell, on), level, rules, |picture| picture.situation());
        change.unreported = !situation.is_spoken_of();
        // what half a file seems to leave open, the rest of it may close; a fall for want of reports stays what it was
        let is_half_read = reading && change.state.level > change.was;
        change.range = situation.range.filter(|_| !is_half_read);
        let event = SituationChanged {
            was: change.was,
            first: change.is_first(),
            situation,
            exercise: cell.exercise,
            at: change.at,
            names: cell.names(),
        };
        tracing::info!(place.province = %cell.province, threat = %cell.threat, was = %change.was, now = %change.state.level,
            index = change.index, exercise = cell.exercise, "a level changed");
        tx.say_as(&EventId::derived(&[change.id.as_str()]), &event).await?;
    }
    Ok(())
}
