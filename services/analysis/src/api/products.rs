//! Products: drafted, changed, moved on, listed; and what of their sources is newer.

use contracts::{
    Failure, Page, Principal, Role,
    analysis::{
        drafting::{
            CheckProduct, DraftProduct, FindSubject, GetProduct, ListProducts, MoveProduct, Newer,
            ProductLine, ProductRead, ReadProduct, ReviseProduct,
        },
        products::{Product, ProductAction, ProductForm, ProductKind, ProductState},
    },
};
use domain::{ObservationId, ProductId};
use kit::{Asked, Tx};

use super::{STAFF, cursor, fresh, product_material, sources};
use crate::{
    Analysis, Error,
    domain::{
        deed::Actor,
        product::{compose, edit, moves},
    },
    store::{self, Reader, product, written_past},
};

/// Those who write.
const WRITERS: &[Role] =
    &[Role::Analyst, Role::SeniorAnalyst, Role::PoliticalOfficer, Role::DutyOfficer, Role::Head];
/// Those who publish and withdraw.
const PUBLISHERS: &[Role] = &[Role::SeniorAnalyst, Role::DutyOfficer, Role::Head];

/// Drafts a product. Asked again under the same key, it is answered with the one that was drafted.
///
/// # Errors
/// When the asker may not, or with everything that is wrong with the wish.
pub async fn draft_product(service: &Analysis, asked: &Asked<DraftProduct>) -> Result<Product, Error> {
    asked.allow(WRITERS)?;
    let DraftProduct { form, elsewhere } = &asked.query;
    let now = service.db.clock().now();
    let id = match &asked.key {
        Some(key) => ProductId::derived(&[&asked.principal.subject, key]),
        None => ProductId::generate(now),
    };
    if let Some(drafted) = product::get(&mut Reader::Db(&service.db), &id).await? {
        return Ok(drafted);
    }
    edit::check(form, now.day())?;
    let is_of_one = form.kind == ProductKind::FlashReport || form.about.is_some();
    if is_of_one && product_material::subject(service, form, now).await?.is_none() {
        return Err(no_subject(form).into());
    }
    let material = product_material::gather(service, form, elsewhere.clone(), now).await?;
    let composed = compose::compose(form, &material);
    let mut tx = store::turn(&service.db).await?;
    if let Some(before) = product::get(&mut Reader::Tx(&mut tx), &id).await? {
        return Ok(before); // somebody was quicker under the same key
    }
    // it is there from the moment it is written on, which may lie well behind the one it was gathered at
    let actor = Actor { principal: &asked.principal, at: tx.now() };
    let drafted = edit::begin(id, form.clone(), composed, &actor)?;
    keep(tx, &drafted).await?;
    Ok(drafted)
}

/// Which incident a flash report would be about.
///
/// # Errors
/// When the asker may not, or with everything that is wrong with the wish.
pub async fn find_subject(
    service: &Analysis,
    asked: &Asked<FindSubject>,
) -> Result<Option<ObservationId>, Error> {
    asked.allow(WRITERS)?;
    let (form, now) = (&asked.query.form, service.db.clock().now());
    edit::check(form, now.day())?;
    product_material::subject(service, form, now).await
}

fn no_subject(form: &ProductForm) -> Failure {
    let (from, to) = (form.from, form.to);
    let side = if form.exercise { "the exercise" } else { "what is real" };
    let refused = Failure::invalid("there is no such incident to report on");
    match &form.about {
        Some(id) => refused.at(
            "/about",
            format!(
                "{id} reports no incident of {side} from {from} to {to} in the scope of the paper; it may not be known yet, have been \
                 taken back, lie outside the period, or on the other side of the exercise"
            ),
        ),
        None => refused.at(
            "/from",
            format!(
                "no incident of {side} from {from} to {to} is known in the scope of the paper; widen the period, the places or the \
                 threats: a flash report tells of one incident"
            ),
        ),
    }
}

/// Changes a draft.
///
/// # Errors
/// When the asker may not, there is none, it was changed meanwhile, it is no draft, or with everything wrong with the changes.
pub async fn revise_product(service: &Analysis, asked: &Asked<ReviseProduct>) -> Result<Product, Error> {
    asked.allow(WRITERS)?;
    let ReviseProduct { id, changes, version } = &asked.query;
    let read = read(service, id).await?;
    let refs = edit::wanted(&read, changes);
    let found =
        sources::look_up(service, sources::For::product(&read, service.db.clock().now()), &refs).await?;
    let mut tx = store::turn(&service.db).await?;
    let before = found_in(&mut tx, id).await?;
    let seen = before.version;
    let actor = Actor { principal: &asked.principal, at: tx.now() };
    if before.state == ProductState::Draft {
        fresh(seen, *version)?;
    }
    let now = edit::revise(before, changes, &found, &actor)?;
    if now.version != seen {
        keep(tx, &now).await?;
    }
    Ok(now)
}

/// Moves a product on.
///
/// # Errors
/// When the asker may not, there is none, it was changed meanwhile, or with everything that the move lacks.
pub async fn move_product(service: &Analysis, asked: &Asked<MoveProduct>) -> Result<Product, Error> {
    let MoveProduct { id, action, note, length, version } = &asked.query;
    let publishing = matches!(action, ProductAction::Publish | ProductAction::Withdraw);
    asked.allow(if publishing { PUBLISHERS } else { WRITERS })?;
    let read = read(service, id).await?;
    let newer = sources::newer(service, &read, service.db.clock().now()).await?;
    let mut tx = store::turn(&service.db).await?;
    let before = found_in(&mut tx, id).await?;
    let seen = before.version;
    let actor = Actor { principal: &asked.principal, at: tx.now() };
    let known = moves::Known { newer: &newer, length: *length };
    let now = moves::act(before, (*action, note), known, &actor)?;
    if now.version == seen {
        return Ok(now);
    }
    fresh(seen, *version)?;
    if now.state == ProductState::Published
        && let Some(older) = &now.form.supersedes
    {
        let older = found_in(&mut tx, older).await?;
        if older.state == ProductState::Published {
            product::put(&mut tx, &moves::supersede(older, id, &actor)).await?;
        }
    }
    keep(tx, &now).await?;
    Ok(now)
}

/// One product, as it stood at a moment where one is given, as it is bound now: by its sources as they are marked today, not as they
/// were when they were taken in. Whoever has no need to know what is restricted gets it without that.
///
/// # Errors
/// When the asker is no staff, there is none, or was none then, or the store does not answer.
pub async fn get_product(service: &Analysis, asked: &Asked<GetProduct>) -> Result<Product, Error> {
    asked.allow(STAFF)?;
    let GetProduct { id, known_on } = &asked.query;
    let now = read(service, id).await?;
    let stood = written_past::get(&mut Reader::Db(&service.db), now, *known_on).await?;
    let one = stood.ok_or_else(|| absent(id))?;
    Ok(bound(service, one).await?.within(&asked.principal))
}

async fn bound(service: &Analysis, one: Product) -> Result<Product, Error> {
    let newer = sources::newer(service, &one, service.db.clock().now()).await?;
    Ok(bound_by(one, &newer))
}

fn bound_by(one: Product, newer: &[Newer]) -> Product {
    let marked = newer.iter().filter_map(|one| Some((one.source.clone(), one.handling.clone()?)));
    one.bound_by(&marked.collect())
}

/// One product as it is bound now together with what of its sources is newer, by one look at them.
///
/// # Errors
/// When the asker is no staff, there is none, or the store does not answer.
pub async fn read_product(service: &Analysis, asked: &Asked<ReadProduct>) -> Result<ProductRead, Error> {
    asked.allow(STAFF)?;
    let one = read(service, &asked.query.id).await?;
    let newer = sources::newer(service, &one, service.db.clock().now()).await?;
    let told = known(&one, newer.clone(), &asked.principal);
    Ok(ProductRead { product: bound_by(one, &newer).within(&asked.principal), newer: told })
}

/// What of it this principal may know.
fn known(of: &Product, mut newer: Vec<Newer>, principal: &Principal) -> Vec<Newer> {
    newer.retain(|told| {
        let then = || of.source(&told.source).map(|source| source.handling.clone());
        principal.may_know(told.handling.clone().or_else(then).as_ref())
    });
    newer
}

/// What of its sources is newer than the product.
///
/// # Errors
/// When the asker is no staff, there is none, or the store does not answer.
pub async fn check_product(service: &Analysis, asked: &Asked<CheckProduct>) -> Result<Vec<Newer>, Error> {
    asked.allow(STAFF)?;
    let one = read(service, &asked.query.id).await?;
    let newer = sources::newer(service, &one, service.db.clock().now()).await?;
    Ok(known(&one, newer, &asked.principal))
}

/// Products, newest first, as they stood at a moment where one is given; each by its plain title to whoever has no need to know it.
///
/// # Errors
/// When the asker is no staff, the cursor does not exist, or the store does not answer.
pub async fn list_products(
    service: &Analysis,
    asked: &Asked<ListProducts>,
) -> Result<Page<ProductLine>, Error> {
    asked.allow(STAFF)?;
    let after = asked.query.page.cursor.as_deref().map(cursor::read).transpose()?;
    let cursor = |last: &ProductLine| format!("{}|{}", last.created_at, last.id);
    if let Some(at) = asked.query.known_on {
        let mut lines = Vec::new();
        for one in product::stood(&service.db, &asked.query, at, after).await? {
            lines.push(told_within(service, one, &asked.principal).await?);
        }
        return Ok(Page::cut(lines, asked.query.page.size(), cursor));
    }
    let found = product::list(&service.db, &asked.query, after).await?;
    let mut page = Page::cut(found, asked.query.page.size(), cursor);
    if !asked.principal.knows_restricted() {
        for line in &mut page.items {
            *line = line_within(service, &line.id, &asked.principal).await?;
        }
    }
    Ok(page)
}

/// The line of a product as the product itself is told: under its title only where that may be known, as its sources are marked now.
/// What already has its plain title, or is restricted as it stands, needs no look at them.
async fn line_within(
    service: &Analysis,
    id: &ProductId,
    principal: &Principal,
) -> Result<ProductLine, Error> {
    told_within(service, read(service, id).await?, principal).await
}

async fn told_within(service: &Analysis, one: Product, principal: &Principal) -> Result<ProductLine, Error> {
    if principal.knows_restricted() {
        return Ok(ProductLine::from(&one));
    }
    let is_open = one.form.title != one.plain_title && principal.may_know(Some(&one.handling));
    let one = if is_open { bound(service, one).await? } else { one };
    Ok(ProductLine::from(&one.within(principal)))
}

fn absent(id: &ProductId) -> Error {
    Failure::not_found(format!("there is no product {id}")).into()
}

async fn read(service: &Analysis, id: &ProductId) -> Result<Product, Error> {
    product::get(&mut Reader::Db(&service.db), id).await?.ok_or_else(|| absent(id))
}

async fn found_in(tx: &mut Tx, id: &ProductId) -> Result<Product, Error> {
    product::get(&mut Reader::Tx(tx), id).await?.ok_or_else(|| absent(id))
}

async fn keep(mut tx: Tx, product: &Product) -> Result<(), Error> {
    product::put(&mut tx, product).await?;
    Ok(tx.commit().await?)
}
