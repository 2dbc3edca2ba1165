//! How long it takes from an observation to its level on the bus, to read the map, and to forecast everything. `make bench`;
//! a number after `cargo bench -p analysis --bench situation --` says how much evidence there is.
#![expect(clippy::unwrap_used, reason = "a benchmark stops where something is wrong, as tests do")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Arguments,
    io::{self, Write},
    time::{Duration, Instant},
};

use analysis::{
    Analysis,
    domain::{
        Board, Month,
        board::{self, Counts, Shares, WINDOWS},
        reach::Months,
    },
};
use contracts::{
    Principal, Role,
    analysis::{
        GetSituation, Situation, SituationChanged,
        forecasts::{Scope, Share},
        recompute::{GetRecompute, RecomputeState, Recomputed, StartRecompute},
    },
    intake::ObservationsRecorded,
};
use domain::{
    Country, Credibility, Day, Grade, Handling, Licence, Observation, ObservationId, Place, ProvinceCode,
    Redistribution, Reliability, Severity, Threat, Timestamp, observation::Deaths,
};
use testkit::{Rig, principal};

/// How much evidence there is by default.
const EVIDENCE: usize = 50_000;
/// How many observations one pack brings.
const PACK: usize = 500;
/// In how many seconds everything is to be counted anew and every forecast made.
const GOAL_S: f64 = 5.0;
/// How often something is timed.
const TIMES: usize = 60;

fn main() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(run());
}

async fn run() {
    // cargo adds a flag of its own
    let asked = std::env::args().skip(1).find_map(|word| word.parse().ok());
    let forecasts_took = forecasts();
    let rig = Rig::of::<Analysis>().await;
    let running = rig.start::<Analysis>("").await;
    evidence(&rig, asked.unwrap_or(EVIDENCE)).await;
    let mut levels = Vec::new();
    let mut changed = rig.listen::<SituationChanged>().await;
    for number in 0..TIMES {
        let (province, country) = unit(number);
        let seen = observation(&format!("fresh {number}"), (province.clone(), country), 0, Severity::Grave);
        // of the exercise, where nothing happened yet: it is the one thing that changes the level
        let fresh =
            Observation { threats: vec![Threat::DrugTrafficking], deaths: None, exercise: true, ..seen };
        let started = Instant::now();
        rig.say(&pack(vec![fresh])).await;
        changed
            .find(|said: &SituationChanged| {
                said.exercise
                    && said.situation.province == province
                    && said.situation.threat == Threat::DrugTrafficking
            })
            .await;
        levels.push(started.elapsed());
    }
    report("from an observation to its level on the bus", levels, 100);
    let recompute_took = recompute(&rig).await;
    let all = (forecasts_took + recompute_took).as_secs_f64();
    let kept = if all <= GOAL_S { "kept" } else { "NOT KEPT" };
    say(format_args!("both together                                  {all:>9.2} s  goal {GOAL_S} s: {kept}"));
    let analyst = principal("bench", &[Role::Analyst]);
    for when in ["right after reports", "as it is kept"] {
        let mut maps = Vec::new();
        let mut megabytes = 0.0;
        for _ in 0..TIMES {
            let started = Instant::now();
            let map = rig.ask_written(&analyst, &GetSituation::default()).await.unwrap();
            maps.push(started.elapsed());
            megabytes = map.len() as f64 / 1e6;
        }
        report(&format!("the map, {when}, {megabytes:.1} MB"), maps, 20);
    }
    let mut maps = Vec::new();
    let mut shown = 0;
    for _ in 0..TIMES {
        let started = Instant::now();
        shown = situations(&rig, &analyst).await.len();
        maps.push(started.elapsed());
    }
    report(&format!("the same with {shown} situations read"), maps, 20);
    assert!(running.stop().await);
}

/// Has everything counted anew: 37 years of all provinces and threats.
async fn recompute(rig: &Rig) -> Duration {
    let operator = principal("bench", &[Role::Operator]);
    let started = Instant::now();
    let mut run = rig.ask(&operator, &StartRecompute::default()).await.unwrap();
    while !run.has_ended() {
        rig.clock.sleep(Duration::from_millis(20)).await;
        run = rig.ask(&operator, &GetRecompute { id: run.id }).await.unwrap();
    }
    assert_eq!((run.state, run.differed()), (RecomputeState::Done, 0), "{}", run.reason);
    let mut all = Recomputed::default();
    for of in &run.threats {
        all.revisions += of.found.revisions;
        all.months.counted += of.found.months.counted;
        all.spans.counted += of.found.spans.counted;
    }
    let took = started.elapsed();
    let seconds = took.as_secs_f64();
    say(format_args!(
        "everything counted anew                        {seconds:>9.2} s ({} revisions, {} months, {} days and weeks)",
        all.revisions, all.months.counted, all.spans.counted
    ));
    took
}

async fn situations(rig: &Rig, analyst: &Principal) -> Vec<Situation> {
    rig.ask(analyst, &GetSituation::default()).await.unwrap()
}

/// Tells of so much evidence over 37 years and waits until all of it counts.
async fn evidence(rig: &Rig, number: usize) {
    let started = Instant::now();
    let mut changed = rig.listen::<SituationChanged>().await;
    for from in (0..number).step_by(PACK) {
        // as intake has it: what is written together became known together
        let known_from = kit::Clock::system().now();
        // every province and threat in turn, over the whole time
        let of = |n: usize| {
            let days_ago = (n * 37 * 365 / number.max(1)) as i64 + 3;
            let seen = observation(&format!("row {n}"), unit(n), days_ago, Severity::Notable);
            let threat = Threat::ALL[n / geography::provinces().len() % Threat::ALL.len()];
            let deaths = seen.deaths.filter(|_| threat.is_violence());
            Observation { threats: vec![threat], deaths, known_from, ..seen }
        };
        rig.say(&pack((from..number.min(from + PACK)).map(of).collect())).await;
    }
    let (province, country) = unit(7);
    let seen = observation("the last", (province.clone(), country), 0, Severity::Grave);
    let last = Observation { threats: vec![Threat::OrganisedCrime], deaths: None, exercise: true, ..seen };
    rig.say(&pack(vec![last])).await;
    changed.find(|said: &SituationChanged| said.exercise).await;
    let rate = number as f64 / started.elapsed().as_secs_f64();
    say(format_args!(
        "evidence heard and counted                     {rate:>9.0} rows/s ({number} rows in packs of {PACK})"
    ));
}

/// Makes every forecast from one month: 37 years, all units, all threats, provinces and countries, all windows.
fn forecasts() -> Duration {
    let months: Months = ("1989-11".parse().unwrap(), "2026-10".parse::<Month>().unwrap());
    let covered: BTreeMap<Country, Months> =
        Country::REGION.iter().map(|country| (*country, months)).collect();
    let counts = counts(months);
    let now: Timestamp = "2026-11-23T07:30:00Z".parse().unwrap();
    let (started, mut made) = (Instant::now(), 0);
    for threat in Threat::ALL {
        let share = Share { ladder: 2.0 / 3.0, origins: 24, windows: 0, reached: 0, tried: Vec::new() };
        let shares: Shares = WINDOWS.map(|months| (months, share.clone())).into();
        for scope in [Scope::Province, Scope::Country] {
            let board = Board::new((*threat, scope), &covered, months, &counts).unwrap();
            let wanted = board::missing(&covered, months, ([months.1].into_iter(), &BTreeSet::new()));
            made += board.all_forecasts(&wanted, &shares, now).len();
        }
    }
    let took = started.elapsed();
    let seconds = took.as_secs_f64();
    say(format_args!("every forecast of nine threats from one month  {seconds:>9.2} s ({made} forecasts)"));
    took
}

/// Counts that rise and fall with the season and from province to province.
fn counts((first, last): Months) -> Counts {
    let mut counts = Counts::new();
    for (number, unit) in geography::provinces().iter().enumerate() {
        for (at, month) in first.to(last).enumerate() {
            let wave = (at * 7 + number * 13) % 23 * usize::from(number % 3 == 0);
            let season = month.in_year() * usize::from(number % 5 == 0);
            counts.insert((unit.country.parse().unwrap(), unit.id.to_owned(), month), (wave + season) as f64);
        }
    }
    counts
}

fn unit(number: usize) -> (ProvinceCode, Country) {
    let all = geography::provinces();
    let unit = &all[number * 31 % all.len()];
    (unit.id.parse().unwrap(), unit.country.parse().unwrap())
}

fn observation(
    id: &str,
    (province, country): (ProvinceCode, Country),
    days_ago: i64,
    severity: Severity,
) -> Observation {
    let today = kit::Clock::system().now();
    let day: Day = today.day().plus(-days_ago);
    Observation {
        id: ObservationId::derived(&[id]),
        revision: 1,
        source: "ucdp".into(),
        owner: "UCDP".into(),
        external_id: id.into(),
        occurred_from: day,
        occurred_to: day,
        known_from: today,
        place: Place::province(country, province),
        threats: vec![Threat::ArmedConflict],
        kind: "state_based_violence".into(),
        severity,
        deaths: Some(Deaths { low: 1, best: 2, high: 3 }),
        actors: Vec::new(),
        title: "State-based violence: 2 deaths".into(),
        text: String::new(),
        grade: Grade {
            reliability: Reliability::A,
            credibility: Credibility::CONFIRMED,
            by: "bench".into(),
            at: today,
            why: String::new(),
        },
        handling: Handling::open(Licence::named("CC-BY-4.0", Redistribution::Raw, "UCDP")),
        import: None,
        report: None,
        exercise: false,
        retracted: None,
    }
}

fn pack(recorded: Vec<Observation>) -> ObservationsRecorded {
    ObservationsRecorded { origin: "bench".into(), recorded, retracted: Vec::new() }
}

/// Tells how long something took, and how long it may take at most in nineteen cases of twenty.
fn report(what: &str, mut times: Vec<Duration>, goal_ms: u32) {
    times.sort_unstable();
    let at = |share: usize| times[times.len() * share / 100].as_secs_f64() * 1e3;
    let (half, most) = (at(50), at(95));
    let kept = if most <= f64::from(goal_ms) { "kept" } else { "NOT KEPT" };
    say(format_args!("{what:<46} p50 {half:>7.1} ms  p95 {most:>7.1} ms  goal p95 {goal_ms} ms: {kept}"));
}

/// Writes a line of the report.
fn say(line: Arguments<'_>) {
    let mut out = io::stdout().lock();
    writeln!(out, "{line}").and_then(|()| out.flush()).unwrap();
}
