//! Tokens and the codes that open the console.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use contracts::{Failure, Page, Role};
use domain::{Timestamp, TokenId};
use kit::{
    Tx,
    auth::{self, Presented, Token},
};
use serde::Deserialize;
use serde_json::json;

use super::{JSON, PAGE, Paged};
use crate::{
    Error, Gateway,
    domain::policy::{self, OPERATOR, OVERSEERS, STAFF},
    http::{Answer, Call, Handler, Route, once, table::handle},
    store::tokens::{self, TokenRecord},
};

/// What is done with tokens.
pub(crate) const ROUTES: &[Route] = &[
    Route::get("/v1/me", policy::EVERYONE, handle!(me))
        .named("getMe", "Who asks, and what they may do.")
        .answers(200, &[(JSON, "Me")]),
    Route::get("/v1/tokens", OVERSEERS, handle!(list))
        .named("listTokens", "Tokens without their secrets, newest first.")
        .with(PAGE)
        .answers(200, &[(JSON, "TokenPage")]),
    Route::post("/v1/tokens", OPERATOR, Handler::Own(handle!(create)))
        .named(
            "createToken",
            "Makes a token; this answer alone holds its secret, a repeated request is answered without it.",
        )
        .takes("TokenForm")
        .answers(201, &[(JSON, "NewToken")]),
    Route::post("/v1/tokens/{id}/revoke", OPERATOR, Handler::Own(handle!(revoke)))
        .named("revokeToken", "Ends a token and its sessions at once.")
        .takes("Empty")
        .answers(200, &[(JSON, "Token")]),
    Route::post("/v1/login-codes", STAFF, Handler::Own(handle!(login_code)))
        .named(
            "createLoginCode",
            "Makes a code that opens the console once, within five minutes, as the one who asks.",
        )
        .takes("Empty")
        .answers(201, &[(JSON, "LoginCode")]),
];

async fn me(_: &Gateway, call: &Call) -> Result<Answer, Error> {
    let p = &call.principal;
    let organisation = &p.organisation;
    Answer::ok(
        &json!({ "subject": p.subject, "name": p.name, "roles": p.roles, "organisation": organisation, "token": call.token }),
    )
}

async fn list(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let page = call.query::<Paged>()?.page();
    let wrong = |error: domain::Invalid| Failure::invalid("the page cannot be read").at("cursor", error);
    let before: Option<TokenId> = page.cursor.as_deref().map(str::parse).transpose().map_err(wrong)?;
    let records = tokens::before(&gateway.db, before.as_ref(), page.size() + 1).await?;
    Answer::page(call, Page::cut(records, page.size(), |record| record.id.to_string()))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    name: String,
    subject: Option<String>,
    roles: BTreeSet<Role>,
    organisation: Option<String>,
    expires_at: Option<Timestamp>,
}

impl Form {
    /// The token it asks for.
    fn record(
        self,
        gateway: &Gateway,
        (id, by, now): (TokenId, &str, Timestamp),
    ) -> Result<TokenRecord, Failure> {
        let roles: Vec<Role> = self.roles.iter().copied().collect();
        policy::check_roles(&roles, self.organisation.as_deref())?;
        let subject = self.subject.unwrap_or_else(|| self.name.clone());
        let wrong =
            |pointer: &str, detail: &str| Failure::invalid("the token cannot be made").at(pointer, detail);
        for (pointer, text) in [("/name", &self.name), ("/subject", &subject)] {
            let unfit = |c: char| c.is_control() || c == '/';
            if text.trim().is_empty() || text.chars().count() > 100 || text.contains(unfit) {
                return Err(wrong(pointer, "1 to 100 characters, none of them a control or /"));
            }
        }
        // keys and two-person rules go by subject: no two organisations share one
        let subject = match &self.organisation {
            Some(key) => format!("{key}/{subject}"),
            None => subject,
        };
        let most = now.plus(chrono::Duration::days(i64::from(gateway.settings.token_days)));
        let expires_at = self.expires_at.unwrap_or(most);
        if expires_at <= now || expires_at > most {
            return Err(wrong("/expires_at", &format!("must lie ahead and not after {most}")));
        }
        Ok(TokenRecord {
            id,
            name: self.name,
            subject,
            roles: self.roles,
            organisation: self.organisation,
            created_by: by.to_owned(),
            created_at: now,
            expires_at,
            revoked_at: None,
            last_used: None,
        })
    }
}

async fn create(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let form: Form = call.json()?;
    let mut tx = gateway.db.begin().await?;
    if let Some(once) = &call.once
        && let Some(before) = once.begin(&mut tx).await?
    {
        return Ok(before);
    }
    let now = tx.now();
    let record = form.record(gateway, (TokenId::generate(now), &call.principal.subject, now))?;
    let token = Token::generate(&mut rand::rng());
    tokens::add(&mut tx, &record, (token.id(), &token.digest())).await?;
    let mut made = serde_json::to_value(&record)?;
    made["token"] = serde_json::Value::Null;
    let without_secret = made.to_string();
    made["token"] = token.shown().into();
    let answer = Answer::json(StatusCode::CREATED, &made)?;
    once::settle_as(&mut tx, call, record.id.as_str(), (&answer, &without_secret)).await?;
    tx.commit().await?;
    Ok(answer)
}

async fn revoke(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let id: TokenId = call.param("id")?;
    let Some(record) = tokens::get(&gateway.db, &id).await? else {
        return Err(Failure::not_found(format!("there is no token {id}")).into());
    };
    let mut tx = gateway.db.begin().await?;
    if let Some(once) = &call.once
        && let Some(before) = once.begin(&mut tx).await?
    {
        return Ok(before);
    }
    let now = tx.now();
    let ended = tokens::revoke(&mut tx, &id).await?;
    let revoked_at = if ended { Some(now) } else { record.revoked_at };
    let answer = Answer::ok(&TokenRecord { revoked_at, ..record })?;
    once::settle(&mut tx, call, id.as_str(), &answer).await?;
    tx.commit().await?;
    Ok(answer)
}

async fn login_code(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let Some(token) = &call.token else { return Err(Failure::internal().into()) };
    let mut tx = gateway.db.begin().await?;
    if let Some(once) = &call.once
        && let Some(before) = once.begin(&mut tx).await?
    {
        return Ok(before);
    }
    let (code, expires_at) = gateway.login_code(&mut tx, token).await?;
    let answer = Answer::json(StatusCode::CREATED, &json!({ "code": code, "expires_at": expires_at }))?;
    let without_code = json!({ "code": null, "expires_at": expires_at }).to_string();
    once::settle_as(&mut tx, call, "console", (&answer, &without_code)).await?;
    tx.commit().await?;
    Ok(answer)
}

/// Makes the first token, with all roles of the centre, where there is none: that in `given`, or else a new one, which it
/// gives back to be shown.
///
/// # Errors
/// When the store cannot be written.
pub(crate) async fn first(tx: &mut Tx, days: u32, given: Option<&Presented>) -> Result<Option<Token>, Error> {
    if tokens::any(tx).await? {
        return Ok(None);
    }
    let now = tx.now();
    let record = TokenRecord {
        id: TokenId::generate(now),
        name: "admin".into(),
        subject: "admin".into(),
        roles: STAFF.iter().copied().collect(),
        organisation: None,
        created_by: "gateway".into(),
        created_at: now,
        expires_at: now.plus(chrono::Duration::days(i64::from(days))),
        revoked_at: None,
        last_used: None,
    };
    let token = Token::generate(&mut rand::rng());
    let (lookup, digest) = match given {
        Some(given) => (given.id(), auth::digest(given.secret())),
        None => (token.id(), token.digest()),
    };
    tokens::add(tx, &record, (lookup, &digest)).await?;
    let act = crate::domain::audit::Act {
        actor: "gateway".into(),
        action: "createFirstToken".into(),
        object: record.id.to_string(),
        detail: "{}".into(),
    };
    crate::store::audit::append(tx, act).await?;
    Ok(Some(token))
}
