//! Who may do what: every route of the table, for nobody and for each role.

use std::collections::BTreeMap;

use contracts::Role;
use gateway::{
    http::{Access, Handler},
    routes,
};

use crate::door::Door;

/// A path of this route.
fn path(template: &str) -> String {
    template
        .replace("{province}", "KG-B")
        .replace("{pseudonym}", "src_0123456789abcdef")
        .replace("{service}", "intake")
        .replace("{key}", "acled")
        .replace("{source}", "acled")
        .replace("{event}", "ev_01JQ0000000000000000000000")
        .replace("{id}", "wa_01JQ0000000000000000000000")
}

#[tokio::test]
async fn every_route_refuses_everyone_it_does_not_name() {
    let door = Door::new().await;
    let mut tokens = BTreeMap::new();
    for role in Role::ALL {
        tokens.insert(*role, door.token(*role).await);
    }
    let mut cells = 0;
    for route in routes::all() {
        let path = path(route.path);
        let nobody = door.send(route.method, &path, &[], "").await;
        if route.access == Access::Public {
            assert!(nobody.status.is_success(), "{} {path}", route.method);
        } else {
            nobody.problem(401);
            assert_eq!(nobody.header("www-authenticate"), "Bearer");
        }
        for (role, token) in &tokens {
            if matches!(route.handler, Handler::Stream(_)) && route.admits(Some(*role)) {
                continue; // does not end
            }
            let bearer = format!("Bearer {token}");
            let answer = door.send(route.method, &path, &[("authorization", &bearer)], "").await;
            let status = answer.status.as_u16();
            if route.access == Access::Signed {
                answer.problem(401); // no role stands for a signature
                continue;
            }
            let cell = format!("{} {} as {role}: {status}", route.method, route.path);
            if route.admits(Some(*role)) {
                assert!(status != 401 && status != 403, "{cell}");
                assert!(status != 500, "{cell} {}", String::from_utf8_lossy(&answer.body));
            } else {
                assert_eq!(status, 403, "{cell}");
                assert!(answer.problem(403)["detail"].as_str().unwrap().contains("role"));
            }
            cells += 1;
        }
    }
    assert!(cells > 500, "only {cells} cells were tried");
}

#[test]
fn nobody_but_readers_of_the_description_is_let_in_without_a_token() {
    let public: Vec<&str> = routes::all().filter(|r| r.access == Access::Public).map(|r| r.path).collect();
    assert_eq!(public, ["/openapi.json"]);
    let signed: Vec<&str> = routes::all().filter(|r| r.access == Access::Signed).map(|r| r.path).collect();
    assert_eq!(signed, ["/v1/hooks/{source}"]);
    for route in routes::all() {
        assert!(
            matches!(route.access, Access::Public | Access::Signed)
                || Role::ALL.iter().any(|role| route.admits(Some(*role))),
            "{}",
            route.path
        );
    }
}

#[test]
fn a_partner_reaches_its_own_corner_and_nothing_else() {
    let mut reached: Vec<&str> =
        routes::all().filter(|r| r.admits(Some(Role::Partner))).map(|r| r.path).collect();
    reached.retain(|path| !path.starts_with("/v1/partner/"));
    assert_eq!(reached, ["/v1/stream", "/v1/me", "/openapi.json"]);
}

#[test]
fn no_two_routes_share_a_method_and_a_path_or_a_name() {
    let all: Vec<_> = routes::all().collect();
    let places: std::collections::BTreeSet<_> = all.iter().map(|r| (r.method, r.path)).collect();
    let names: std::collections::BTreeSet<_> = all.iter().map(|r| r.name).collect();
    assert_eq!((places.len(), names.len()), (all.len(), all.len()));
    assert!(all.iter().all(|r| !r.name.is_empty() && !r.about.is_empty() && !r.answers.is_empty()));
}

#[test]
fn what_writes_is_a_post_and_what_is_a_get_reads() {
    for route in routes::all() {
        let reads = matches!(route.handler, Handler::Read(_) | Handler::Stream(_));
        let preview = route.path == "/v1/release/preview"; // a question too long for an address
        assert_eq!(route.method == "GET", reads && !preview, "{} {}", route.method, route.path);
    }
}
