//! How well the words of a text tell what it is: `make bench`. Figures, not verdicts.
//!
//! The labelled set is real: every row of the full GED files that has the headline its coders read, with the row's own coding as
//! the label. What tells of no event at all are the articles of the Universal Declaration in the languages of the region.
//! The lexicon was mended by looking at the rows of Myanmar alone; the other files were not looked at for it.
#![expect(clippy::unwrap_used, reason = "a benchmark stops where something is wrong, as tests do")]

mod labelled;

use std::{
    collections::BTreeSet,
    fmt::Arguments,
    io::{self, Write},
    time::Instant,
};

use contracts::intake::coding::Coding;
use domain::Threat;
use intake::domain::coding;
use labelled::{Labelled, is_violent};

fn main() {
    let Some(folder) = testkit::real_data() else { return };
    for (name, files) in [
        ("looked at: Myanmar 1989-2023", &["ged_myanmar_full49.csv"][..]),
        (
            "not looked at: GED 23.1 sample and candidate 23.0.10",
            &["ged_v23_1_sample1000_full49.csv", "GEDEvent_v23_0_10_candidate.csv"],
        ),
    ] {
        let mut rows: Vec<Labelled> =
            files.iter().flat_map(|file| labelled::read(&folder.join("ucdp").join(file))).collect();
        rows.extend(labelled::without_event(&folder.join("text/udhr")));
        measure(name, &rows);
    }
}

/// How often something was said rightly, said wrongly, and not said.
#[derive(Default)]
struct Count {
    right: u64,
    wrong: u64,
    missed: u64,
}

impl Count {
    fn note(&mut self, said: bool, is: bool) {
        match (said, is) {
            (true, true) => self.right += 1,
            (true, false) => self.wrong += 1,
            (false, true) => self.missed += 1,
            (false, false) => {}
        }
    }
    fn told(&self) -> String {
        let share = |of: u64| if of == 0 { f64::NAN } else { self.right as f64 / of as f64 };
        let (precision, recall) = (share(self.right + self.wrong), share(self.right + self.missed));
        let f1 = 2.0 * precision * recall / (precision + recall);
        format!("{precision:>9.3} {recall:>9.3} {f1:>9.3}")
    }
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
        "{:<42} {:>7} {:>9} {:>9} {:>9}   {:>9} {:>9} {:>9}",
        "", "of", "precision", "recall", "F1", "naive: P", "R", "F1"
    ));
    let all = |_: &Labelled| true;
    line(
        "violence at all",
        rows,
        &coded,
        (&|row| row.kind.is_some(), &|coding, _| says(coding, is_violent), &all),
    );
    for threat in [Threat::ArmedConflict, Threat::TerrorismExtremism] {
        let said = |coding: &Coding, _: &Labelled| coding.threats.iter().any(|found| found.threat == threat);
        let naive = |_: &Labelled| threat == Threat::ArmedConflict;
        line(
            &format!("threat {threat}"),
            rows,
            &coded,
            (&|row| row.threats.contains(&threat), &said, &naive),
        );
        let first = |coding: &Coding, _: &Labelled| {
            coding.threats.first().is_some_and(|found| found.threat == threat)
        };
        line(
            &format!("threat {threat}, first named"),
            rows,
            &coded,
            (&|row| row.threats.contains(&threat), &first, &naive),
        );
    }
    let civilians = |kind: &str| matches!(kind, "attack_on_civilians" | "abduction" | "mob_violence");
    let fighting = |kind: &str| is_violent(kind) && !civilians(kind);
    line(
        "kind one_sided_violence",
        rows,
        &coded,
        (
            &|row| row.kind.as_deref() == Some("one_sided_violence"),
            &|coding, _| says(coding, civilians),
            &|_| false,
        ),
    );
    line(
        "kind state_based or non_state_violence",
        rows,
        &coded,
        (
            &|row| row.kind.as_deref().is_some_and(|kind| kind != "one_sided_violence"),
            &|coding, _| says(coding, fighting),
            &all,
        ),
    );
    places(rows, &coded);
    actors(rows, &coded);
}

fn says(coding: &Coding, fits: impl Fn(&str) -> bool) -> bool {
    coding.kinds.iter().any(|kind| fits(&kind.kind))
}

/// What is so of a row, what its words say, and what is said without looking at them.
type Asked<'a> =
    (&'a dyn Fn(&Labelled) -> bool, &'a dyn Fn(&Coding, &Labelled) -> bool, &'a dyn Fn(&Labelled) -> bool);

fn line(what: &str, rows: &[Labelled], coded: &[Coding], (is, said, naive): Asked<'_>) {
    let (mut ours, mut theirs, mut of) = (Count::default(), Count::default(), 0_u64);
    for (row, coding) in rows.iter().zip(coded) {
        of += u64::from(is(row));
        ours.note(said(coding, row), is(row));
        theirs.note(naive(row), is(row));
    }
    if of > 0 {
        say(format_args!("{what:<42} {of:>7} {}   {}", ours.told(), theirs.told()));
    }
}

/// Provinces of the region: named alone, or among several that a name may mean. The naive way looks for the province's
/// English name in the text.
fn places(rows: &[Labelled], coded: &[Coding]) {
    let (mut alone, mut among, mut naive, mut of) =
        (Count::default(), Count::default(), Count::default(), 0_u64);
    for (row, coding) in rows.iter().zip(coded) {
        let Some(province) = row.province.as_deref() else { continue };
        of += 1;
        let sets = coding
            .places
            .iter()
            .map(|place| place.means.iter().map(|meant| meant.province.as_str()).collect::<BTreeSet<&str>>());
        let sets: Vec<BTreeSet<&str>> = sets.collect();
        let certain: BTreeSet<&str> = sets.iter().filter(|set| set.len() == 1).flatten().copied().collect();
        let any: BTreeSet<&str> = sets.iter().flatten().copied().collect();
        let text = row.text.to_lowercase();
        let named = geography::provinces().iter().filter(|unit| text.contains(&unit.name_en.to_lowercase()));
        let named: BTreeSet<&str> = named.map(|unit| unit.id).collect();
        for (count, said) in [(&mut alone, &certain), (&mut among, &any), (&mut naive, &named)] {
            count.right += u64::from(said.contains(province));
            count.missed += u64::from(!said.contains(province));
            count.wrong += said.iter().filter(|unit| **unit != province).count() as u64;
        }
    }
    if of > 0 {
        say(format_args!("{:<42} {of:>7} {}   {}", "province, certain", alone.told(), naive.told()));
        say(format_args!(
            "{:<42} {of:>7} {}   {}",
            "province, among the candidates",
            among.told(),
            naive.told()
        ));
    }
}

/// Actors that both the row and the centre have a name for.
fn actors(rows: &[Labelled], coded: &[Coding]) {
    for (name, spellings) in [
        ("Taliban", &["Taleban", "Government of Afghanistan"][..]),
        ("Islamic State Khorasan Province", &["IS"]),
        ("National Resistance Front", &["NRF"]),
    ] {
        let of_region: Vec<usize> = (0..rows.len()).filter(|at| rows[*at].in_region).collect();
        let (mut ours, mut of) = (Count::default(), 0_u64);
        for at in of_region {
            let is = rows[at].sides.iter().any(|side| spellings.contains(&side.as_str()));
            of += u64::from(is);
            ours.note(coded[at].actors.iter().any(|actor| actor.name == name), is);
        }
        if of > 0 {
            say(format_args!("{:<42} {of:>7} {}", format!("actor {name}"), ours.told()));
        }
    }
}

fn say(text: Arguments<'_>) {
    let mut out = io::stdout().lock();
    writeln!(out, "{text}").unwrap();
}
