//! Time passes: levels fall when nothing new happens, overrides end, and every cell is told once a day and whenever it changed; those
//! of which a complete list names nothing as well.

use std::collections::BTreeSet;

use domain::Day;
use kit::Tx;

use super::anew::look_anew;
use crate::{
    Analysis, Error, SETTLE,
    domain::{Cell, Picture, overrides as rules},
    store::{
        self, Reader, Turn, assess, covered,
        day::{self, Page},
        level::{self, State},
        overrides,
        view::View,
    },
};

/// How many cells one transaction works out, so that evidence need not wait long.
const CELLS_AT_ONCE: usize = 50;
/// How many cells that are worked out already one transaction writes.
const PAGES_AT_ONCE: usize = 200;

/// Looks anew at every cell that is not told of today, says the levels that changed with time, and keeps how it is told.
///
/// # Errors
/// When the store cannot be read or written.
pub async fn settle(service: &Analysis) -> Result<(), Error> {
    let today = service.db.clock().now().day();
    look_anew(service).await?;
    begin_covered(service, today).await?;
    let mut reader = Reader::Db(&service.db);
    // what is read now holds as long as no turn is taken after this one
    let last = store::last_turn(&mut reader).await?;
    let due = level::untold(&mut reader, today).await?;
    let anything = !due.is_empty();
    let left = beside(service, due, (last, today)).await?;
    for cells in left.chunks(CELLS_AT_ONCE) {
        let cells: BTreeSet<Cell> = cells.iter().cloned().collect();
        let mut tx = store::turn(&service.db).await?;
        let looked_at = assess::nothing_heard(cells.iter().cloned(), tx.now().day());
        assess::assess(&mut tx, &looked_at, &service.rules, "settled").await?;
        keep_told(&mut tx, &cells, service).await?;
        tx.commit().await?;
    }
    if anything {
        let mut tx = service.db.begin().await?;
        day::forget(&mut tx, today.plus(-i64::from(service.days_kept))).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// Begins to tell of the cells that nobody reported on and that a source which lists every event covers. Not while a file is read: what
/// half of it names nothing of, the rest may name (decision 0048).
async fn begin_covered(service: &Analysis, today: Day) -> Result<(), Error> {
    if covered::unseen(&mut Reader::Db(&service.db), today).await?.is_empty()
        || store::listed::importing(&mut Reader::Db(&service.db)).await? > 0
    {
        return Ok(());
    }
    let mut tx = store::turn(&service.db).await?;
    let on = tx.now().day();
    let cells = covered::unseen(&mut Reader::Tx(&mut tx), on).await?;
    covered::begin(&mut tx, &cells).await?;
    Ok(tx.commit().await?)
}

/// Tells these cells beside whoever writes: worked out from what is committed, and kept where nothing was written meanwhile, so that
/// the turn is held for no longer than the writing takes. Of which there is nothing to say, and never was but that they are calm, are
/// forgotten. Gives those that are left: whose level changes with time, or all that came too late.
async fn beside(
    service: &Analysis,
    due: Vec<State>,
    (last, today): (Option<Turn>, Day),
) -> Result<Vec<Cell>, Error> {
    let cells: BTreeSet<Cell> = due.iter().map(State::cell).collect();
    let Some(mut last) = last.filter(|_| !due.is_empty()) else { return Ok(cells.into_iter().collect()) };
    let view = View::present(&mut Reader::Db(&service.db), &cells, today, &service.rules).await?;
    let (mut pages, mut left, mut forgotten) = (Vec::new(), Vec::new(), Vec::new());
    for state in &due {
        let cell = state.cell();
        let standing = state.standing();
        let (holds, page) = view.picture((&cell, today), state.held(), &service.rules, |picture| {
            let index = picture.whole().composed.index;
            (standing.step(index, today, &picture.around.bands) == standing, told(picture))
        });
        match page {
            _ if !holds => left.push(cell),
            page if !page.shown && !state.has_moved() => forgotten.push(cell),
            page => pages.push(page),
        }
    }
    if !forgotten.is_empty() {
        let Some((mut tx, next)) = store::turn_after(&service.db, last).await? else {
            left.extend(pages.iter().filter_map(cell_of).chain(forgotten));
            return Ok(left);
        };
        last = next;
        covered::forget(&mut tx, &forgotten).await?;
        tx.commit().await?;
    }
    while !pages.is_empty() {
        let rest = pages.split_off(pages.len().min(PAGES_AT_ONCE));
        let Some((mut tx, next)) = store::turn_after(&service.db, last).await? else {
            left.extend(pages.iter().chain(&rest).filter_map(cell_of));
            return Ok(left);
        };
        last = next;
        keep(&mut tx, pages).await?;
        tx.commit().await?;
        pages = rest;
    }
    Ok(left)
}

fn cell_of(page: &Page) -> Option<Cell> {
    let told = &page.situation;
    Cell::of(told.exercise, told.threat, &told.province)
}

fn told(picture: &Picture<'_>) -> Page {
    let (situation, evidence) = picture.explained();
    Page { situation, evidence, shown: picture.is_shown() }
}

/// Keeps how these cells are told today.
async fn keep_told(tx: &mut Tx, cells: &BTreeSet<Cell>, service: &Analysis) -> Result<(), Error> {
    let on = tx.now().day();
    let view = View::present(&mut Reader::Tx(tx), cells, on, &service.rules).await?;
    let states = level::around(&mut Reader::Tx(tx), cells).await?;
    let pages = cells.iter().filter_map(|cell| {
        let state = states.get(cell)?;
        Some(view.picture((cell, on), state.held(), &service.rules, told))
    });
    keep(tx, pages.collect()).await
}

/// Keeps these pages, and that what was told of those that are spoken of was told of what is reported.
async fn keep(tx: &mut Tx, pages: Vec<Page>) -> Result<(), Error> {
    let spoken_of = pages.iter().filter(|page| page.situation.is_spoken_of());
    let cells = spoken_of.filter_map(cell_of).collect();
    level::note_spoken_of(tx, &cells).await?;
    Ok(day::put(tx, pages).await?)
}

/// Ends overrides whose time is over and says so.
///
/// # Errors
/// When the store cannot be read or written.
pub async fn expire(service: &Analysis) -> Result<(), Error> {
    let mut tx = store::turn(&service.db).await?;
    let now = tx.now();
    for before in overrides::over(&mut tx, now).await? {
        let Some(cell) = Cell::of(before.exercise, before.threat, &before.province) else { continue };
        let wanted = (Some(cell.exercise), Some(&cell.province), Some(cell.threat));
        let states = level::states(&mut Reader::Tx(&mut tx), wanted.0, wanted.1, wanted.2).await?;
        let (computed, since) =
            states.first().map_or((domain::Level::Calm, now), |state| (state.level, state.since));
        let was = before.level;
        store::moved::keep(&mut tx, (&rules::expired(before), was), (&cell, computed, since), &service.rules)
            .await?;
        day::take_back(&mut tx, Some(&BTreeSet::from([cell.province])), None).await?;
        tx.nudge(SETTLE);
    }
    Ok(tx.commit().await?)
}
