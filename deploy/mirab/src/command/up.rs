//! `mirab up`: everything on this machine, until told to stop.

use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use kit::{config::TelemetrySettings, lifecycle, telemetry};

use super::print;
use crate::{
    demo,
    stack::{Options, Stack},
};

/// How to run.
#[derive(Args, Debug)]
pub struct Up {
    /// Plays an exercise through the whole road: reports in, a level rises, a warning goes to three demo partners.
    #[arg(long)]
    demo: bool,
    /// With --demo: ends after the summary instead of going on.
    #[arg(long, requires = "demo")]
    once: bool,
    /// Where everything is kept.
    #[arg(long, default_value = "./data")]
    data: PathBuf,
    /// Where the console and the API answer; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: String,
    /// nats-server, where it is not in .tools/ or on PATH.
    #[arg(long, env = "MIRAB_NATS_SERVER")]
    nats_server: Option<PathBuf>,
    /// What is logged, as `info` or `target=level,…`.
    #[arg(long, env = "MIRAB_LOG", default_value = "warn")]
    log: String,
    /// Where spans go by OTLP over HTTP; nowhere when not given.
    #[arg(long, env = "MIRAB_OTLP_ENDPOINT", default_value = "")]
    otlp_endpoint: String,
}

impl Up {
    /// Runs until SIGTERM or SIGINT.
    pub(super) async fn run(self) -> anyhow::Result<()> {
        kit::install_crypto();
        let settings = TelemetrySettings {
            otlp_endpoint: self.otlp_endpoint.clone(),
            log: self.log.clone(),
            json: false,
        };
        let _telemetry = telemetry::init(&settings)?;
        let mut options = Options::new(&self.data, &self.listen);
        options.nats_server.clone_from(&self.nats_server);
        if self.demo {
            options.on_top = demo::on_top();
        }
        let started = std::time::Instant::now();
        let stack = Stack::start(&options).await?;
        print(&format!("Mirab is up in {:.1} s: {}", started.elapsed().as_secs_f64(), stack.address()));
        print(&format!("  first token   {}", stack.admin_token_file().display()));
        let played = if self.demo { demo::play(&stack, options.clock.clone()).await } else { Ok(()) };
        let goes_on = played.is_ok() && !self.once;
        if goes_on {
            print("  stop          ctrl-c");
            lifecycle::asked_to_stop().await;
        }
        let finished = stack.stop().await;
        played.context("the exercise did not go through")?;
        anyhow::ensure!(
            finished,
            "some work was still running when patience ran out; it goes on at the next start"
        );
        Ok(())
    }
}
