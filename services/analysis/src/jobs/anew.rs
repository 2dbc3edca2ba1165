//! What was counted anew is looked at anew: unusual months that changed later than the months after them.

use std::collections::BTreeMap;

use domain::ProvinceCode;

use crate::{
    Analysis, Error,
    domain::{Cell, Month},
    store::{self, Reader, anew, anomaly, level},
};

/// How many provinces one turn looks at.
const AT_ONCE: i64 = 8;

/// Looks anew at the months of every province whose counts changed since they were looked at. Not while a file is read: what half of
/// it makes unusual, the rest may not.
///
/// # Errors
/// When the store cannot be read or written.
pub async fn look_anew(service: &Analysis) -> Result<(), Error> {
    while anew::is_any(&mut Reader::Db(&service.db)).await? {
        if store::listed::importing(&mut Reader::Db(&service.db)).await? > 0 {
            return Ok(());
        }
        let mut tx = store::turn(&service.db).await?;
        let places = anew::take(&mut tx, AT_ONCE).await?;
        let mut since: BTreeMap<Cell, Month> = BTreeMap::new();
        for ((province, exercise), month) in &places {
            since.extend(months(&mut tx, (province, *exercise), *month).await?);
        }
        anomaly::watch_since(&mut tx, &since, &service.rules).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// The cells of a province, each with the month from which on it is looked at: never older than its anomalies follow their figures.
async fn months(
    tx: &mut kit::Tx,
    (province, exercise): (&ProvinceCode, bool),
    month: Month,
) -> Result<BTreeMap<Cell, Month>, Error> {
    let on = tx.now().day();
    let states = level::states(&mut Reader::Tx(tx), Some(exercise), Some(province), None).await?;
    let cells = states.iter().map(level::State::cell).collect();
    let mut since = anomaly::followed(&mut Reader::Tx(tx), &cells, on).await?;
    for followed in since.values_mut() {
        *followed = month.max(*followed);
    }
    Ok(since)
}
