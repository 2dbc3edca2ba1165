//! Releases of UCDP that come behind a newer one: of the events that both tell, what the newer one says stands, and the run says so.

use contracts::gateway::Format;
use domain::Day;
use kit::Tx;

use crate::{
    error::Error,
    sources::ucdp,
    store::{remarks, runs::RunRow, same_file},
};

/// Remarks a run of a release behind which a newer one of its kind was read.
pub(super) async fn remark(tx: &mut Tx, run: &RunRow) -> Result<(), Error> {
    if !matches!(run.format, Format::UcdpGed | Format::UcdpCandidate) {
        return Ok(());
    }
    let Some(edition) = ucdp::edition(&run.name) else { return Ok(()) };
    let names = same_file::names_of_format(tx, run).await?;
    let newest = names.iter().filter_map(|name| ucdp::edition(name)).max();
    let Some(newest) = newest.filter(|newest| *newest > edition) else { return Ok(()) };
    let records = run.run().read;
    remarks::add(tx, &run.import_id, &[(behind(newest), (records, 1))].into()).await?;
    Ok(())
}

fn behind(newest: Day) -> String {
    format!(
        "a newer release was read before, of about {newest}: of the events that both tell, what that one says stands; what is known of \
         no release, or of an older one, may be revised, and what this one alone tells is taken"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn that_a_release_is_older_can_be_told_in_every_language() {
        assert!(contracts::reason::is_told(&behind("2025-06-01".parse().unwrap())));
    }
}
