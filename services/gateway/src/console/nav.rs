//! The ways through the console: groups in the masthead, and the pages of the group one is in beneath.

use contracts::Principal;
use maud::{Markup, html};

use super::words::Lang;
use crate::domain::policy;

/// A name in a language.
type Name = fn(Lang) -> &'static str;

/// One page that a way leads to.
struct Part {
    path: &'static str,
    name: Name,
}

/// Pages that are used together.
struct Group {
    name: Name,
    parts: &'static [Part],
}

static GROUPS: [Group; 6] = [
    Group {
        name: |t| t.say("nav.situation"),
        parts: &[
            Part { path: "/", name: |t| t.say("nav.map") },
            Part { path: "/changes", name: |t| t.say("nav.changes") },
            Part { path: "/anomalies", name: |t| t.say("anomaly.title") },
            Part { path: "/forecasts", name: |t| t.say("nav.forecasts") },
            Part { path: "/clusters", name: |t| t.say("nav.clusters") },
            Part { path: "/search", name: |t| t.say("nav.search") },
        ],
    },
    Group {
        name: |t| t.say("nav.incoming"),
        parts: &[
            Part { path: "/reports", name: |t| t.say("nav.reports") },
            Part { path: "/reports/new", name: |t| t.say("nav.incident") },
            Part { path: "/imports", name: |t| t.say("nav.imports") },
            Part { path: "/leads", name: |t| t.say("nav.leads") },
            Part { path: "/sources", name: |t| t.say("nav.sources") },
        ],
    },
    Group {
        name: |t| t.say("nav.judgement"),
        parts: &[
            Part { path: "/assessments", name: |t| t.say("nav.assessments") },
            Part { path: "/questions", name: |t| t.say("nav.questions") },
        ],
    },
    Group {
        name: |t| t.say("nav.issued"),
        parts: &[
            Part { path: "/warnings", name: |t| t.say("nav.warnings") },
            Part { path: "/products", name: |t| t.say("nav.products") },
        ],
    },
    Group {
        name: |t| t.say("nav.partners"),
        parts: &[Part { path: "/partners", name: |t| t.say("nav.partners") }],
    },
    Group {
        name: |t| t.say("nav.operations"),
        parts: &[Part { path: "/operations", name: |t| t.say("nav.operations") }],
    },
];

/// Whether a part of the console is open to this principal.
fn may_see(path: &str, principal: &Principal) -> bool {
    match path {
        "/operations" => principal.has_any(policy::OVERSEERS),
        "/reports" => principal.has_any(policy::DUE_READERS),
        // the desk has it on the page of the reports
        "/reports/new" => principal.has_any(policy::REPORTERS) && !principal.has_any(policy::REPORT_READERS),
        _ => principal.has_any(policy::READERS),
    }
}

/// The first page that is open to this principal; none where the console has none for them.
pub fn home(principal: &Principal) -> Option<&'static str> {
    GROUPS.iter().flat_map(|group| group.open_to(principal)).map(|part| part.path).next()
}

impl Group {
    fn holds(&self, path: &str) -> bool {
        self.parts.iter().any(|part| part.path == path)
    }
    fn open_to<'a>(&'static self, principal: &'a Principal) -> impl Iterator<Item = &'static Part> + use<'a> {
        self.parts.iter().filter(|part| may_see(part.path, principal))
    }
}

/// The groups, each as the way to its first page.
pub fn groups(t: Lang, here: &str, principal: &Principal) -> Markup {
    html! {
        @for group in &GROUPS {
            @if let Some(first) = group.open_to(principal).next() {
                a href=(first.path) aria-current=[group.holds(here).then_some("true")] { ((group.name)(t)) }
            }
        }
    }
}

/// The pages of the group that this one is of; nothing where it is the only one.
pub fn pages(t: Lang, here: &str, principal: &Principal) -> Option<Markup> {
    let group = GROUPS.iter().find(|group| group.holds(here))?;
    let parts: Vec<&Part> = group.open_to(principal).collect();
    (parts.len() > 1).then(|| html! { @for part in parts { (link(t, part, here)) } })
}

/// Every page by its group: the menu of a narrow screen.
pub fn all(t: Lang, here: &str, principal: &Principal) -> Markup {
    html! {
        @for group in &GROUPS {
            @if group.parts.len() > 1 && group.open_to(principal).next().is_some() { p.group { ((group.name)(t)) } }
            @for part in group.open_to(principal) { (link(t, part, here)) }
        }
    }
}

fn link(t: Lang, part: &Part, here: &str) -> Markup {
    html! { a href=(part.path) aria-current=[(part.path == here).then_some("page")] { ((part.name)(t)) } }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use contracts::Role;

    use super::*;

    fn of(role: Role) -> Principal {
        let roles = BTreeSet::from([role]);
        Principal { subject: "a".into(), name: "A".into(), roles, organisation: None }
    }

    #[test]
    fn the_page_one_is_on_and_its_group_are_marked_and_nothing_else() {
        let analyst = of(Role::Analyst);
        let groups = groups(Lang::En, "/questions", &analyst).into_string();
        assert_eq!(groups.matches("aria-current").count(), 1);
        assert!(groups.contains("href=\"/assessments\" aria-current=\"true\""), "{groups}");
        let pages = pages(Lang::En, "/questions", &analyst).map(Markup::into_string).unwrap_or_default();
        assert!(pages.contains("href=\"/questions\" aria-current=\"page\""), "{pages}");
        assert_eq!(pages.matches("aria-current").count(), 1);
    }

    #[test]
    fn nobody_is_led_where_they_may_not_go() {
        for (role, reports, operations) in [
            (Role::Coordinator, false, false),
            (Role::Operator, false, true),
            (Role::FieldMonitor, true, false),
            (Role::Auditor, true, true),
        ] {
            let menu = all(Lang::En, "/", &of(role)).into_string();
            assert_eq!(menu.contains("href=\"/reports\""), reports, "{role}");
            assert_eq!(menu.contains("href=\"/operations\""), operations, "{role}");
        }
        let monitors = all(Lang::En, "/", &of(Role::FieldMonitor)).into_string();
        let ways: Vec<&str> =
            monitors.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        assert_eq!(ways, ["/reports", "/reports/new"], "a monitor is shown what is open and nothing else");
        assert_eq!(home(&of(Role::FieldMonitor)), Some("/reports"));
        assert_eq!((home(&of(Role::Analyst)), home(&of(Role::Partner))), (Some("/"), None));
        assert_eq!(all(Lang::En, "/", &of(Role::Partner)).into_string(), "");
        let first = groups(Lang::En, "/", &of(Role::Coordinator)).into_string();
        assert!(first.contains("href=\"/imports\""), "a group leads to the first page that is open: {first}");
    }
}
