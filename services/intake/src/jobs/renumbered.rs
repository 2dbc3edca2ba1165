//! Events of UCDP that earlier versions kept as a table wrote their number, `492699.0` or `0492699`: taken back where the same event is
//! known under its number, so that its deaths count once.

use contracts::gateway::Format;
use domain::ObservationId;

use crate::{
    Intake,
    domain::draft::{EXERCISE, called, fact},
    error::Error,
    sources::{row::whole, ucdp},
    store::{numbers, observations, recording, runs::RunRow},
};

/// How many events are looked at in one transaction.
const EVENTS: i64 = 500;
/// Who takes them back, by the name of their source.
const BY: &str = "UCDP";
/// In which words.
const WHY: &str = "the event is known under its number";

/// Looks, once a file of UCDP is read, at all that stands under another spelling of its number.
pub(super) async fn take_back(service: &Intake, run: &RunRow) -> Result<(), Error> {
    if !matches!(run.format, Format::UcdpGed | Format::UcdpCandidate) {
        return Ok(());
    }
    let mut after = String::new();
    loop {
        let mut tx = service.db.begin_from(run.cause.origin()).await?;
        // alone before it is read: what stands stays so
        observations::reserve(&mut tx, 0).await?;
        let odd = numbers::otherwise(&mut tx, (ucdp::SOURCE, &after), EVENTS).await?;
        let Some(last) = odd.last() else { return Ok(()) };
        after.clone_from(last);
        let pairs: Vec<(ObservationId, ObservationId)> =
            odd.iter().filter_map(|kept| renumbered(kept)).collect();
        let numbered: Vec<ObservationId> = pairs.iter().map(|(_, numbered)| numbered.clone()).collect();
        let known = observations::known(&mut tx, &numbered).await?;
        let stands = |id: &ObservationId| known.get(id).is_some_and(|known| known.stands);
        let twice: Vec<ObservationId> =
            pairs.into_iter().filter(|(_, numbered)| stands(numbered)).map(|(odd, _)| odd).collect();
        recording::retract_standing(&mut tx, &twice, (BY, WHY)).await?;
        tx.commit().await?;
    }
}

/// The fact that is kept under this id and the one under its number; `None` where that is the same or the id is no number.
fn renumbered(kept: &str) -> Option<(ObservationId, ObservationId)> {
    let (id, exercise) = (called(kept), kept.starts_with(EXERCISE));
    let number = whole(id).filter(|number| *number != id)?;
    Some((fact(ucdp::SOURCE, id, exercise), fact(ucdp::SOURCE, number, exercise)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::draft::kept_under;

    #[test]
    fn a_number_that_a_table_wrote_otherwise_is_known_for_what_it_is() {
        for exercise in [false, true] {
            let pair = |id| renumbered(&kept_under(id, exercise));
            for id in ["492699.0", "0492699", "0492699.00"] {
                let expected = (fact(ucdp::SOURCE, id, exercise), fact(ucdp::SOURCE, "492699", exercise));
                assert_eq!(pair(id), Some(expected), "{id}");
            }
            for id in ["492699", "492699.5", "KGZ.0", "0", ""] {
                assert_eq!(pair(id), None, "{id}");
            }
        }
    }
}
