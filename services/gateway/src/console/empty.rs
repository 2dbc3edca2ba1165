//! Why a map shows no level: what is true just now, and the next step.

use contracts::{
    Failure, PageRequest,
    analysis::{GetSituation, Situation},
    intake::{ImportRun, ImportState, ListImports},
};
use maud::{Markup, html};

use super::{shell::Reader, situation::Wish, words::Lang};
use crate::Gateway;

/// Why there is no level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Empty {
    /// Nothing was known on the past day that is looked at.
    Then,
    /// Something stands for other threats.
    OtherThreats,
    /// Files are being read.
    Running {
        /// How many.
        files: u64,
    },
    /// Files brought observations, and no level has come of them yet.
    Waiting {
        /// How many observations.
        observations: u64,
    },
    /// Files were read and brought no observation.
    Barren,
    /// Nothing was imported.
    Nothing,
    /// It cannot be told, since intake does not say.
    Unknown,
}

/// Why there is none, as far as what was asked tells; `None` where there is one.
pub(super) fn why(wish: &Wish, all: &[Situation], runs: Result<&[ImportRun], &Failure>) -> Option<Empty> {
    let of_threat = |s: &Situation| wish.threat.is_none_or(|threat| s.threat == threat);
    if all.iter().any(of_threat) {
        return None;
    }
    if !all.is_empty() {
        return Some(Empty::OtherThreats);
    }
    if wish.on.is_some() {
        return Some(Empty::Then);
    }
    let Ok(runs) = runs else { return Some(Empty::Unknown) };
    let busy = |run: &&ImportRun| matches!(run.state, ImportState::Waiting | ImportState::Running);
    let files = runs.iter().filter(busy).count() as u64;
    let observations: u64 = runs.iter().map(|run| run.accepted + run.updated).sum();
    Some(match (files, observations) {
        (1.., _) => Empty::Running { files },
        (0, 1..) => Empty::Waiting { observations },
        (0, 0) if runs.is_empty() => Empty::Nothing,
        (0, 0) => Empty::Barren,
    })
}

/// Asks why there is none. Where there is something intake is not asked.
pub(super) async fn look(
    gateway: &Gateway,
    reader: &Reader,
    wish: &Wish,
    all: &[Situation],
) -> Option<Empty> {
    let known = why(wish, all, Ok(&[]))?;
    if known != Empty::Nothing || wish.exercise {
        return Some(known);
    }
    let list = ListImports { known_on: None, page: PageRequest { cursor: None, limit: Some(200) } };
    let runs = gateway.ask_as(&reader.principal, None, &list).await.map(|page| page.items);
    why(wish, all, runs.as_deref())
}

/// Whether the exercise has something where the real side has nothing.
pub(super) async fn only_exercise(gateway: &Gateway, reader: &Reader, wish: &Wish) -> bool {
    let other = GetSituation { exercise: true, on: wish.on, ..GetSituation::default() };
    gateway.ask_as(&reader.principal, None, &other).await.is_ok_and(|all| !all.is_empty())
}

/// What is so, and the next step as a link.
pub(super) fn told(t: Lang, wish: &Wish, why: Empty) -> Markup {
    let (what, href, step) = match why {
        Empty::Then => (
            t.say("empty.then").to_owned(),
            Wish { on: None, ..*wish }.href(),
            t.say("past.today").to_owned(),
        ),
        Empty::OtherThreats => (
            t.say("empty.threat").to_owned(),
            Wish { threat: None, ..*wish }.href(),
            t.say("situation.all-threats").to_owned(),
        ),
        Empty::Running { files } => {
            (t.plural("empty.running", files), "/imports".to_owned(), t.say("empty.see-runs").to_owned())
        }
        Empty::Waiting { observations } => (
            t.plural("empty.waiting", observations),
            "/search".to_owned(),
            t.say("empty.see-observations").to_owned(),
        ),
        Empty::Barren => {
            (t.say("empty.barren").to_owned(), "/imports".to_owned(), t.say("empty.see-runs").to_owned())
        }
        Empty::Nothing if wish.exercise => (
            t.say("empty.no-exercise").to_owned(),
            Wish { exercise: false, ..*wish }.href(),
            t.say("exercise.real").to_owned(),
        ),
        Empty::Nothing => {
            (t.say("empty.nothing").to_owned(), "/imports".to_owned(), t.say("empty.import").to_owned())
        }
        Empty::Unknown => {
            (t.say("empty.unknown").to_owned(), "/imports".to_owned(), t.say("nav.imports").to_owned())
        }
    };
    html! { p { (what) " " a href=(href) { (step) } } }
}

#[cfg(test)]
mod tests {
    use domain::Threat;

    use super::*;
    use crate::console::sample::{run, situation};

    #[test]
    fn a_map_without_a_level_says_what_is_true_and_where_to_go_on() {
        let fire = [situation("KG-B", Threat::BorderTension, 34.0)];
        let now = Wish::default();
        let water = Wish { threat: Some(Threat::WaterEnergy), ..now };
        let then = Wish { on: "2026-11-01".parse().ok(), ..now };
        let done = |accepted| ImportRun { accepted, updated: 0, ..run(ImportState::Done) };
        let (some, none, busy) = (done(7), done(0), run(ImportState::Running));
        let silent = Failure::unavailable("intake is not running");
        let table: [(_, _, Result<&[ImportRun], &Failure>, _); 8] = [
            (now, &fire[..], Ok(&[]), None),
            (water, &fire[..], Ok(&[]), Some(Empty::OtherThreats)),
            (then, &[][..], Ok(&[]), Some(Empty::Then)),
            (now, &[][..], Ok(std::slice::from_ref(&busy)), Some(Empty::Running { files: 1 })),
            (now, &[][..], Ok(std::slice::from_ref(&some)), Some(Empty::Waiting { observations: 7 })),
            (now, &[][..], Ok(std::slice::from_ref(&none)), Some(Empty::Barren)),
            (now, &[][..], Ok(&[]), Some(Empty::Nothing)),
            (now, &[][..], Err(&silent), Some(Empty::Unknown)),
        ];
        for (wish, all, runs, because) in table {
            assert_eq!(why(&wish, all, runs), because);
            if let Some(because) = because {
                let page = told(Lang::En, &wish, because).into_string();
                assert!(page.contains("<a href=\"/") && !page.contains('{'), "{page}");
            }
        }
    }
}
