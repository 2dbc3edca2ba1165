//! A route as a value: path, who may, what is done, how it is described. There is no other way to make one.

use axum::{body::Body, http::Method};
use contracts::Role;
use futures::future::BoxFuture;

use super::{Answer, Call};
use crate::{Error, Gateway, domain::policy};

/// A handler's work.
pub type Work<'a> = BoxFuture<'a, Result<Answer, Error>>;
/// A handler of a whole request.
pub type Handle = for<'a> fn(&'a Gateway, &'a Call) -> Work<'a>;
/// A handler of a request whose body is read as it comes.
pub type HandleStream = for<'a> fn(&'a Gateway, &'a Call, Body) -> Work<'a>;

/// Who may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Everyone, signed in or not.
    Public,
    /// Whoever proves it by a signature over the request, which the handler checks.
    Signed,
    /// Those with one of these roles.
    Roles(&'static [Role]),
}

/// How a request is handled.
#[derive(Clone, Copy, Debug)]
pub enum Handler {
    /// Changes nothing.
    Read(Handle),
    /// Changes something behind the door: the door keeps the answer under the request's key and writes the audit.
    Forward(Handle),
    /// As [`Handler::Forward`], but the answer holds a secret: nothing of it is kept, a repeated request is asked again.
    ForwardSecret(Handle),
    /// Changes something of the gateway's own: keeps answer and audit in its own transaction.
    Own(Handle),
    /// As [`Handler::Own`], with a body that is read as it comes.
    Upload(HandleStream),
    /// Answers without end.
    Stream(Handle),
}

/// A parameter of the query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Param {
    /// Its name.
    pub name: &'static str,
    /// Name of its schema among the components.
    pub schema: &'static str,
    /// Whether it must be given.
    pub required: bool,
    /// What it does.
    pub about: &'static str,
}

/// A parameter that may be left out.
pub const fn param(name: &'static str, schema: &'static str, about: &'static str) -> Param {
    Param { name, schema, required: false, about }
}

/// One operation of the API.
#[derive(Clone, Copy, Debug)]
pub struct Route {
    /// The method.
    pub method: &'static str,
    /// The path, with named pieces in braces.
    pub path: &'static str,
    /// Who may.
    pub access: Access,
    /// What is done.
    pub handler: Handler,
    /// Its name in the API and in the audit.
    pub name: &'static str,
    /// What it does, in one line.
    pub about: &'static str,
    /// Parameters of the query.
    pub params: &'static [Param],
    /// Name of the schema of the body.
    pub takes: Option<&'static str>,
    /// The status of a good answer.
    pub status: u16,
    /// Media types and schemas of a good answer.
    pub answers: &'static [(&'static str, &'static str)],
    /// Whether it answers an `ETag`.
    pub tagged: bool,
    /// Whether it takes `If-Match`.
    pub matched: Matched,
    /// Whether reading it is written to the audit.
    pub sensitive: bool,
    /// Whether it leads to what the caller reported: the log tells of no token there.
    pub veiled: bool,
}

/// Whether a change says in `If-Match` on which version it was decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Matched {
    /// It changes nothing that is there.
    Never,
    /// Where something is there.
    May,
    /// Always.
    Must,
}

impl Route {
    const fn new(method: &'static str, path: &'static str, roles: &'static [Role], handler: Handler) -> Self {
        Self {
            method,
            path,
            access: Access::Roles(roles),
            handler,
            name: "",
            about: "",
            params: &[],
            takes: None,
            status: 200,
            answers: &[],
            tagged: false,
            matched: Matched::Never,
            sensitive: false,
            veiled: false,
        }
    }
    /// Reads.
    pub const fn get(path: &'static str, roles: &'static [Role], handle: Handle) -> Self {
        Self::new("GET", path, roles, Handler::Read(handle))
    }
    /// Answers events without end.
    pub const fn stream(path: &'static str, roles: &'static [Role], handle: Handle) -> Self {
        Self::new("GET", path, roles, Handler::Stream(handle))
    }
    /// Writes, in this way.
    pub const fn post(path: &'static str, roles: &'static [Role], handler: Handler) -> Self {
        Self::new("POST", path, roles, handler)
    }
    /// Is for everyone, signed in or not.
    pub const fn public(self) -> Self {
        Self { access: Access::Public, ..self }
    }
    /// Is for whoever signs the request.
    pub const fn signed(self) -> Self {
        Self { access: Access::Signed, ..self }
    }
    /// Is called this and does that.
    pub const fn named(self, name: &'static str, about: &'static str) -> Self {
        Self { name, about, ..self }
    }
    /// Takes these parameters.
    pub const fn with(self, params: &'static [Param]) -> Self {
        Self { params, ..self }
    }
    /// Takes a body of this schema.
    pub const fn takes(self, schema: &'static str) -> Self {
        Self { takes: Some(schema), ..self }
    }
    /// Answers this, by media type and schema.
    pub const fn answers(self, status: u16, answers: &'static [(&'static str, &'static str)]) -> Self {
        Self { status, answers, ..self }
    }
    /// Answers an `ETag`.
    pub const fn tagged(self) -> Self {
        Self { tagged: true, ..self }
    }
    /// Demands `If-Match` and answers an `ETag`: it changes what is there.
    pub const fn matched(self) -> Self {
        Self { matched: Matched::Must, tagged: true, ..self }
    }
    /// Takes `If-Match` where something is there to be changed, and answers an `ETag`.
    pub const fn may_match(self) -> Self {
        Self { matched: Matched::May, tagged: true, ..self }
    }
    /// Is written to the audit though it only reads.
    pub const fn sensitive(self) -> Self {
        Self { sensitive: true, ..self }
    }
    /// Leads to what the caller reported.
    pub const fn veiled(self) -> Self {
        Self { veiled: true, ..self }
    }

    /// The named pieces of this path, when it is one of this route's.
    pub fn read(&self, path: &str) -> Option<Vec<(&'static str, String)>> {
        let (mut ours, mut theirs) = (self.path.split('/'), path.split('/'));
        let mut params = Vec::new();
        loop {
            let (our, their) = match (ours.next(), theirs.next()) {
                (None, None) => return Some(params),
                (Some(our), Some(their)) => (our, their),
                _ => return None,
            };
            let Some((name, suffix)) = our.strip_prefix('{').and_then(|piece| piece.split_once('}')) else {
                if our == their {
                    continue;
                }
                return None;
            };
            let value = their.strip_suffix(suffix).filter(|value| !value.is_empty())?;
            params.push((name, value.to_owned()));
        }
    }
    /// Whether a path fits the more closely, the greater: fixed pieces and suffixes count.
    fn closeness(&self) -> usize {
        self.path
            .split('/')
            .map(|piece| piece.split_once('}').map_or(2, |(_, suffix)| usize::from(!suffix.is_empty())))
            .sum()
    }
    /// Whether it may be asked by those with only this role; `None`: without being signed in.
    pub fn admits(&self, role: Option<Role>) -> bool {
        match (self.access, role) {
            (Access::Public, _) => true,
            (Access::Roles(roles), Some(role)) => roles.contains(&role),
            (Access::Signed, _) | (Access::Roles(_), None) => false,
        }
    }
}

/// What a method and a path lead to.
#[derive(Debug)]
pub enum Found {
    /// This route, with the named pieces of the path.
    Route(&'static Route, Vec<(&'static str, String)>),
    /// Nothing under this method, but something under these.
    OtherMethods(Vec<&'static str>),
    /// Nothing.
    Nothing,
}

/// Finds the route that fits most closely.
pub fn find(routes: impl Iterator<Item = &'static Route>, method: &Method, path: &str) -> Found {
    let fitting: Vec<_> = routes.filter_map(|route| Some((route, route.read(path)?))).collect();
    let methods: Vec<&'static str> = fitting.iter().map(|(route, _)| route.method).collect();
    let same = fitting.into_iter().filter(|(route, _)| route.method == method.as_str());
    match same.max_by_key(|(route, _)| route.closeness()) {
        Some((route, params)) => Found::Route(route, params),
        None if methods.is_empty() => Found::Nothing,
        None => Found::OtherMethods(methods),
    }
}

/// Roles for a route that everyone who is signed in may ask.
pub const SIGNED_IN: &[Role] = policy::EVERYONE;

/// Makes a handler of an async function.
macro_rules! handle {
    ($function:path) => {
        |gateway, call| Box::pin($function(gateway, call))
    };
}
pub(crate) use handle;

#[cfg(test)]
mod tests {
    use super::*;

    const fn route(path: &'static str) -> Route {
        Route::get(path, SIGNED_IN, |_, _| Box::pin(async { Answer::ok(&()) }))
    }
    static ROUTES: [Route; 3] = [route("/v1/x/{id}"), route("/v1/x/{id}.cap"), route("/v1/x/{id}/y")];

    #[test]
    fn the_closest_route_is_found() {
        let table = [
            ("/v1/x/a", Some(("/v1/x/{id}", "a"))),
            ("/v1/x/a.cap", Some(("/v1/x/{id}.cap", "a"))),
            ("/v1/x/a/y", Some(("/v1/x/{id}/y", "a"))),
            ("/v1/x/", None),
            ("/v1/x//y", None),
            ("/v1/x", None),
            ("/v1/x/a/", None),
        ];
        for (path, expected) in table {
            let found = match find(ROUTES.iter(), &Method::GET, path) {
                Found::Route(route, params) => Some((route.path, params[0].1.clone())),
                _ => None,
            };
            assert_eq!(found, expected.map(|(path, id)| (path, id.to_owned())), "{path}");
        }
        assert!(
            matches!(find(ROUTES.iter(), &Method::POST, "/v1/x/a"), Found::OtherMethods(m) if m == ["GET"])
        );
    }
}
