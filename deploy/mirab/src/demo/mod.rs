//! `mirab up --demo`: an exercise played through the real road, over the real API, with three partners that are not real.

mod play;
pub mod receiver;
pub mod scenario;
mod summary;

use std::collections::BTreeMap;

use contracts::Service as Name;
use kit::Clock;

use crate::{client::Client, command::print, stack::Stack};
use play::Players;
use receiver::DemoReceiver;

/// What the demo must allow itself: webhooks to this very machine.
pub fn on_top() -> BTreeMap<Name, String> {
    let local = "[coordination.egress]\nallow = [\"127.0.0.0/8\"]\nallow_http = true\nports = [0]\n";
    BTreeMap::from([(Name::Coordination, local.to_owned())])
}

/// Plays the exercise and prints what came of it.
///
/// # Errors
/// When any step is refused or nothing comes of it within two minutes; the error says which step.
pub async fn play(stack: &Stack, clock: Clock) -> anyhow::Result<()> {
    let admin = Client::with_token_file(&stack.address(), &stack.admin_token_file())?;
    let receiver = DemoReceiver::start(&stack.address()).await?;
    print(
        "\nEXERCISE EXERCISE EXERCISE   a border escalation in the Ferghana valley; every name in it is invented",
    );
    let players = Players::cast(&admin, clock).await?;
    players.set_the_scene(&receiver).await?;
    let inflow = players.send_everything().await?;
    let warnings = players.warn().await?;
    let told = players.wait_for_partners(&warnings).await?;
    summary::print_summary(&players, stack, &inflow, &warnings, &told).await
}
