//! `mirab import`: sends a file and shows its run until it is over.

use std::{io::IsTerminal, path::PathBuf, process::ExitCode, time::Duration};

use anyhow::Context;
use clap::Args;
use contracts::{
    gateway::Format,
    intake::{ImportRun, ImportState, Quarantined},
    page::Page,
};
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
    /// Its format: ucdp-ged, ucdp-candidate, acled, usgs-earthquakes, ncei-earthquakes, cap, gdelt, hapi-conflict,
    /// mapped or csv.
    #[arg(long)]
    format: Format,
    /// The saved mapping it is read by, with format mapped.
    #[arg(long)]
    mapping: Option<String>,
    /// Marks everything in it as exercise material.
    #[arg(long)]
    exercise: bool,
    /// Ends with 1 when any row was quarantined.
    #[arg(long)]
    strict: bool,
    #[command(flatten)]
    server: Server,
}

impl Import {
    /// Sends, waits, shows the counts.
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        let client = self.server.client()?;
        let file = tokio::fs::File::open(&self.file)
            .await
            .with_context(|| format!("cannot read {}", self.file.display()))?;
        let size = file.metadata().await?.len();
        let name = self.file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let bar = bar(size);
        let seen = bar.clone();
        let chunks =
            futures::StreamExt::inspect(ReaderStream::with_capacity(file, 128 * 1024), move |chunk| {
                seen.inc(chunk.as_ref().map_or(0, |bytes| bytes.len() as u64));
            });
        let query = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs([
                ("format", self.format.as_str()),
                ("name", &name),
                ("exercise", if self.exercise { "true" } else { "false" }),
            ])
            .extend_pairs(self.mapping.iter().map(|mapping| ("mapping", mapping)))
            .finish();
        let received: serde_json::Value =
            client.upload(&format!("/v1/imports?{query}"), reqwest::Body::wrap_stream(chunks)).await?;
        let id = received["id"].as_str().context("the answer names no run")?.to_owned();
        bar.set_message("reading");
        let run = follow(&client, &id, &bar).await?;
        bar.finish_and_clear();
        self.show(&client, &run).await?;
        let failed = run.state == ImportState::Failed || (self.strict && run.quarantined > 0);
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
        for remark in &run.remarks {
            print(&format!("  {} of them, first in line {}: {}", remark.records, remark.line, remark.text));
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

/// Asks how the run stands until it is over.
pub(crate) async fn follow(client: &Client, id: &str, bar: &ProgressBar) -> anyhow::Result<ImportRun> {
    let clock = Clock::system();
    loop {
        match client.get::<ImportRun>(&format!("/v1/imports/{id}")).await {
            Ok(run) if matches!(run.state, ImportState::Done | ImportState::Failed) => return Ok(run),
            Ok(run) => {
                let left = run.remaining_s.map(|left| format!(", about {left} s left")).unwrap_or_default();
                bar.set_message(format!("{} rows read{left}", run.read));
            }
            // the gateway has it; intake has not heard of it yet
            Err(error) if error.to_string().contains(" 404: ") || error.to_string().contains(" 503: ") => {}
            Err(error) => return Err(error),
        }
        clock.sleep(Duration::from_millis(200)).await;
    }
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
