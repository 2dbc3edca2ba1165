//! What came of the exercise, in one screen.

use contracts::{Page, alerts::Warning, analysis::LevelChange, coordination::Dissemination};

use super::play::{Inflow, Players};
use crate::{command::print, stack::Stack};

/// Prints how many came in, levels changed, warnings, what each partner got and why, acknowledgements, and where to look.
pub(super) async fn print_summary(
    players: &Players,
    stack: &Stack,
    inflow: &Inflow,
    warnings: &[Warning],
    told: &[Dissemination],
) -> anyhow::Result<()> {
    let changes: Page<LevelChange> = players.admin.get("/v1/changes?exercise=true&limit=1000").await?;
    let observations: u64 = inflow.runs.iter().map(|run| run.accepted + run.updated + run.unchanged).sum();
    print("\nWhat came of it");
    print(&format!(
        "  came in       {observations} observations in {} files, {} field reports",
        inflow.runs.len(),
        inflow.reports
    ));
    print(&format!("  levels        {} changes; the highest:", changes.items.len()));
    let mut rises: Vec<&LevelChange> =
        changes.items.iter().filter(|change| change.now > change.was).collect();
    rises.sort_by(|a, b| b.now.cmp(&a.now).then(b.index.total_cmp(&a.index)));
    for change in rises.iter().take(4) {
        print(&format!(
            "                {:<6} {:<18} {} -> {} (index {:.1})",
            change.province, change.threat, change.was, change.now, change.index
        ));
    }
    print(&format!(
        "  warnings      {} issued, status Exercise, each approved by a second person",
        warnings.len()
    ));
    print("  partners      what each got, and why");
    for one in told {
        let delivery =
            one.delivery.as_ref().map_or_else(|| "nothing sent".to_owned(), |d| d.state.to_string());
        print(&format!(
            "                {:<5} {:<17} {delivery:<13} {}",
            one.partner, one.decision.outcome, one.reason
        ));
        for ack in &one.acknowledgements {
            print(&format!("                      {} by {} {}", ack.kind, ack.by, ack.note));
        }
    }
    let acknowledged: usize = told.iter().map(|one| one.acknowledgements.len()).sum();
    print(&format!("  acknowledged  {acknowledged}"));
    print(&format!("\n  look at it    {}/?exercise=true", stack.address()));
    print(&format!("  sign in with  {}", stack.admin_token_file().display()));
    if let Some(warning) = warnings.first() {
        print(&format!("  every step    GET {}/v1/disseminations?warning={}", stack.address(), warning.id));
    }
    Ok(())
}
