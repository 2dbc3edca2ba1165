//! How fast a file becomes committed observations and packs on the bus, beside what SQLite alone takes, how that grows, what it
//! takes of memory, and how fast a million observations are searched. `make bench`; numbers after `cargo bench -p intake --bench import --` say how many rows.
#![expect(clippy::unwrap_used, reason = "a benchmark stops where something is wrong, as tests do")]

mod alone;
mod file;
mod search;

use std::{
    io::{self, Write},
    path::Path,
    time::Instant,
};

use contracts::{
    gateway::{Format, ImportReceived},
    intake::{ImportProgressed, ImportRun, ImportState, ObservationsRecorded},
    stream::IMPORTS_BUCKET,
};
use domain::ImportId;
use intake::Intake;
use testkit::{Listener, Rig};

/// How many rows, by default: what grows is seen from the first to the last.
const ROWS: [u64; 3] = [10_000, 100_000, 1_000_000];
/// Rows of the run that records each by itself.
const NAIVE_ROWS: u64 = 2_000;

fn main() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(run());
}

async fn run() {
    // cargo adds a flag of its own
    let asked: Vec<u64> = std::env::args().skip(1).filter_map(|word| word.parse().ok()).collect();
    let sizes = if asked.is_empty() { ROWS.to_vec() } else { asked };
    say(format_args!("import of a UCDP GED file on SQLite, from the object store to the store and the bus"));
    say(format_args!(
        "{:>12} {:>9} {:>10} {:>12} {:>14} {:>14} {:>9}",
        "rows", "seconds", "rows/s", "us a row", "own CPU us", "memory MiB", "file MB"
    ));
    let naive = import(NAIVE_ROWS, "[intake.import]\nbatch_records = 1", &[]).await;
    let mut costs = Vec::new();
    for (at, rows) in sizes.iter().enumerate() {
        let searches = if at + 1 == sizes.len() { search::WANTED } else { &[] };
        costs.push(import(*rows, "", searches).await);
    }
    say(format_args!(
        "{:>12} us a row one by one, for comparison ({NAIVE_ROWS} rows)",
        format!("{naive:.1}")
    ));
    if let [first, .., last] = costs.as_slice() {
        say(format_args!("cost of a row, largest file to smallest: {:.2}", last / first));
    }
}

/// Imports so many rows into an empty store, searches it, and gives the microseconds a row took.
async fn import(rows: u64, settings: &str, searches: &[search::Wanted]) -> f64 {
    let rig = Rig::of::<Intake>().await;
    let path = rig.folder().join("ged.csv");
    let (bytes, sha256) = file::write(&path, rows).unwrap();
    let received = received(&rig, &path, (bytes, sha256)).await;
    let running = rig.start::<Intake>(settings).await;
    let mut progress = rig.listen::<ImportProgressed>().await;
    reset_peak();
    let (started, used) = (Instant::now(), cpu_seconds());
    rig.say(&received).await;
    let run = ended(&mut progress, &received.import).await;
    // the outbox is sent in its order: the stream has every pack before it has the end of the run
    let seconds = started.elapsed().as_secs_f64();
    assert_eq!((run.read, run.accepted, run.quarantined), (rows, rows, 0), "{}", run.failure);
    heard(&rig, rows).await;
    let (cost, used) = (seconds * 1e6 / rows as f64, (cpu_seconds() - used) * 1e6 / rows as f64);
    say(format_args!(
        "{rows:>12} {seconds:>9.2} {:>10.0} {cost:>12.1} {used:>14.1} {:>14.0} {:>9.1}",
        rows as f64 / seconds,
        peak_mib(),
        bytes as f64 / 1e6
    ));
    if !searches.is_empty() {
        search::indexed(&rig, rows).await;
    }
    search::measure(&rig, searches).await;
    assert!(running.stop().await);
    if !searches.is_empty() {
        let alone = alone::rate(&rig.folder().join("intake.db"), rows).await.unwrap();
        say(format_args!(
            "SQLite alone takes the same rows at {alone:.0} rows/s; the import reaches {:.0} % of that",
            100.0 * rows as f64 / seconds / alone
        ));
    }
    cost
}

async fn received(rig: &Rig, path: &Path, (bytes, sha256): (u64, String)) -> ImportReceived {
    let object = format!("ged-{sha256}");
    let mut reader = tokio::fs::File::open(path).await.unwrap();
    rig.gateway().put_object(IMPORTS_BUCKET, &object, &mut reader).await.unwrap();
    ImportReceived {
        import: ImportId::derived(&[&object]),
        format: Format::UcdpGed,
        name: "ged.csv".into(),
        object,
        bytes,
        sha256,
        by: "bench".into(),
        via: None,
        received_at: "2026-11-23T07:30:00Z".parse().unwrap(),
        exercise: false,
        mapping: None,
    }
}

async fn ended(progress: &mut Listener<ImportProgressed>, import: &ImportId) -> ImportRun {
    let over = |said: &ImportProgressed| {
        said.run.id == *import && matches!(said.run.state, ImportState::Done | ImportState::Failed)
    };
    progress.find(over).await.run
}

/// Waits until the bus has told of all of them.
///
/// Only counted, not read: what a hearer does with them is its own time.
async fn heard(rig: &Rig, rows: u64) {
    let mut recorded = rig.listen::<ObservationsRecorded>().await;
    let mut heard = 0;
    while heard < rows {
        let body = recorded.next_body().await;
        heard += body.split("\"external_id\":").count() as u64 - 1;
    }
}

/// The largest resident memory of this process since [`reset_peak`], service and benchmark together.
fn peak_mib() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
    line.trim().trim_end_matches(" kB").parse::<f64>().map_or(f64::NAN, |kib| kib / 1024.0)
}

/// The processor time of this process, service and benchmark together, without nats-server; in hundredths of a second.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let behind = stat.rsplit_once(')').map_or("", |(_, behind)| behind);
    let ticks: Vec<f64> = behind.split(' ').filter_map(|field| field.parse().ok()).collect();
    // behind the name and the state: utime and stime are the eleventh and twelfth number
    ticks.get(10).zip(ticks.get(11)).map_or(f64::NAN, |(user, system)| (user + system) / 100.0)
}

/// Lets the kernel forget the largest resident memory so far; where it cannot, the peak is that of the whole run.
fn reset_peak() {
    drop(std::fs::write("/proc/self/clear_refs", "5"));
}

/// Writes a line of the report.
fn say(line: std::fmt::Arguments<'_>) {
    let mut out = io::stdout().lock();
    writeln!(out, "{line}").and_then(|()| out.flush()).unwrap();
}
