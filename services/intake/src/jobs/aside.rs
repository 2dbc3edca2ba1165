//! Records that are not taken: each waits in the quarantine once, however often and however packed it comes.

use std::collections::BTreeMap;

use contracts::intake::{ImportRun, remark::Remark};
use kit::Tx;

use crate::{
    domain::merge::Tally,
    error::Error,
    store::{
        quarantine::{self, Refused},
        remarks,
        runs::RunRow,
    },
};

/// Puts records into the quarantine that no other run of the same source has met; of the others it is remarked where they wait,
/// and that counts as nothing new.
pub(super) async fn set_aside(tx: &mut Tx, row: &RunRow, refused: Vec<Refused>) -> Result<Tally, Error> {
    if refused.is_empty() {
        return Ok(Tally::default());
    }
    let met = quarantine::met(tx, row, &refused).await?;
    let mut remarked: BTreeMap<String, (u64, u64)> = BTreeMap::new();
    let mut new = Vec::new();
    for record in refused {
        let Some(import) = met.get(&record.sha256) else {
            new.push(record);
            continue;
        };
        remarked.entry(Remark::of_met_in(import)).or_insert((0, record.line)).0 += 1;
    }
    quarantine::keep(tx, &row.import_id, &new).await?;
    remarks::add(tx, &row.import_id, &remarked).await?;
    let unchanged = remarked.values().map(|(records, _)| records).sum();
    Ok(Tally { quarantined: new.len() as u64, unchanged, ..Tally::default() })
}

/// Why a file is read no further: so many of its records could not be read, and fewer than one in ten could. It is another file
/// than was meant, and each of its records would go on filling the quarantine.
pub(super) fn read_no_further(run: &ImportRun, refused_records: u64) -> Option<String> {
    let (refused, read, format) = (run.quarantined, run.read, run.format);
    let hopeless = refused >= refused_records && (read - refused).saturating_mul(10) < read;
    hopeless.then(|| {
        format!(
            "{refused} of the first {read} records cannot be read as {format}: it is read no further. They wait in the quarantine, \
             each with its reason; look whether this is the file that was meant, and send it under its own format or with a mapping"
        )
    })
}
