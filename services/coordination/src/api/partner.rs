//! What one partner may see, decided anew at this moment. What it may not see is not there.

use contracts::{
    Page, cap,
    coordination::{GetPartnerAlert, ListPartnerAlerts, Organisation, PartnerAlert},
};
use domain::{Partner, Timestamp, WarningId, release};
use kit::Asked;

use super::{STAFF, allow_for, cursor, is_partner};
use crate::{
    Coordination, Error,
    domain::{item, redact::Released},
    store::{acknowledgements, papers, warnings, warnings::Issued},
};

/// How many warnings are looked through at a time.
const BATCH: u32 = 200;

/// Warnings released to one partner, newest first.
pub(crate) async fn list_partner_alerts(
    service: &Coordination,
    asked: &Asked<ListPartnerAlerts>,
) -> Result<Page<PartnerAlert>, Error> {
    let (key, page) = (asked.query.partner.as_str(), &asked.query.page);
    allow_for(asked, key, STAFF)?;
    let known = known(service, key).await?;
    let size = page.size() as usize;
    let mut after: Option<(Timestamp, WarningId)> = cursor::start(page)?;
    let mut found = Vec::new();
    loop {
        let batch = warnings::newest_first(&service.db, after, BATCH).await?;
        after = batch.last().map(|last| (last.sent, last.warning.id.clone()));
        let seen = batch.iter().filter_map(|issued| Some((issued.sent, seen(service, issued, &known)?)));
        found.extend(seen.take(size + 1 - found.len()));
        if after.is_none() || found.len() > size {
            break;
        }
    }
    let page = Page::cut(found, page.size(), |(sent, released)| cursor::after(*sent, &released.warning().id));
    let mut items = Vec::with_capacity(page.items.len());
    for (sent, released) in page.items {
        items.push(alert(service, key, sent, released).await?);
    }
    if is_partner(&asked.principal) {
        note_looks(service, key, &items).await?;
    }
    Ok(Page { items, next: page.next })
}

/// One warning released to one partner.
pub(crate) async fn get_partner_alert(
    service: &Coordination,
    asked: &Asked<GetPartnerAlert>,
) -> Result<PartnerAlert, Error> {
    let (key, id) = (asked.query.partner.as_str(), &asked.query.id);
    allow_for(asked, key, STAFF)?;
    let known = known(service, key).await?;
    let issued = warnings::latest(&service.db, id).await?;
    let seen = issued.and_then(|issued| Some((issued.sent, seen(service, &issued, &known)?)));
    let (sent, released) = seen.ok_or_else(|| Error::NoWarning(id.clone()))?;
    let alert = alert(service, key, sent, released).await?;
    if is_partner(&asked.principal) {
        note_looks(service, key, std::slice::from_ref(&alert)).await?;
    }
    Ok(alert)
}

async fn known(service: &Coordination, key: &str) -> Result<(Organisation, Partner), Error> {
    let known = papers::partners(&service.db, Some(key)).await?.pop();
    known.ok_or_else(|| Error::NoOrganisation(key.to_owned()))
}

/// What the partner may see of the warning now.
fn seen(
    service: &Coordination,
    issued: &Issued,
    (organisation, partner): &(Organisation, Partner),
) -> Option<Released> {
    let warning = &issued.warning;
    if !item::concerns(warning.status, organisation.exercise) {
        return None;
    }
    let today = service.db.clock().now().day();
    Released::of(warning, &release::decide(&item::item(warning, &service.purpose), partner, today))
}

async fn alert(
    service: &Coordination,
    key: &str,
    sent: Timestamp,
    released: Released,
) -> Result<PartnerAlert, Error> {
    let cap = cap::render(released.warning(), &service.cap_sender);
    let warning = released.into_warning();
    Ok(PartnerAlert {
        id: warning.id.clone(),
        version: warning.version,
        sent,
        headline: warning.infos.first().map(|info| info.headline.clone()).unwrap_or_default(),
        acknowledgements: acknowledgements::of(&service.db, &warning.id, None, key).await?,
        cap,
        warning,
    })
}

/// Notes what the partner has looked at: a cancellation must reach whoever has read of it.
async fn note_looks(service: &Coordination, key: &str, alerts: &[PartnerAlert]) -> Result<(), Error> {
    let looks = alerts.iter().map(|alert| (alert.id.clone(), alert.version)).collect();
    let unseen = warnings::unseen(&service.db, key, looks).await?;
    if unseen.is_empty() {
        return Ok(());
    }
    let mut tx = service.db.begin().await?;
    for (id, version) in unseen {
        warnings::look(&mut tx, &id, version, key).await?;
    }
    Ok(tx.commit().await?)
}
