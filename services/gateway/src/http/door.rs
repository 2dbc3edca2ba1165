//! The one way through the door: find the route, ask who it is, check the policy, handle, write down, answer.

use std::sync::Arc;

use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header, request::Parts},
    middleware,
    response::{IntoResponse, Response},
};
use contracts::{Failure, FailureKind};
use futures::FutureExt;
use kit::{http::Problem, telemetry};
use tower_http::{catch_panic::CatchPanicLayer, compression::CompressionLayer};
use tracing::Instrument;

use super::{
    Answer, Call, asked, call,
    identity::{self, Signed},
    once::{self, Once},
    rest,
    table::{Access, Found, Handler, Matched, Route, find},
};
use crate::{Error, Gateway, domain::policy, routes, store};

/// The API under `/v1` and its description, with a refusal for everything else.
pub fn router(gateway: &Arc<Gateway>) -> Router {
    let door = axum::routing::any(enter);
    Router::new()
        .route("/v1/{*rest}", door.clone())
        .route("/openapi.json", door)
        .fallback(async || Problem(nothing()))
        .with_state(Arc::clone(gateway))
        .layer(CompressionLayer::new())
        .layer(CatchPanicLayer::custom(|_: Box<dyn std::any::Any + Send>| {
            tracing::error!("a request made the gateway panic");
            Problem(Failure::internal()).into_response()
        }))
        .layer(middleware::map_response(guard))
}

fn nothing() -> Failure {
    Failure::not_found("there is nothing at this address; /openapi.json lists what there is")
}

/// What a browser must be told of every answer, unless the answer says otherwise itself.
async fn guard(mut response: Response) -> Response {
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::STRICT_TRANSPORT_SECURITY, "max-age=31536000"),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        ),
        (header::HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (header::HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    ] {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}

/// What the canonical log line says besides.
#[derive(Clone, Debug, Default)]
struct Line {
    route: &'static str,
    token: Option<String>,
}

async fn enter(State(gateway): State<Arc<Gateway>>, request: Request) -> Response {
    let started = gateway.clock.now();
    let (parts, body) = request.into_parts();
    let body = rest::to_its_end(body, &parts.headers, &gateway.working);
    let method = parts.method.clone();
    let found = find(routes::all(), &method, parts.uri.path());
    let route = if let Found::Route(route, _) = &found { route.path } else { "none" };
    let span = tracing::info_span!("gateway.request", otel.name = format!("gateway {method} {route}"), %method, route,
        status = tracing::field::Empty);
    telemetry::continue_from(&span, parts.headers.get("traceparent").and_then(|value| value.to_str().ok()));
    let mut line = Line { route, token: None };
    let answer = pass(&gateway, (parts, body), found, &mut line).instrument(span.clone()).await;
    let response = span.in_scope(|| match answer {
        Ok(answer) => answer.into_response(),
        Err(error) => refuse(error),
    });
    let (status, token) = (response.status().as_u16(), line.token.unwrap_or_default());
    span.record("status", status);
    let took = gateway.clock.now().since(started).num_microseconds().unwrap_or(0) as f64 / 1e6;
    let labels =
        [("route", line.route.to_owned()), ("method", method.to_string()), ("status", status.to_string())];
    metrics::histogram!("gateway_request_seconds", &labels).record(took);
    span.in_scope(|| tracing::info!(%method, route = line.route, status, ms = took * 1e3, token, "request"));
    response
}

fn refuse(error: Error) -> Response {
    let log = telemetry::chain(&error);
    let failure = Failure::from(error);
    if failure.kind == FailureKind::Internal {
        tracing::error!(error = log, "a request could not be answered");
    } else if failure.kind == FailureKind::Unavailable {
        tracing::warn!(error = log, "a request could not be answered just now");
    }
    Problem(failure).into_response()
}

type Incoming = (Parts, Body);

async fn pass(
    gateway: &Arc<Gateway>,
    (parts, body): Incoming,
    found: Found,
    line: &mut Line,
) -> Result<Answer, Error> {
    let (route, params) = match found {
        Found::Route(route, params) => (route, params),
        Found::OtherMethods(methods) => {
            let detail =
                format!("{} is not done at this address; it takes {}", parts.method, methods.join(", "));
            return Err(Failure::not_found(detail).into());
        }
        Found::Nothing => return Err(nothing().into()),
    };
    let signed = admit(gateway, &parts, route, line).await?;
    if route.matched == Matched::Must && !parts.headers.contains_key(header::IF_MATCH) {
        return Err(undecided().into());
    }
    let key = once::key(&parts.headers)?;
    let query = parts.uri.query().unwrap_or("").to_owned();
    if route.method == "GET" {
        asked::check(route.params, &query)?;
    }
    let path = parts.uri.path().to_owned();
    let call = call(route, signed, (params, key, query), parts.headers);
    match route.handler {
        Handler::Stream(handle) => handle(gateway, &call).await,
        Handler::Upload(handle) => {
            let _permit = permit(gateway)?;
            handle(gateway, &call, body).await
        }
        _ => {
            let permit = permit(gateway)?;
            let body = axum::body::to_bytes(body, gateway.settings.max_body_bytes)
                .await
                .map_err(|_| too_large(gateway, route))?;
            let once = call.key.as_deref().map(|key| {
                let parts = [route.method.as_bytes(), path.as_bytes(), call.query.as_bytes(), &body];
                gateway.once(&call.principal.subject, key, &parts)
            });
            let key = once.as_ref().map(Once::seed);
            let call = Call { body, key, once: once.filter(|_| route.method == "POST"), ..call };
            let handled = handle_whole(Arc::clone(gateway), route, call);
            let handled = handled.map(move |answer| {
                drop(permit);
                answer
            });
            in_time(gateway, handled).await
        }
    }
}

/// Who comes, where that matters: known by a token or a session, and let in by its roles.
async fn admit(
    gateway: &Gateway,
    parts: &Parts,
    route: &Route,
    line: &mut Line,
) -> Result<Option<Signed>, Error> {
    let Access::Roles(roles) = route.access else { return Ok(None) };
    let signed = gateway.identify(&parts.headers).await?;
    line.token = (!route.veiled).then(|| signed.token.to_string());
    policy::require(&signed.principal, roles)?;
    identity::check_origin(&parts.method, &parts.headers, signed.by_cookie)?;
    Ok(Some(signed))
}

fn call(
    route: &'static Route,
    signed: Option<Signed>,
    (params, key, query): call::Address,
    headers: axum::http::HeaderMap,
) -> Call {
    let (principal, token) = match signed {
        Some(signed) => (signed.principal, Some(signed.token)),
        None => (call::nobody(), None),
    };
    let body = bytes::Bytes::new();
    Call { principal, token, operation: route.name, key, once: None, params, query, headers, body }
}

/// A change that does not say on which version it was decided.
fn undecided() -> Failure {
    Failure::new(
        FailureKind::Unconditional,
        "send If-Match with the ETag of what you read, so that nobody's change is lost; * changes whichever version stands there",
    )
}

fn too_large(gateway: &Gateway, route: &Route) -> Failure {
    let most = gateway.settings.max_body_bytes;
    let how = match route.takes {
        Some("File") => "send the file on in parts of that size or smaller",
        Some("HookBody") => "send it as several messages, each with fewer reports or rows",
        _ => {
            "send less at once; a file of records goes to /v1/imports or `mirab import`, which take far more"
        }
    };
    let why = format!("the body is larger than {most} bytes, which is the most here, or broke off; {how}");
    Failure::new(FailureKind::TooLarge, why)
}

fn permit(gateway: &Gateway) -> Result<tokio::sync::OwnedSemaphorePermit, Failure> {
    Arc::clone(&gateway.requests)
        .try_acquire_owned()
        .map_err(|_| Failure::unavailable("too many requests are being worked on; try again shortly"))
}

/// Runs on its own, so that a client that goes away leaves nothing half done; waits for it no longer than allowed.
async fn in_time(
    gateway: &Gateway,
    work: impl Future<Output = Result<Answer, Error>> + Send + 'static,
) -> Result<Answer, Error> {
    let (done, answer) = tokio::sync::oneshot::channel();
    let work = std::panic::AssertUnwindSafe(work).catch_unwind();
    let run = async move {
        let answer = work.await.unwrap_or_else(|_| {
            tracing::error!("a request made the gateway panic");
            Err(Failure::internal().into())
        });
        drop(done.send(answer));
    };
    gateway.working.spawn(run.in_current_span());
    let limit = std::time::Duration::from_secs(gateway.settings.request_timeout_s);
    let late = || Failure::unavailable("the answer took too long; ask again with the same Idempotency-Key");
    let answer = tokio::time::timeout(limit, answer).await.map_err(|_| late())?;
    answer.map_err(|_| Failure::internal())?
}

async fn handle_whole(gateway: Arc<Gateway>, route: &'static Route, call: Call) -> Result<Answer, Error> {
    let gateway = &*gateway;
    match route.handler {
        Handler::Read(handle) => {
            let answer = handle(gateway, &call).await?;
            if route.sensitive {
                write_down(gateway, &call, answer.status).await?;
            }
            Ok(answer)
        }
        Handler::Forward(handle) => forward(gateway, &call, (handle, true)).await,
        Handler::ForwardSecret(handle) => forward(gateway, &call, (handle, false)).await,
        Handler::Own(handle) => handle(gateway, &call).await,
        Handler::Upload(_) | Handler::Stream(_) => Err(Failure::internal().into()),
    }
}

async fn forward(
    gateway: &Gateway,
    call: &Call,
    (handle, keep): (super::table::Handle, bool),
) -> Result<Answer, Error> {
    let mut tx = gateway.db.begin().await?;
    if let Some(once) = &call.once
        && let Some(before) = once.begin(&mut tx).await?
    {
        drop(tx);
        // an answer that was not kept is asked for again: the service answers the same under the same key
        return if before.as_text().is_empty() { handle(gateway, call).await } else { Ok(before) };
    }
    tx.commit().await?;
    let answer = handle(gateway, call).await;
    let mut tx = gateway.db.begin().await?;
    match &answer {
        Ok(good) => {
            let kept = if keep { good.as_text() } else { "" };
            once::settle_as(&mut tx, call, &object(call), (good, kept)).await?;
        }
        Err(error) => {
            if let Some(Once { request, .. }) = &call.once {
                store::idempotency::release(&mut tx, request).await?;
            }
            // what was asked may have been done though its answer is lost
            if let Error::Failure(failure) = error
                && failure.is_transient()
            {
                let status = kit::http::status_of(failure.kind);
                store::audit::append(&mut tx, once::act(call, &object(call), status)).await?;
            }
        }
    }
    tx.commit().await?;
    answer
}

/// What the call was about, as its path names it.
fn object(call: &Call) -> String {
    call.params.iter().map(|(_, value)| value.as_str()).collect::<Vec<_>>().join("/")
}

async fn write_down(gateway: &Gateway, call: &Call, status: StatusCode) -> Result<(), Error> {
    let mut tx = gateway.db.begin().await?;
    store::audit::append(&mut tx, once::act(call, &object(call), status)).await?;
    Ok(tx.commit().await?)
}
