//! A past day: chosen by whoever reads the map or a unit, carried on by every link, told above the page.

use axum::http::Uri;
use contracts::{Failure, FailureKind};
use domain::{Day, Timestamp};
use maud::{Markup, html};

use super::{in_query, situation::Wish, words::Lang};

/// The day an address asks for; `None` for today.
///
/// # Errors
/// When it is no day, or has not come yet; with how to write it.
pub(super) fn asked(t: Lang, uri: &Uri, today: Day) -> Result<Option<Day>, Failure> {
    in_query(uri, "on").map_or(Ok(None), |text| read(t, &text, today))
}

/// The same of what was written.
///
/// # Errors
/// The same.
pub(super) fn read(t: Lang, text: &str, today: Day) -> Result<Option<Day>, Failure> {
    let now = today.to_string();
    let places = [("text", text), ("today", &now)];
    let refused = |why: String| Failure::new(FailureKind::Malformed, t.say("past.refused")).at("on", why);
    let day: Day = text.trim().parse().map_err(|_| refused(t.fill("past.no-day", &places)))?;
    if day > today {
        return Err(refused(t.fill("past.ahead", &places)));
    }
    Ok(Some(day).filter(|day| *day != today))
}

/// The end of a past day: what was known by then, and nothing that came later.
pub(super) fn end(on: Option<Day>) -> Option<Timestamp> {
    on.map(|day| day.plus(1).start())
}

/// The form that chooses a day; everything else that is looked at stays as it is.
pub(super) fn choice(t: Lang, (action, today): (&str, Day), wish: &Wish, kept: &[(&str, String)]) -> Markup {
    html! {
        form.on-day method="get" action=(action) {
            @for (name, value) in kept { input type="hidden" name=(name) value=(value); }
            @if wish.exercise { input type="hidden" name="exercise" value="true"; }
            label for="on" { (t.say("past.on")) }
            input #on type="date" name="on" max=(today) value=(wish.on.unwrap_or(today)) required;
            button.second { (t.say("past.look")) }
        }
    }
}

/// What stands above a page of a past day: which day it is, a day on and a day back, and the way to today.
pub(super) fn banner(t: Lang, today: Day, on: Option<Day>, href: impl Fn(Option<Day>) -> String) -> Markup {
    let Some(on) = on else { return html! {} };
    let (before, after) = (on.plus(-1), on.plus(1));
    let after = Some(after).filter(|day| *day < today);
    html! {
        p.past role="note" {
            strong { (t.fill("past.banner", &[("day", &t.day(on))])) } " " (t.say("past.note")) " "
            span.past-ways {
                a href=(href(Some(before))) rel="prev" { "‹ " (t.day(before)) }
                @if let Some(after) = after { " · " a href=(href(Some(after))) rel="next" { (t.day(after)) " ›" } }
                " · " a href=(href(None)) { (t.say("past.today")) }
            }
        }
    }
}

/// The topics by which a part of a page is kept up to date; none on a past day, of which nothing new is said.
pub(super) fn live(on: Option<Day>, topics: &'static str) -> Option<&'static str> {
    on.is_none().then_some(topics)
}

#[cfg(test)]
mod tests {
    use contracts::Role;

    use super::*;
    use crate::console::{
        overrides,
        sample::{reader, seen},
        sample_levels::composed,
        situation,
    };

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn a_past_day_is_read_from_the_address_and_what_is_none_is_refused_with_how_to_write_it() {
        let read = |uri: &str| asked(Lang::En, &uri.parse().unwrap(), day("2026-11-23"));
        assert_eq!(read("/").unwrap(), None);
        assert_eq!(read("/?on=2026-11-20").unwrap(), Some(day("2026-11-20")));
        assert_eq!(read("/?on=2026-11-23").unwrap(), None, "today is no past day");
        for (uri, says) in
            [("/?on=x", "2026-11-23"), ("/?on=2026-11-31", "2026-11-31"), ("/?on=2026-11-24", "not come yet")]
        {
            let failure = read(uri).unwrap_err();
            assert_eq!((failure.kind, failure.errors[0].pointer.as_str()), (FailureKind::Malformed, "on"));
            assert!(failure.errors[0].detail.contains(says), "{uri}: {failure:?}");
        }
    }

    #[test]
    fn the_banner_leads_a_day_back_a_day_on_and_to_today_but_never_ahead() {
        let href = |on: Option<Day>| on.map_or_else(|| "/now".to_owned(), |day| format!("/?on={day}"));
        let banner = |on: &str| super::banner(Lang::En, day("2026-11-23"), Some(day(on)), href).into_string();
        let old = banner("2026-11-10");
        for link in ["/?on=2026-11-09", "/?on=2026-11-11", "\"/now\""] {
            assert!(old.contains(link), "{link}: {old}");
        }
        assert!(!banner("2026-11-22").contains("2026-11-23"), "today has its own way");
        assert!(super::banner(Lang::En, day("2026-11-23"), None, href).into_string().is_empty());
    }

    #[test]
    fn a_page_of_a_past_day_says_so_keeps_the_day_in_its_links_and_is_not_brought_up_to_date() {
        let me = reader(Lang::En, Role::ALL);
        let wish = Wish { on: "2026-11-20".parse().ok(), ..Wish::default() };
        let map = situation::page(&me, wish, &seen()).body.into_string();
        assert!(map.contains("as it was known on 20 Nov 2026") && !map.contains("data-live"), "{map}");
        let links = map.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
        for link in links.filter(|link| link.starts_with("/?") || link.starts_with("/provinces/")) {
            let other_day = ["on=2026-11-19", "on=2026-11-21"].iter().any(|day| link.contains(day));
            assert!(link.contains("on=2026-11-20") || other_day, "{link}");
        }
        assert!(map.contains("name=\"on\"") && map.contains("value=\"2026-11-20\""), "{map}");
        let now = situation::page(&me, Wish::default(), &seen()).body.into_string();
        assert!(now.contains("data-live") && !now.contains("class=\"past\""));
        let plain = overrides::of_threat(&me, &composed(), wish.on).into_string();
        assert!(!plain.contains("<form"), "a level is set for today alone: {plain}");
    }
}
