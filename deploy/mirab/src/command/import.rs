//! `mirab import`: sends a file and shows its run until it is over.

use std::{collections::BTreeSet, io::IsTerminal, path::PathBuf, process::ExitCode, time::Duration};

use anyhow::Context;
use clap::Args;
use contracts::{
    gateway::Format,
    intake::{ImportRun, ImportState, Quarantined, remark::Remark},
    page::Page,
};
use domain::ImportId;
use indicatif::{ProgressBar, ProgressStyle};
use kit::Clock;
use tokio_util::io::ReaderStream;

use super::{Output, Server, print};
use crate::client::Client;

/// What to send.
#[derive(Args, Debug)]
pub struct Import {
    /// The file.
    file: PathBuf,
    #[arg(long, help = formats())]
    format: Option<Format>,
    /// The saved mapping it is read by, with format mapped.
    #[arg(long)]
    mapping: Option<String>,
    /// Marks everything in it as exercise material.
    #[arg(long)]
    exercise: bool,
    /// Ends with 1 when any row of the file waits in the quarantine, also of an earlier run that read it.
    #[arg(long)]
    strict: bool,
    #[command(flatten)]
    server: Server,
}

/// What is said of the formats.
fn formats() -> String {
    let all: Vec<&str> = Format::ALL.iter().map(|format| format.as_str()).collect();
    format!("What it is: one of {}; left out, it is told by how the file begins", all.join(", "))
}

impl Import {
    /// Sends, waits, shows the counts.
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        let client = self.server.client()?;
        let file = tokio::fs::File::open(&self.file)
            .await
            .with_context(|| format!("cannot read {}", self.file.display()))?;
        let metadata = file.metadata().await?;
        anyhow::ensure!(
            metadata.is_file(),
            "{} is no file; give one file, or several packed as zip",
            self.file.display()
        );
        let size = metadata.len();
        let name = self.file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        // a token that does not count is told before a large file is sent for nothing; the gateway answers this alone
        client.get::<serde_json::Value>("/v1/me").await?;
        let bar = bar(size);
        let seen = bar.clone();
        let chunks =
            futures::StreamExt::inspect(ReaderStream::with_capacity(file, 128 * 1024), move |chunk| {
                seen.inc(chunk.as_ref().map_or(0, |bytes| bytes.len() as u64));
            });
        let query = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs([
                ("name", name.as_str()),
                ("exercise", if self.exercise { "true" } else { "false" }),
            ])
            .extend_pairs(self.format.iter().map(|format| ("format", format.as_str())))
            .extend_pairs(self.mapping.iter().map(|mapping| ("mapping", mapping)))
            .finish();
        let received: serde_json::Value =
            client.upload(&format!("/v1/imports?{query}"), reqwest::Body::wrap_stream(chunks)).await?;
        let id = received["id"].as_str().context("the answer names no run")?.to_owned();
        if self.server.output != Output::Json {
            bar.suspend(|| {
                eprintln!(
                    "run {id}: the file is in, and is read on the server whatever becomes of this command"
                );
            });
        }
        reading_bar(&bar);
        let run = follow(&client, &id, &bar).await?;
        bar.finish_and_clear();
        self.show(&client, &run).await?;
        let waits = self.strict && (run.quarantined > 0 || waits_elsewhere(&client, &run).await?);
        let failed = run.state == ImportState::Failed || waits;
        Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
    }

    async fn show(&self, client: &Client, run: &ImportRun) -> anyhow::Result<()> {
        if self.server.output == Output::Json {
            print(&serde_json::to_string_pretty(run)?);
            return Ok(());
        }
        print(&format!("{}: {}", run.name, run.state));
        print(&format!(
            "  read {}  accepted {}  updated {}  unchanged {}  passed over {}  quarantined {}",
            run.read, run.accepted, run.updated, run.unchanged, run.passed_over, run.quarantined
        ));
        if let Some(rate) = run.rate {
            print(&format!("  {rate:.0} rows/s"));
        }
        if !run.failure.is_empty() {
            print(&format!("  cannot be read: {}", run.failure));
        }
        if run.state == ImportState::Done && run.read == 0 && run.remarks.is_empty() {
            print(
                "  the file was read to its end and holds no record; look whether it is the file that was meant",
            );
        }
        for remark in &run.remarks {
            let of = match remark.records {
                0 => String::new(), // of the file, and of none of its records
                records => format!("{records} of them, first in line {}: ", remark.line),
            };
            print(&format!("  {of}{}", remark.text));
        }
        print(&format!("  cite as: {}", run.citation));
        if run.quarantined > 0 {
            let first: Page<Quarantined> =
                client.get(&format!("/v1/imports/{}/quarantine?limit=5", run.id)).await?;
            for row in first.items {
                print(&format!("  line {}: {}", row.line, row.reason));
            }
            print(&format!("  all of them: GET /v1/imports/{}/quarantine", run.id));
        }
        Ok(())
    }
}

/// Whether rows of this file wait in the quarantine of a run that met them before, itself or in another; then that is said.
async fn waits_elsewhere(client: &Client, run: &ImportRun) -> anyhow::Result<bool> {
    let mut waits = false;
    for id in met_in(client, run).await? {
        let earlier: ImportRun = client.get(&format!("/v1/imports/{id}")).await?;
        if earlier.quarantined > 0 {
            waits = true;
            eprintln!(
                "rows of this file were met before and still wait in the quarantine of run {id}: mend and replay them there, \
                 GET /v1/imports/{id}/quarantine"
            );
        }
    }
    Ok(waits)
}

/// The earlier runs of the same file, and those that met any of its rows; what else those met is of other files.
async fn met_in(client: &Client, run: &ImportRun) -> anyhow::Result<BTreeSet<ImportId>> {
    let (mut met, mut of_file) = (BTreeSet::new(), run.clone());
    loop {
        met.extend(of_file.remarks.iter().filter_map(Remark::met_in));
        let Some(earlier) = of_file.repeats.take().filter(|id| *id != run.id && met.insert(id.clone()))
        else {
            return Ok(met);
        };
        of_file = client.get(&format!("/v1/imports/{earlier}")).await?;
    }
}

/// How long a server may be away before one stops asking.
const PATIENCE: Duration = Duration::from_mins(10);
/// How long to wait before asking again: as long as it is read, and while the server is away.
const PAUSES: (Duration, Duration) = (Duration::from_millis(200), Duration::from_secs(2));

/// Asks how the run stands until it is over. Away for a while, the server is asked again: the run goes on without us.
///
/// # Errors
/// When the server refuses, or is away for longer than it is waited for; it names the run.
pub(crate) async fn follow(client: &Client, id: &str, bar: &ProgressBar) -> anyhow::Result<ImportRun> {
    let clock = Clock::system();
    let mut away = Duration::ZERO;
    loop {
        let pause = match client.get::<ImportRun>(&format!("/v1/imports/{id}")).await {
            Ok(run) if matches!(run.state, ImportState::Done | ImportState::Failed) => return Ok(run),
            Ok(run) => {
                show_progress(&run, bar);
                away = Duration::ZERO;
                PAUSES.0
            }
            Err(error) if is_passing(&error) && away < PATIENCE => {
                if away >= PAUSES.1 {
                    bar.set_message(format!("the server is away; run {id} goes on there, asking again"));
                }
                // the gateway has the file before intake has heard of it: at first one asks soon
                let pause = if away < PAUSES.1 { PAUSES.0 } else { PAUSES.1 };
                away += pause;
                pause
            }
            Err(error) => {
                let why = format!(
                    "how run {id} stands cannot be asked; it goes on without this command, ask later by GET /v1/imports/{id}"
                );
                return Err(error.context(why));
            }
        };
        clock.sleep(pause).await;
    }
}

/// Whether asking again may help: the server cannot be reached or is not ready, or intake has not heard of the run yet.
fn is_passing(error: &anyhow::Error) -> bool {
    let told = format!("{error:#}");
    let answered = [404, 429, 502, 503, 504].iter().any(|status| told.contains(&format!(" {status}: ")));
    answered || error.chain().any(<dyn std::error::Error>::is::<reqwest::Error>)
}

/// The run's own figures: how much of the file was read, how fast, how long it takes yet.
fn show_progress(run: &ImportRun, bar: &ProgressBar) {
    bar.set_length(run.bytes);
    bar.set_position(run.bytes_read.min(run.bytes));
    let rate = run.rate.map(|rate| format!(", {rate:.0} rows/s")).unwrap_or_default();
    let left = run.remaining_s.map(|left| format!(", about {left} s left")).unwrap_or_default();
    bar.set_message(format!("{} rows read{rate}{left}", run.read));
}

/// The bar of what is read, in the place of the one of what was sent.
fn reading_bar(bar: &ProgressBar) {
    bar.reset();
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {percent:>3} % {msg}") {
        bar.set_style(style);
    }
    bar.set_message("reading");
}

fn bar(size: u64) -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{bar:30} {bytes}/{total_bytes} {bytes_per_sec} {msg}");
    ProgressBar::new(size)
        .with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
        .with_message("sending")
}

#[cfg(test)]
mod tests {
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpListener,
    };

    use super::*;

    const RUN: &str =
        include_str!("../../../../shared/contracts/golden/mirab.ask.intake.import.get.v1.reply.json");

    #[tokio::test]
    async fn a_server_that_goes_away_for_a_while_is_asked_again_and_one_that_refuses_is_not() {
        let server = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let client = Client::new(&format!("http://{}", server.local_addr().unwrap()), "t").unwrap();
        let answer = |status: &str, body: &str| {
            format!("HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}", body.len())
        };
        let mut run: serde_json::Value = serde_json::from_str(RUN).unwrap();
        run["state"] = "done".into();
        let refused = r#"{"detail":"this takes another role","errors":[]}"#;
        // it hangs up, is not ready, answers; and to another question refuses
        let answers = [
            String::new(),
            answer("503 Service Unavailable", "{}"),
            answer("200 OK", &run.to_string()),
            answer("403 Forbidden", refused),
        ];
        let serving = async move {
            for answer in answers {
                let (mut asked, _) = server.accept().await.unwrap();
                let _ = asked.read(&mut [0; 4096]).await.unwrap();
                asked.write_all(answer.as_bytes()).await.unwrap();
            }
        };
        let asking = async {
            let bar = ProgressBar::hidden();
            assert_eq!(follow(&client, "im_1", &bar).await.unwrap().state, ImportState::Done);
            let why = format!("{:#}", follow(&client, "im_1", &bar).await.unwrap_err());
            assert!(why.contains("run im_1") && why.contains("this takes another role"), "{why}");
        };
        futures::join!(serving, asking);
    }

    #[test]
    fn the_bar_shows_what_the_run_has_read_and_not_what_was_sent() {
        let run: ImportRun = serde_json::from_str(RUN).unwrap();
        let run = ImportRun { bytes: 1000, bytes_read: 250, rate: Some(80.0), remaining_s: Some(9), ..run };
        let bar = ProgressBar::hidden();
        bar.set_position(1000);
        reading_bar(&bar);
        show_progress(&run, &bar);
        assert_eq!((bar.position(), bar.length()), (250, Some(1000)));
        assert!(bar.message().contains("80 rows/s, about 9 s left"), "{}", bar.message());
    }

    #[test]
    fn the_help_names_every_format() {
        for format in Format::ALL {
            assert!(formats().contains(format.as_str()), "{format}");
        }
    }
}
