//! How well the words of a text tell what it is: `make bench`. Figures, not verdicts.
//!
//! The labelled set is real: every row of the full GED files that has the headline its coders read, with the row's own coding as
//! the label. What tells of no event at all are the articles of the Universal Declaration in the languages of the region: easy,
//! so that precision of violence at all is no proof. By the SHA-256 of its headline a row lies in one of two halves: the lexicon
//! is mended by reading the *development* half alone (`cargo bench --bench coding -- missed` prints what is missed there), the
//! *held-out* half is measured and never read. The rows of Myanmar were read when the lexicon was first written.
//!
//! Beside it stand ways that know nothing: every text taken for it, whose precision is the share of texts it is true of, as it is
//! of any guess whatever recall is asked of it; and eight words that anybody would look for. Where most texts are of one sort,
//! taking all of them for it has an F1 that reading cannot reach: each line says so, and the mean F1 over classes, which cannot
//! be had that way, stands below.
#![expect(clippy::unwrap_used, reason = "a benchmark stops where something is wrong, as tests do")]

mod labelled;
mod own;
mod places;
mod score;

use std::{
    fmt::Arguments,
    io::{self, Write},
    time::Instant,
};

use contracts::intake::coding::Coding;
use domain::Threat;
use intake::domain::coding;
use labelled::{Labelled, is_violent};
use score::{Count, macro_f1, precision_at};

/// What anybody would look for.
const EIGHT_WORDS: [&str; 8] = ["kill", "dead", "attack", "clash", "bomb", "blast", "fight", "shell"];

fn main() {
    own::measure();
    let Some(folder) = testkit::real_data() else { return };
    let read = |files: &[&str]| -> Vec<Labelled> {
        files.iter().flat_map(|file| labelled::read(&folder.join("ucdp").join(file))).collect()
    };
    let mut new = read(&["ged_v23_1_sample1000_full49.csv", "GEDEvent_v23_0_10_candidate.csv"]);
    let quiet = labelled::without_event(&folder.join("text/udhr"));
    new.extend(quiet.iter().cloned());
    let (held_out, development): (Vec<_>, Vec<_>) = new.into_iter().partition(Labelled::is_held_out);
    if std::env::args().any(|word| word == "missed") {
        return missed(&development);
    }
    let mut old = read(&["ged_myanmar_full49.csv"]);
    old.extend(quiet);
    measure("read before: GED of Myanmar 1989-2023", &old);
    measure("development half: GED 23.1 sample and candidate 23.0.10", &development);
    measure("HELD-OUT half of the same: never read", &held_out);
}

/// Prints what the words of the development half do not tell, or tell wrongly.
fn missed(rows: &[Labelled]) {
    for row in rows {
        let coding = coding::code(&row.text);
        let (said, is) = (class(&coding), class_of(row));
        if said != is {
            say(format_args!("{}>{}\t{}\t{}", CLASSES[is], CLASSES[said], row.sides.join(" / "), row.text));
        }
        if said != 0 && is == 0 {
            let words = coding.kinds.iter().flat_map(|kind| &kind.words).map(|word| word.text.as_str());
            say(format_args!("\tby {:?}", words.collect::<Vec<_>>()));
        }
        if places::is_wrong(row, &coding) {
            let found: Vec<&str> = coding.places.iter().map(|place| place.text.as_str()).collect();
            let province = row.province.as_deref().unwrap_or("none of the region");
            say(format_args!("place {province}\t{found:?}\t{}", row.text));
        }
    }
}

/// The classes that a text is told as one of.
const CLASSES: [&str; 3] = ["none", "fighting", "civilians"];

/// The class of a row as UCDP has coded it.
fn class_of(row: &Labelled) -> usize {
    row.kind.as_deref().map_or(0, |kind| if kind == "one_sided_violence" { 2 } else { 1 })
}

fn on_civilians(kind: &str) -> bool {
    matches!(kind, "attack_on_civilians" | "abduction" | "mob_violence")
}

/// The class of the likeliest kind of violence that is proposed.
fn class(coding: &Coding) -> usize {
    let first = coding.kinds.iter().find(|kind| is_violent(&kind.kind));
    first.map_or(0, |kind| if on_civilians(&kind.kind) { 2 } else { 1 })
}

/// The class of the likeliest of both threats.
fn threat_class(mut threats: impl Iterator<Item = Threat>) -> usize {
    let told = |threat| match threat {
        Threat::ArmedConflict => Some(1),
        Threat::TerrorismExtremism => Some(2),
        _ => None,
    };
    threats.find_map(told).unwrap_or(0)
}

fn measure(name: &str, rows: &[Labelled]) {
    let started = Instant::now();
    let coded: Vec<Coding> = rows.iter().map(|row| coding::code(&row.text)).collect();
    let rate = rows.len() as f64 / started.elapsed().as_secs_f64();
    let events = rows.iter().filter(|row| row.kind.is_some()).count();
    say(format_args!(
        "\n{name}: {events} headlines and {} texts without event; {rate:.0} texts/s",
        rows.len() - events
    ));
    let anything =
        rows.iter().zip(&coded).filter(|(row, coding)| row.kind.is_none() && !coding.kinds.is_empty());
    say(format_args!("something is proposed of {} texts without event", anything.count()));
    say(format_args!(
        "{:<38} {:>5} {:>20} {:>22} {:>21} {:>15}",
        "", "of", "by its words", "every text", "eight words", "P, same recall"
    ));
    say(format_args!(
        "{:<44} {p} {p} | {p} {:>8}",
        "",
        "ours  theirs",
        p = format_args!("{:>6} {:>6} {:>6}", "P", "R", "F1")
    ));
    let table = Table { rows, coded: &coded };
    let at_all = |kind: &str| is_violent(kind) || kind == "homicide";
    table.line("violence at all, a murder too", |row| row.kind.is_some(), |coding| chance(coding, at_all));
    for threat in [Threat::ArmedConflict, Threat::TerrorismExtremism] {
        table.line(
            &format!("threat {threat}"),
            |row| row.threats.contains(&threat),
            |coding| {
                coding.threats.iter().find(|found| found.threat == threat).map_or(0.0, |found| found.chance)
            },
        );
    }
    table.line("kind: against civilians", |row| class_of(row) == 2, |coding| chance(coding, on_civilians));
    let fighting = |kind: &str| is_violent(kind) && !on_civilians(kind);
    table.line("kind: state-based, non-state", |row| class_of(row) == 1, |coding| chance(coding, fighting));
    table.macros();
    places::tell(rows, &coded);
    actors(rows, &coded);
}

/// How likely the likeliest of these kinds is; 0 where none is proposed.
fn chance(coding: &Coding, fits: impl Fn(&str) -> bool) -> f64 {
    coding.kinds.iter().filter(|kind| fits(&kind.kind)).map(|kind| kind.chance).fold(0.0, f64::max)
}

/// Whether one of the eight words is in a text.
fn looked_for(row: &Labelled) -> bool {
    let text = row.text.to_lowercase();
    EIGHT_WORDS.iter().any(|word| text.contains(word))
}

/// Rows with what their words tell.
struct Table<'a> {
    rows: &'a [Labelled],
    coded: &'a [Coding],
}

impl Table<'_> {
    /// One line: what is so of a row, and how likely its words say it is.
    fn line(&self, what: &str, is: impl Fn(&Labelled) -> bool, chance: impl Fn(&Coding) -> f64) {
        let ranked: Vec<(f64, bool)> =
            self.rows.iter().zip(self.coded).map(|(row, coding)| (chance(coding), is(row))).collect();
        let of = ranked.iter().filter(|(_, is)| *is).count();
        if of == 0 {
            return;
        }
        let ours = Count::of(ranked.iter().map(|(chance, is)| (*chance > 0.0, *is)));
        let every = Count::of(ranked.iter().map(|(_, is)| (true, *is)));
        let words = Count::of(self.rows.iter().map(|row| (looked_for(row), is(row))));
        let same = ours.recall().min(words.recall());
        let behind = match (every.f1() > ours.f1(), words.f1() > ours.f1()) {
            (true, true) => "F1 BEHIND BOTH",
            (true, false) => "F1 behind every text",
            (false, true) => "F1 behind eight words",
            (false, false) => "F1 ahead",
        };
        say(format_args!(
            "{what:<38} {of:>5} {} | {} | {} | {:>6.3} {:>6.3}  {behind}",
            ours.told(),
            every.told(),
            words.told(),
            precision_at(&ranked, same),
            words.precision()
        ));
    }

    /// The mean F1 over classes: it cannot be had by taking everything for what most texts are.
    fn macros(&self) {
        let pairs = || self.rows.iter().zip(self.coded);
        let kinds: Vec<(usize, usize)> =
            pairs().map(|(row, coding)| (class(coding), class_of(row))).collect();
        let threats: Vec<(usize, usize)> = pairs()
            .map(|(row, coding)| {
                (
                    threat_class(coding.threats.iter().map(|t| t.threat)),
                    threat_class(row.threats.iter().copied()),
                )
            })
            .collect();
        for (what, told) in [("macro-F1: kinds and none", kinds), ("macro-F1: threats and none", threats)] {
            let constant: Vec<_> = told.iter().map(|(_, is)| (1, *is)).collect();
            let words: Vec<_> = self
                .rows
                .iter()
                .zip(&told)
                .map(|(row, (_, is))| (usize::from(looked_for(row)), *is))
                .collect();
            say(format_args!(
                "{what:<44} {:>20.3} | {:>20.3} | {:>20.3}",
                macro_f1(&told, 3),
                macro_f1(&constant, 3),
                macro_f1(&words, 3)
            ));
        }
    }
}

/// Actors that both the row and the centre have a name for.
fn actors(rows: &[Labelled], coded: &[Coding]) {
    for (name, spellings) in [
        ("Taliban", &["Taleban", "Government of Afghanistan"][..]),
        ("Islamic State Khorasan Province", &["IS"]),
        ("National Resistance Front", &["NRF"]),
    ] {
        let of_region = rows.iter().zip(coded).filter(|(row, _)| row.in_region);
        let told = of_region.map(|(row, coding)| {
            let is = row.sides.iter().any(|side| spellings.contains(&side.as_str()));
            (coding.actors.iter().any(|actor| actor.name == name), is)
        });
        let ours = Count::of(told);
        if ours.right + ours.missed > 0 {
            say(format_args!(
                "{:<38} {:>5} {}",
                format!("actor {name}"),
                ours.right + ours.missed,
                ours.told()
            ));
        }
    }
}

fn say(text: Arguments<'_>) {
    let mut out = io::stdout().lock();
    writeln!(out, "{text}").unwrap();
}
