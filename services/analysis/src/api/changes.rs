//! What changed, newest first.

use contracts::{
    Page,
    analysis::{LevelChange, ListChanges},
};
use kit::Asked;

use super::{STAFF, cursor, known, reach};
use crate::{
    Analysis, Error,
    store::level::{self, Listed},
};

/// Level changes, newest first.
///
/// # Errors
/// When the asker is no staff, the province or the cursor does not exist, or the store does not answer.
pub async fn list_changes(
    service: &Analysis,
    asked: &Asked<ListChanges>,
) -> Result<Page<LevelChange>, Error> {
    asked.allow(STAFF)?;
    known(asked.query.province.as_ref())?;
    let after = asked.query.page.cursor.as_deref().map(cursor::read).transpose()?;
    let size = asked.query.page.size();
    let wanted = level::Asked {
        exercise: asked.query.exercise,
        province: asked.query.province.as_ref(),
        since: None,
        until: asked.query.until,
        after: after.as_ref(),
        limit: Some(i64::from(size) + 1),
    };
    let found = level::changes(&service.db, &wanted).await?;
    let mut page = Page::cut(found, size, cursor).map(LevelChange::from);
    let markings = reach::markings(service, asked.query.exercise).await?;
    reach::changes(&mut page.items, (&markings, &service.rules), None, &asked.principal);
    Ok(page)
}

fn cursor(listed: &Listed) -> String {
    format!("{}|{}", listed.at, listed.change_id)
}
