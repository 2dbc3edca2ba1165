//! Where organisations take webhooks.

use contracts::{
    Failure, Role,
    coordination::{AddEndpoint, Endpoint, ListEndpoints},
};
use domain::EndpointId;
use kit::{
    Asked, Tx,
    webhook::{Secret, SigningKey},
};
use url::Url;

use super::{STAFF, allow_for, is_partner};
use crate::{
    Coordination, Error,
    dissemination::reconsider,
    store::{deliveries, endpoints, endpoints::Secrets, organisations, turn},
};

/// Those of the centre who register endpoints.
const MAY: &[Role] = &[Role::Coordinator, Role::Operator, Role::Head];

/// Registers an endpoint, or opens a suspended one again with new keys; this answer alone holds the secret.
///
/// The same question under the same key is answered with the same endpoint and secret.
pub(crate) async fn add_endpoint(
    service: &Coordination,
    asked: &Asked<AddEndpoint>,
) -> Result<Endpoint, Error> {
    let add = &asked.query;
    allow_for(asked, &add.organisation, MAY)?;
    let url = address(service, &add.url)?;
    let mut tx = service.db.begin().await?;
    turn::take(&mut tx).await?;
    if organisations::find(&mut tx, &add.organisation).await?.is_none() {
        return Err(Error::NoOrganisation(add.organisation.clone()));
    }
    let now = tx.now();
    let id = asked.seed().map_or_else(|| EndpointId::generate(now), |seed| EndpointId::derived(&seed));
    let there = endpoints::list(&mut tx, Some(&add.organisation)).await?;
    if let Some(same) = there.iter().find(|there| there.id == id && there.active) {
        let secrets = endpoints::secrets(&mut tx, &same.id).await?;
        return Ok(Endpoint { secret: secrets.map(|secrets| secrets.secret), ..same.clone() });
    }
    let endpoint = match there.into_iter().find(|there| there.url == url.as_str()) {
        Some(there) if there.active => {
            return Err(Error::EndpointThere { organisation: add.organisation.clone() });
        }
        Some(suspended) => reopen(&mut tx, suspended).await?,
        None => register(&mut tx, id, (&add.organisation, &url), &asked.principal.name).await?,
    };
    reconsider(service, &mut tx, &add.organisation).await?;
    tx.nudge(crate::jobs::SEND);
    tx.commit().await?;
    Ok(endpoint)
}

/// The address, when a request to it would be let out.
fn address(service: &Coordination, text: &str) -> Result<Url, Error> {
    let wrong = |detail: String| Failure::invalid("the endpoint cannot be taken as it is").at("/url", detail);
    let url = Url::parse(text.trim())
        .map_err(|error| wrong(format!("not an address, as https://example.org/hook: {error}")))?;
    service.egress.check(&url).map_err(|error| wrong(error.to_string()))?;
    Ok(url)
}

/// New keys: the two that are kept and the half that everyone may see.
fn keys() -> (Secrets, String) {
    let mut rng = rand::rng();
    let (secret, key) = (Secret::generate(&mut rng), SigningKey::generate(&mut rng));
    (Secrets { secret: secret.reveal(), signing_key: key.reveal() }, key.public().to_string())
}

async fn register(
    tx: &mut Tx,
    id: EndpointId,
    (organisation, url): (&str, &Url),
    by: &str,
) -> Result<Endpoint, Error> {
    let (secrets, public_key) = keys();
    let endpoint = Endpoint {
        id,
        organisation: organisation.to_owned(),
        url: url.to_string(),
        active: true,
        suspended_because: String::new(),
        public_key,
        secret: None,
    };
    endpoints::add(tx, &endpoint, &secrets, by).await?;
    Ok(Endpoint { secret: Some(secrets.secret), ..endpoint })
}

async fn reopen(tx: &mut Tx, suspended: Endpoint) -> Result<Endpoint, Error> {
    let (secrets, public_key) = keys();
    let endpoint = Endpoint { active: true, suspended_because: String::new(), public_key, ..suspended };
    endpoints::reopen(tx, &endpoint, &secrets).await?;
    deliveries::take_back(tx, &endpoint.id).await?;
    Ok(Endpoint { secret: Some(secrets.secret), ..endpoint })
}

/// Endpoints without their secrets; for a partner its own only.
pub(crate) async fn list_endpoints(
    service: &Coordination,
    asked: &Asked<ListEndpoints>,
) -> Result<Vec<Endpoint>, Error> {
    let own = asked.principal.organisation.as_deref();
    let wanted = asked.query.organisation.as_deref();
    if is_partner(&asked.principal) {
        let key = wanted.or(own).unwrap_or_default();
        allow_for(asked, key, STAFF)?;
        return Ok(endpoints::list(&service.db, Some(key)).await?);
    }
    asked.allow(STAFF)?;
    Ok(endpoints::list(&service.db, wanted).await?)
}
