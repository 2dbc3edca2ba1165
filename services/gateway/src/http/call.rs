//! One request as a handler sees it: who asks, what the address says, what the body holds.

use std::{borrow::Cow, collections::BTreeSet, str::FromStr};

use axum::http::{HeaderMap, Uri, header};
use bytes::Bytes;
use contracts::{Failure, FailureKind, Principal};
use domain::TokenId;
use kit::Ask;
use serde::de::DeserializeOwned;

use super::{
    once::Once,
    unread::{self, read},
};
use crate::console::words::Lang;

/// What the address says: named pieces of the path, the key, the query.
pub type Address = (Vec<(&'static str, String)>, Option<String>, String);

/// Who asks where everyone may.
pub fn nobody() -> Principal {
    Principal { subject: String::new(), name: String::new(), roles: BTreeSet::new(), organisation: None }
}

/// One request, past the door.
#[derive(Clone, Debug)]
pub struct Call {
    /// Who asks.
    pub principal: Principal,
    /// The token by which they ask; `None` where everyone may.
    pub token: Option<TokenId>,
    /// The operation, as the API names it.
    pub operation: &'static str,
    /// The key that makes asking twice the same as asking once, with what is asked under it ([`Once::seed`]): ids of what is made are
    /// derived from it. Of an upload, the key alone as it came.
    pub key: Option<String>,
    /// The request under its key, where it has one.
    pub once: Option<Once>,
    /// Named pieces of the path.
    pub params: Vec<(&'static str, String)>,
    /// The query, as it came.
    pub query: String,
    /// Headers.
    pub headers: HeaderMap,
    /// The body; empty for reads and uploads.
    pub body: Bytes,
}

impl Call {
    /// The call that a page makes for whoever looks at it.
    pub fn of_page(principal: &Principal, operation: &'static str) -> Self {
        Self {
            principal: principal.clone(),
            token: None,
            operation,
            key: None,
            once: None,
            params: Vec::new(),
            query: String::new(),
            headers: HeaderMap::new(),
            body: Bytes::new(),
        }
    }
    /// The same as one of whoever is known by this pseudonym, for the audit: with neither name nor roles nor token in it.
    pub fn under(&self, pseudonym: &str) -> Self {
        let (subject, name) = (pseudonym.to_owned(), pseudonym.to_owned());
        Self { principal: Principal { subject, name, ..nobody() }, token: None, ..self.clone() }
    }
    /// On whose behalf services are asked, under which key.
    pub fn asker(&self) -> Ask<'_> {
        Ask { principal: &self.principal, key: self.key.as_deref() }
    }
    /// A piece of the path.
    ///
    /// # Errors
    /// `NotFound` when it is not what stands there: no such thing can exist.
    pub fn param<T: FromStr>(&self, name: &str) -> Result<T, Failure>
    where
        T::Err: std::fmt::Display,
    {
        self.param_text(name).parse().map_err(|error: T::Err| Failure::not_found(error))
    }
    /// A piece of the path as text; empty when the route has none of this name.
    pub fn param_text(&self, name: &str) -> &str {
        self.params.iter().find(|(n, _)| *n == name).map_or("", |(_, value)| value)
    }
    /// The query; a parameter without a value counts as left out.
    ///
    /// # Errors
    /// `Malformed`, naming the parameter that is unknown or wrong.
    pub fn query<T: DeserializeOwned>(&self) -> Result<T, Failure> {
        let given: Result<Vec<Cow<'_, str>>, Failure> = self
            .query
            .split('&')
            .filter(|pair| !pair.is_empty() && !pair.ends_with('='))
            .map(|pair| match pair.strip_prefix("cursor=") {
                Some(cursor) => self.unbound(cursor).map(|cursor| format!("cursor={cursor}").into()),
                None => Ok(pair.into()),
            })
            .collect();
        let malformed = |error: &dyn std::fmt::Display| {
            Failure::new(FailureKind::Malformed, format!("the query cannot be read: {error}"))
        };
        let uri: Uri = format!("/?{}", given?.join("&")).parse().map_err(|error| malformed(&error))?;
        let read = axum::extract::Query::<T>::try_from_uri(&uri);
        read.map(|axum::extract::Query(value)| value).map_err(|error| self.misread(&error.body_text()))
    }
    /// What is wrong with the query: which parameter, why, and so how to mend it.
    fn misread(&self, told: &str) -> Failure {
        let told = &unread::placed(told.trim_start_matches("Failed to deserialize query string: "));
        let is_asked = |name: &str| self.query.split('&').any(|pair| pair.split('=').next() == Some(name));
        let (asked, why) = told.split_once(": ").filter(|(name, _)| is_asked(name)).unzip();
        let (named, why) = unread::plain(why.unwrap_or(told));
        let Some(name) = asked.or(named) else {
            return Failure::new(FailureKind::Malformed, format!("the query cannot be read: {why}"));
        };
        Failure::new(FailureKind::Malformed, format!("the query cannot be read: {name} {why}")).at(name, why)
    }
    /// The body as JSON; an empty one counts as `{}`.
    ///
    /// # Errors
    /// `Malformed` when it is no JSON, `Invalid` when it says something else than is expected; both say where.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Failure> {
        let body: &[u8] = if self.body.is_empty() { b"{}" } else { &self.body };
        // PostgreSQL keeps no such character in its JSON; refused here, it does not fail somewhere behind the door
        if body.windows(6).any(|six| six == br"\u0000") {
            return Err(Failure::invalid(
                "the body holds the character U+0000, which no text may hold; leave it out",
            ));
        }
        let mut reader = serde_json::Deserializer::from_slice(body);
        let value = read(&mut reader)?;
        reader.end().map(|()| value).map_err(|error| unread::broken(&error))
    }
    /// The revision in `If-Match`; `None` for whichever it is.
    ///
    /// # Errors
    /// `Malformed` when it is not an `ETag` of this API.
    pub fn if_match(&self) -> Result<Option<u32>, Failure> {
        let Some(value) = self.headers.get(header::IF_MATCH) else { return Ok(None) };
        let text = value.to_str().unwrap_or("").trim();
        if text == "*" {
            return Ok(None);
        }
        let number = text.strip_prefix('"').and_then(|t| t.strip_suffix('"')).and_then(|t| t.parse().ok());
        let wrong = || {
            Failure::new(
                FailureKind::Malformed,
                format!("If-Match is {text:?}; give an ETag as it was answered, as \"3\""),
            )
        };
        number.map(Some).ok_or_else(wrong)
    }
    /// Whether `If-Match` is `*`: something must be there, whichever version it has.
    pub fn is_whichever(&self) -> bool {
        self.headers.get(header::IF_MATCH).is_some_and(|value| value.as_bytes().trim_ascii() == b"*")
    }
    /// The language in which it is answered in words; English where it does not say.
    pub(crate) fn lang(&self) -> Lang {
        let accepted = self.headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        accepted.map_or(Lang::En, Lang::accepted)
    }
    /// The media types it accepts, as it came; empty when it does not say.
    pub fn accept(&self) -> &str {
        self.headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or("")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn call(query: &str, body: &'static [u8], if_match: Option<&str>) -> Call {
        let mut headers = HeaderMap::new();
        if let Some(value) = if_match {
            headers.insert(header::IF_MATCH, value.parse().unwrap());
        }
        let principal =
            Principal { subject: "p".into(), name: "p".into(), roles: BTreeSet::new(), organisation: None };
        let body = Bytes::from_static(body);
        let (params, query) = (vec![], query.to_owned());
        Call { principal, token: None, operation: "x", key: None, once: None, params, query, headers, body }
    }

    #[test]
    fn if_match_takes_what_etag_gave() {
        assert_eq!(call("", b"", Some("\"3\"")).if_match().unwrap(), Some(3));
        assert_eq!(call("", b"", Some("*")).if_match().unwrap(), None);
        assert!(call("", b"", Some("*")).is_whichever() && !call("", b"", None).is_whichever());
        assert_eq!(call("", b"", None).if_match().unwrap(), None);
        for wrong in ["3", "\"x\"", "W/\"3\"", "\"\""] {
            assert_eq!(
                call("", b"", Some(wrong)).if_match().unwrap_err().kind,
                FailureKind::Malformed,
                "{wrong}"
            );
        }
    }

    #[test]
    fn an_unknown_parameter_is_refused_by_name_and_an_empty_one_is_left_out() {
        #[derive(Debug, serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Query {
            limit: Option<u32>,
        }
        assert_eq!(call("limit=5&limit2=", b"", None).query::<Query>().unwrap().limit, Some(5));
        assert_eq!(call("limit=", b"", None).query::<Query>().unwrap().limit, None);
        let error = call("limti=5", b"", None).query::<Query>().unwrap_err();
        assert!(error.detail.contains("limti"), "{error}");
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        #[derive(Debug, serde::Deserialize)]
        struct Judged {
            #[expect(dead_code, reason = "it is only read")]
            judgements: Vec<domain::likelihood::Likelihood>,
        }
        #[derive(Debug, serde::Deserialize)]
        struct Query {
            #[expect(dead_code, reason = "it is only read")]
            limit: Option<u32>,
        }
        let body = br#"{"judgements": [{"low": 0.55, "high": 0.8, "word": "quite likely"}]}"#;
        let wrong = call("", body, None).json::<Judged>().unwrap_err();
        assert!(wrong.errors[0].pointer.starts_with("/judgements/0"), "{wrong:?}");
        let wrong = call("limit=many", b"", None).query::<Query>().unwrap_err();
        assert_eq!(wrong.errors[0].pointer, "limit", "{wrong:?}");
    }

    #[test]
    fn a_body_that_is_no_json_and_one_that_says_something_else_are_told_apart() {
        assert_eq!(call("", b"[", None).json::<BTreeSet<u8>>().unwrap_err().kind, FailureKind::Malformed);
        assert_eq!(call("", b"[\"x\"]", None).json::<BTreeSet<u8>>().unwrap_err().kind, FailureKind::Invalid);
    }
}
