//! `mirab recompute`: has everything counted anew, follows it, and can be called again at any time.

use std::{io::IsTerminal, process::ExitCode, time::Duration};

use anyhow::Context;
use clap::Args;
use contracts::{
    analysis::recompute::{Compared, Recomputation, RecomputeState, ThreatRecomputed},
    page::Page,
};
use domain::Threat;
use indicatif::{ProgressBar, ProgressStyle};
use kit::Clock;
use serde_json::json;

use super::{Output, Server, operate::key, print};
use crate::client::Client;

/// For so long the server may be silent before following it is given up; the run goes on without.
const PATIENCE: Duration = Duration::from_mins(2);
/// How often it is asked.
const EVERY: Duration = Duration::from_millis(250);

/// What to count anew.
#[derive(Args, Debug)]
pub struct Recompute {
    /// Only this threat; all when not given.
    #[arg(long)]
    threat: Option<Threat>,
    /// Only compare: nothing is written.
    #[arg(long)]
    check: bool,
    /// Stop the one that runs.
    #[arg(long, conflicts_with_all = ["threat", "check"])]
    stop: bool,
    #[command(flatten)]
    server: Server,
}

impl Recompute {
    /// Starts it or finds it running, and follows it to its end; fails where it did not come to an end, or where a comparison
    /// finds a difference.
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        let client = self.server.client()?;
        let run = if self.stop { stop(&client).await? } else { self.start(&client).await? };
        let run = follow(&client, run).await?;
        self.show(&run)?;
        let was_wanted = run.state == if self.stop { RecomputeState::Stopped } else { RecomputeState::Done };
        let failed = !was_wanted || (self.check && run.differed() > 0);
        Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
    }

    async fn start(&self, client: &Client) -> anyhow::Result<Recomputation> {
        let wish = json!({ "threat": self.threat, "check": self.check });
        client.post("/v1/operations/recompute", &key(), &wish).await
    }

    fn show(&self, run: &Recomputation) -> anyhow::Result<()> {
        if self.server.output == Output::Json {
            print(&serde_json::to_string(run)?);
            return Ok(());
        }
        print(&format!(
            "{:<28}{:>11}{:>11}{:>18}{:>18}{:>8}",
            "threat", "revisions", "unsettled", "months", "days and weeks", "levels"
        ));
        for of in &run.threats {
            print(&line(of));
        }
        print(&ending(run));
        Ok(())
    }
}

/// Stops the run that has not ended.
async fn stop(client: &Client) -> anyhow::Result<Recomputation> {
    let newest: Page<Recomputation> = client.get("/v1/operations/recompute").await?;
    let open =
        newest.items.into_iter().find(|run| !run.has_ended()).context("nothing is counted anew now")?;
    client.post(&format!("/v1/operations/recompute/{}/stop", open.id), &key(), &json!({})).await
}

/// Asks how the run stands until it has ended, also over a restart of the server.
async fn follow(client: &Client, mut run: Recomputation) -> anyhow::Result<Recomputation> {
    let (clock, bar) = (Clock::system(), bar());
    let mut silent_since = None;
    while !run.has_ended() {
        bar.set_length(run.of.max(run.looked_at));
        bar.set_position(run.looked_at);
        bar.set_message(at_work(&run));
        clock.sleep(EVERY).await;
        match client.get(&format!("/v1/operations/recompute/{}", run.id)).await {
            Ok(now) => (run, silent_since) = (now, None),
            Err(error) => {
                let since = *silent_since.get_or_insert_with(|| clock.now());
                if clock.now().since(since).to_std().unwrap_or_default() > PATIENCE {
                    return Err(
                        error.context("the run goes on without; call `mirab recompute` again to follow it")
                    );
                }
            }
        }
    }
    bar.finish_and_clear();
    Ok(run)
}

/// What it does now, in words.
fn at_work(run: &Recomputation) -> String {
    let threat = run.threats.iter().find(|of| !of.finished).map_or("", |of| of.threat.as_str());
    let step = run.step.map(|step| format!(", {step}")).unwrap_or_default();
    let trouble =
        if run.reason.is_empty() { String::new() } else { format!("; tries again: {}", run.reason) };
    let state = if run.state == RecomputeState::Stopping { "stopping; " } else { "" };
    format!("{state}{threat}{step}{trouble}")
}

/// A line of what counting a threat anew came to.
fn line(of: &ThreatRecomputed) -> String {
    let compared = |of: Compared| format!("{} of {}", of.differed, of.counted);
    let (months, spans) = (compared(of.found.months), compared(of.found.spans));
    let (name, revisions, unsettled) = (of.threat.as_str(), of.found.revisions, of.found.unsettled);
    let unfinished = if of.finished { "" } else { "  not finished" };
    let moved = match of.found.anomalies_moved {
        0 => String::new(),
        moved => format!("  unusual months counted otherwise: {moved}"),
    };
    format!(
        "{name:<28}{revisions:>11}{unsettled:>11}{months:>18}{spans:>18}{:>8}{moved}{unfinished}",
        of.found.levels_changed
    )
}

/// How it ended, in words.
fn ending(run: &Recomputation) -> String {
    let differed = run.differed();
    match run.state {
        RecomputeState::Done if differed == 0 => "everything is kept as it is counted".to_owned(),
        RecomputeState::Done => "not everything was kept as it is counted".to_owned(),
        RecomputeState::Failed => format!("it could not go on: {}", run.reason),
        state => format!("{state} before everything was counted; what was mended stays so"),
    }
}

fn bar() -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{bar:30} {pos}/{len} {per_sec} about {eta} left  {msg}");
    ProgressBar::new(0).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_that_ended_otherwise_than_done_says_so() {
        let golden = include_str!(
            "../../../../shared/contracts/golden/mirab.ask.analysis.recompute.list.v1.reply.json"
        );
        let runs: Vec<Recomputation> = serde_json::from_str(golden).unwrap();
        assert_eq!(at_work(&runs[0]), "border_tension, count");
        assert_eq!(ending(&runs[1]), "it could not go on: the store of analysis does not answer");
        assert!(line(&runs[1].threats[1]).ends_with("not finished"));
        let stopped = Recomputation { state: RecomputeState::Stopped, ..runs[1].clone() };
        assert_eq!(ending(&stopped), "stopped before everything was counted; what was mended stays so");
    }
}
