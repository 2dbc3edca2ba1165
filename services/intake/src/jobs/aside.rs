//! Records that are not taken: each waits in the quarantine once, however often and however packed it comes.

use std::collections::BTreeMap;

use contracts::intake::{ImportRun, remark::Remark};
use domain::ImportId;
use kit::Tx;

use super::reading;
use crate::{
    domain::{merge::Tally, message},
    error::Error,
    sources::records::Record,
    store::{
        quarantine::{self, Refused},
        recording::Taken,
        remarks,
        runs::RunRow,
    },
};

/// The records of a batch that are to wait for what was taken in before them says otherwise.
pub(super) fn waiting(import: &ImportId, records: &[Record], taken: &Taken) -> Vec<Refused> {
    let of = |number: usize, reason: &str| {
        records.get(number).map(|record| reading::refused(import, record, reason.to_owned()))
    };
    let otherwise = taken.contradictions.iter().filter_map(|(number, reason)| of(*number, reason));
    // the same message is known again in whatever it comes
    let apart = taken.apart.iter().filter_map(|(number, sha256)| {
        Some(Refused { sha256: sha256.clone(), ..of(*number, message::APART)? })
    });
    otherwise.chain(apart).collect()
}

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
