//! Who asks: a token in the header, or the console's cookie. The console uses the same functions.

use axum::http::{HeaderMap, Method, header};
use contracts::{Failure, FailureKind, Principal};
use domain::{Timestamp, TokenId};
use kit::auth;
use rand::Rng;

use crate::{
    Error, Gateway,
    store::{
        sessions::{self, Session},
        tokens::{self, TokenRecord},
    },
};

/// Somebody who is signed in.
#[derive(Clone, Debug)]
pub struct Signed {
    /// Who.
    pub principal: Principal,
    /// The token they hold, or that their session belongs to.
    pub token: TokenId,
    /// Whether a cookie says so, which a browser sends by itself.
    pub by_cookie: bool,
}

/// The last use of a token is noted when it is older than this, in minutes.
const USED_EVERY_MIN: i64 = 5;
/// How long a login code counts, in minutes.
const CODE_MIN: i64 = 5;

fn nobody(detail: &str) -> Failure {
    Failure::new(FailureKind::Unauthenticated, detail)
}

impl Gateway {
    /// Who asks, by `Authorization: Bearer` or else by the console's cookie.
    ///
    /// # Errors
    /// `Unauthenticated` when there is neither or what is there does not count; not why, as that would help guessing.
    pub async fn identify(&self, headers: &HeaderMap) -> Result<Signed, Error> {
        let (record, by_cookie) = match headers.get(header::AUTHORIZATION) {
            Some(value) => {
                let text = value.to_str().unwrap_or("");
                let token = text.split_once(' ').filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
                (self.by_token(token.map_or("", |(_, token)| token.trim())).await?, false)
            }
            None => (self.by_session(headers).await?, true),
        };
        let now = self.clock.now();
        let Some(record) = record.filter(|record| record.counts(now)) else {
            return Err(nobody("give a token that counts: Authorization: Bearer mirab_…").into());
        };
        self.note_use(&record, now).await?;
        Ok(Signed { principal: record.principal(), token: record.id, by_cookie })
    }

    async fn by_token(&self, token: &str) -> Result<Option<TokenRecord>, Error> {
        let Ok(presented) = auth::parse(token) else { return Ok(None) };
        let found = tokens::find(&self.db, presented.id()).await?;
        Ok(found.filter(|(_, digest)| presented.matches(digest)).map(|(record, _)| record))
    }

    async fn by_session(&self, headers: &HeaderMap) -> Result<Option<TokenRecord>, Error> {
        let Some(secret) = self.cookie(headers) else { return Ok(None) };
        let digest = auth::digest(secret);
        let Some(session) = sessions::find(&self.db, &digest).await? else { return Ok(None) };
        let until = self.session_end();
        if until.since(session.expires_at) > chrono::Duration::minutes(USED_EVERY_MIN) {
            let mut tx = self.db.begin().await?;
            sessions::extend(&mut tx, &digest, until).await?;
            tx.commit().await?;
        }
        Ok(tokens::get(&self.db, &session.token_id).await?)
    }

    async fn note_use(&self, record: &TokenRecord, now: Timestamp) -> Result<(), Error> {
        let every = chrono::Duration::minutes(USED_EVERY_MIN);
        if record.last_used.is_some_and(|at| now.since(at) < every) {
            return Ok(());
        }
        let mut tx = self.db.begin().await?;
        tokens::used(&mut tx, &record.id).await?;
        Ok(tx.commit().await?)
    }

    /// The name of the console's cookie.
    pub fn cookie_name(&self) -> &'static str {
        if self.settings.secure_cookies { "__Host-mirab" } else { "mirab" }
    }
    fn cookie<'h>(&self, headers: &'h HeaderMap) -> Option<&'h str> {
        let pairs = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
        let mut pairs =
            pairs.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
        pairs.find(|(name, _)| *name == self.cookie_name()).map(|(_, value)| value)
    }
    fn session_end(&self) -> Timestamp {
        self.clock.now().plus(chrono::Duration::hours(i64::from(self.settings.session_h)))
    }

    /// Makes a code that opens one session of this token's principal, within minutes.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub(crate) async fn login_code(
        &self,
        tx: &mut kit::Tx,
        token: &TokenId,
    ) -> Result<(String, Timestamp), Error> {
        let (code, expires_at) = (secret(), tx.now().plus(chrono::Duration::minutes(CODE_MIN)));
        sessions::add_code(tx, &auth::digest(&code), &Session { token_id: token.clone(), expires_at })
            .await?;
        Ok((code, expires_at))
    }

    /// The token behind a login code, which is used up by this. Only a code that counts takes a second connection.
    async fn by_code(&self, tx: &mut kit::Tx, code: &str) -> Result<Option<tokens::TokenRecord>, Error> {
        match sessions::use_code(tx, &auth::digest(code)).await? {
            Some(token) => Ok(tokens::get(&self.db, &token).await?),
            None => Ok(None),
        }
    }

    /// Opens a session of the console by a login code or by a token; gives the `Set-Cookie` to answer.
    ///
    /// # Errors
    /// `Unauthenticated` when neither counts.
    pub async fn open_session(&self, code_or_token: &str) -> Result<String, Error> {
        // read before the transaction, which must not wait for a second connection while it holds one
        let by_token = self.by_token(code_or_token).await?;
        let mut tx = self.db.begin().await?;
        let record = match by_token {
            Some(record) => Some(record),
            None => self.by_code(&mut tx, code_or_token).await?,
        };
        let Some(record) = record.filter(|record| record.counts(tx.now())) else {
            return Err(nobody("neither a login code nor a token that counts").into());
        };
        let (secret, expires_at) = (secret(), self.session_end());
        sessions::open(&mut tx, &auth::digest(&secret), &Session { token_id: record.id, expires_at }).await?;
        let act = crate::domain::audit::Act {
            actor: record.subject,
            action: "openSession".into(),
            object: "console".into(),
            detail: "{}".into(),
        };
        crate::store::audit::append(&mut tx, act).await?;
        tx.commit().await?;
        Ok(self.set_cookie(&secret, i64::from(self.settings.session_h) * 3600))
    }

    /// Ends the session of this cookie; gives the `Set-Cookie` that forgets it.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn close_session(&self, headers: &HeaderMap) -> Result<String, Error> {
        if let Some(secret) = self.cookie(headers) {
            let mut tx = self.db.begin().await?;
            sessions::close(&mut tx, &auth::digest(secret)).await?;
            tx.commit().await?;
        }
        Ok(self.set_cookie("", 0))
    }

    fn set_cookie(&self, secret: &str, seconds: i64) -> String {
        let secure = if self.settings.secure_cookies { "; Secure" } else { "" };
        format!(
            "{}={secret}; Path=/; HttpOnly; SameSite=Strict; Max-Age={seconds}{secure}",
            self.cookie_name()
        )
    }
}

/// Refuses a change that a browser sends by itself from another site.
///
/// # Errors
/// `Forbidden` when a cookie speaks and the request does not come from our own pages.
pub fn check_origin(method: &Method, headers: &HeaderMap, by_cookie: bool) -> Result<(), Failure> {
    if !by_cookie || method == Method::GET || method == Method::HEAD {
        return Ok(());
    }
    let get = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let ours = match (get("sec-fetch-site"), get("origin"), get("host")) {
        (Some(site), _, _) => site == "same-origin",
        (None, Some(origin), Some(host)) => origin.split_once("://").is_some_and(|(_, from)| from == host),
        _ => false,
    };
    if ours {
        Ok(())
    } else {
        Err(Failure::forbidden("a session's cookie counts only on requests from the console's own pages"))
    }
}

/// 256 random bits as 64 hexadecimal digits.
fn secret() -> String {
    let mut bytes = [0_u8; 32];
    rand::rng().fill(&mut bytes);
    hex::encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_counts_for_changes_from_our_own_pages_only() {
        let headers = |pairs: &[(&'static str, &'static str)]| {
            pairs.iter().map(|(n, v)| ((*n).parse().unwrap(), v.parse().unwrap())).collect::<HeaderMap>()
        };
        let table: [(&[(&str, &str)], bool); 6] = [
            (&[("sec-fetch-site", "same-origin")], true),
            (&[("sec-fetch-site", "same-site")], false),
            (&[("sec-fetch-site", "cross-site"), ("origin", "https://a"), ("host", "a")], false),
            (&[("origin", "https://a:8080"), ("host", "a:8080")], true),
            (&[("origin", "https://b"), ("host", "a")], false),
            (&[], false),
        ];
        for (pairs, ours) in table {
            let pairs: Vec<_> = pairs.iter().map(|(n, v)| (*n, *v)).collect();
            assert_eq!(check_origin(&Method::POST, &headers(&pairs), true).is_ok(), ours, "{pairs:?}");
            assert!(check_origin(&Method::POST, &headers(&pairs), false).is_ok());
            assert!(check_origin(&Method::GET, &headers(&pairs), true).is_ok());
        }
    }
}
