//! What moved in the period: levels that changed, levels that people set, and the figures of both.

use std::cmp::Ordering;

use contracts::analysis::{
    LevelChange, Situation,
    overrides::{Override, OverrideState},
    products::Source,
};
use domain::{Handling, Level, Timestamp};

use super::{Behind, Drafter, Said, sources};
use crate::domain::product::sentences::{self as s, Figures};

/// How many changes of level a report names, how many a note.
const CHANGES: (usize, usize) = (15, 5);

/// By what a move is ordered: the graver of the level in force and the computed one, then the index, then when it was.
type Weight = (Level, f64, Timestamp);

impl Drafter<'_> {
    /// The figures of the period. Levels of places that nothing is reported from neither rose nor fell, as far as anybody can tell, nor did
    /// those fall that were counted down where nothing is known;
    /// what went up and came back did neither.
    pub(super) fn figures(&self) -> Figures {
        let worse = || self.material.incidents.iter().filter(|one| !one.peace);
        let unseen = |change: &LevelChange| change.unreported || change.is_counted_down();
        let known = || self.material.changes.iter().filter(|change| !unseen(change));
        let moved = |way: Ordering| {
            let of = known().filter(|change| !change.first);
            of.filter(|change| change.now.cmp(&change.was) == way).count() as u64
        };
        Figures {
            incidents: worse().count() as u64,
            unstated: worse().filter(|one| one.deaths.is_none()).count() as u64,
            deaths: worse().filter_map(|one| one.deaths).map(u64::from).sum(),
            rose: moved(Ordering::Greater),
            fell: moved(Ordering::Less),
            first: known().filter(|change| change.first).count() as u64,
            unreported: self.material.changes.iter().filter(|change| unseen(change)).count() as u64,
            eased: self.material.incidents.iter().filter(|one| one.peace).count() as u64,
            undated: self.material.covered.undated.as_ref().map_or(0, |of| of.reports),
            reach: self.reach(),
            known_on: Some(self.material.at.day()).filter(|day| *day > self.form.to && worse().count() > 0),
        }
    }

    /// What moved, the gravest first: by the graver of both levels, then by the index. Where a level set by hand holds, it tells of the
    /// computed one beside it, and what that did is not told once more.
    pub(super) fn changes(&self, note: bool) -> Vec<Said> {
        let set = self.material.overrides.iter().map(|(set, handling)| self.set(set, handling));
        let stands = |change: &LevelChange| {
            self.material.overrides.iter().any(|(set, _)| {
                set.state == OverrideState::Active
                    && (&set.province, set.threat) == (&change.province, change.threat)
            })
        };
        // that a low level was looked at for the first time is nothing that moved
        let is_news = |change: &&LevelChange| !change.first || change.now >= Level::Elevated;
        let moved = self.material.changes.iter().filter(|change| !stands(change)).filter(is_news);
        let mut all: Vec<(Weight, Said)> = set.chain(moved.map(|change| self.change(change))).collect();
        if all.is_empty() {
            return vec![Said { sentence: s::no_change(self.l), sources: vec![self.moved()] }];
        }
        all.sort_by(|((level, index, at), _), ((other, their_index, then), _)| {
            other.cmp(level).then(their_index.total_cmp(index)).then(then.cmp(at))
        });
        let most = if note { CHANGES.1 } else { CHANGES.0 };
        all.into_iter().take(most).map(|(_, said)| said).collect()
    }

    fn change(&self, change: &LevelChange) -> (Weight, Said) {
        let now = self.material.situation(&change.province, change.threat);
        let first = now.and_then(|situation| situation.incidents.first());
        let (cited, beside) = first.map(|one| self.cited(&one.observations, None)).unwrap_or_default();
        let seen = cited.first().copied();
        let mut sources: Vec<Source> =
            now.map_or_else(|| vec![self.moved()], |now| vec![self.situation(now)]);
        sources.extend(self.sources_of(&cited));
        sources.extend(now.zip(seen).and_then(|(now, best)| self.beside(now, best, &beside)));
        if let Some(handling) = &change.handling {
            sources = sources::bound(sources, self.behind(Behind::Level(change), handling));
        }
        let sentence = if self.short {
            s::change_in_short(self.l, change)
        } else {
            s::change(self.l, change, now.zip(seen))
        };
        let said = Said { sentence, sources };
        // a level that nobody can speak of is no graver than calm
        let level = if change.unreported { Level::Calm } else { now.map_or(change.now, Situation::gravest) };
        ((level, now.map_or(change.index, |now| now.index), change.at), said)
    }

    /// What stands behind a level that a person set: that is the centre's own word beside what the computed one rests on.
    pub(super) fn behind_set(&self, set: &Override, handling: &Handling) -> Source {
        self.behind(Behind::Set(set), &self.form.handling.clone().join(handling))
    }

    fn set(&self, set: &Override, handling: &Handling) -> (Weight, Said) {
        let now = self.material.situation(&set.province, set.threat);
        let computed = now.map_or(set.computed, |now| now.level);
        let own = now.map_or_else(|| self.counts(), |now| self.situation(now));
        let sources = vec![own, self.behind_set(set, handling)];
        let active = set.state == OverrideState::Active;
        // a level set lower is no reason to tell of it later
        let level = if active { set.level.max(computed) } else { now.map_or(computed, Situation::gravest) };
        let at = set.ended_at.filter(|_| !active).unwrap_or(set.at);
        let said = Said { sentence: s::set_by_hand(self.l, set, computed), sources };
        ((level, now.map_or(0.0, |now| now.index), at), said)
    }
}
