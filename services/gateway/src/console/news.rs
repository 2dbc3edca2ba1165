//! What changed since a moment, province by province.

use std::sync::Arc;

use axum::{
    extract::State,
    http::{HeaderMap, Uri},
    response::Response,
};
use contracts::{
    Failure, PageRequest,
    analysis::{
        LevelChange,
        news::{ForecastResolved, GetNews, News, OutlookMoved, ProvinceNews},
        overrides::{Override, OverrideState},
    },
};
use domain::{Day, ProvinceCode};
use maud::{Markup, html};

use super::{
    board::province_href,
    in_query,
    news_heard::{answers, heard, late_told, numbers},
    or_refused,
    panel::moved as moved_level,
    past, reader,
    shell::{Page, Reader},
    situation::nothing,
    words::Lang,
};
use crate::{Gateway, domain::policy::READERS};

/// The moments that are a link away, in days before now.
const DAYS: [i64; 4] = [1, 3, 7, 30];
/// So many provinces in full, and all in which more changed than what came in; the others are told by their numbers alone.
const IN_FULL: usize = 30;

/// Answers the page.
pub(super) async fn show(State(gateway): State<Arc<Gateway>>, headers: HeaderMap, uri: Uri) -> Response {
    let reader = match reader(&gateway, &headers, &uri, READERS).await {
        Ok(reader) => reader,
        Err(answer) => return answer,
    };
    let today = reader.now.day();
    let asked: Option<Day> = in_query(&uri, "since").and_then(|text| text.parse().ok());
    let on = match past::asked(reader.lang, &uri, today) {
        Ok(on) => on,
        Err(failure) => return reader.failed("/changes", &failure),
    };
    let since = asked.unwrap_or_else(|| on.unwrap_or(today).plus(-DAYS[2]));
    let wish = Wish { since, on, exercise: in_query(&uri, "exercise").is_some_and(|word| word == "true") };
    let page = PageRequest { cursor: None, limit: Some(1000) };
    let (exercise, known_on) = (wish.exercise, past::end(on));
    let query = GetNews { since: since.start(), province: None, exercise, known_on, page };
    let news = gateway.ask_as(&reader.principal, None, &query).await;
    reader.good(&page_of(&reader, wish, &news))
}

/// What is looked at: what changed since a day, up to now or as it was known at the end of a past one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wish {
    since: Day,
    on: Option<Day>,
    exercise: bool,
}

impl Wish {
    fn href(self) -> String {
        let on = self.on.map(|day| format!("&on={day}")).unwrap_or_default();
        format!("/changes?since={}{on}{}", self.since, if self.exercise { "&exercise=true" } else { "" })
    }
}

/// The page.
pub(super) fn page_of<'a>(reader: &Reader, wish: Wish, news: &Result<News, Failure>) -> Page<'a> {
    let (t, today) = (reader.lang, reader.now.day());
    let Wish { since, on, exercise } = wish;
    let last = on.unwrap_or(today);
    let body = html! {
        (past::banner(t, today, on, |on| Wish { on, ..wish }.href()))
        div.sheet {
            h1 { (t.fill("news.title", &[("day", &t.day(since))])) }
            nav.chips aria-label=(t.say("news.since")) {
                @for days in DAYS {
                    @let day = last.plus(-days);
                    a href=(Wish { since: day, ..wish }.href()) aria-current=[(day == since).then_some("true")] { (t.fill("news.days", &[("n", &days.to_string())])) }
                }
                a href=(Wish { exercise: !exercise, ..wish }.href()) { (t.say(if exercise { "exercise.real" } else { "exercise.short" })) }
            }
            form.inline method="get" action="/changes" {
                label for="since" { (t.say("news.since")) }
                input id="since" name="since" type="date" value=(since) max=(last);
                label for="on" { (t.say("past.on")) }
                input id="on" name="on" type="date" value=(last) max=(today);
                @if exercise { input type="hidden" name="exercise" value="true"; }
                button { (t.say("news.show")) }
            }
            div #news data-live=[past::live(on, "situation.changed")] {
                (or_refused(t, news, |news| html! {
                    @if news.provinces.is_empty() { (nothing(t.say("news.none"))) }
                    @let (full, others) = in_full(&news.provinces);
                    @for one in full { (province(t, one, exercise)) }
                    @if !others.is_empty() { (rest(t, others, exercise)) }
                }))
            }
        }
    };
    Page { title: t.say("news.name"), part: "/changes", exercise, body }
}

/// Those that are told in full, and those by numbers alone: they come in this order.
fn in_full(all: &[ProvinceNews]) -> (&[ProvinceNews], &[ProvinceNews]) {
    let changed = |news: &ProvinceNews| {
        !(news.levels.is_empty()
            && news.overrides.is_empty()
            && news.anomalies.is_empty()
            && news.outlooks.is_empty()
            && news.resolved.is_empty())
    };
    all.split_at(all.partition_point(changed).max(IN_FULL).min(all.len()))
}

fn province(t: Lang, news: &ProvinceNews, exercise: bool) -> Markup {
    let code = news.province.as_str();
    html! {
        article.entry {
            h2 { a href=(province_href(code, exercise)) { (t.province(code)) } " " span.meta { (t.country(news.country.as_str())) } }
            @if !news.overrides.is_empty() { ol.changes { @for one in &news.overrides { (set(t, one)) } } }
            @if !news.levels.is_empty() { ol.changes { @for change in &news.levels { (level(t, change)) } } }
            @for anomaly in &news.anomalies {
                p {
                    a href={ (province_href(code, exercise)) "#" (anomaly.id) } { (t.say("news.anomaly")) } ": "
                    (t.word("threat", anomaly.threat.as_str())) ", " (t.month(anomaly.month)) " · " b { (t.word("anomaly-state", anomaly.state.as_str())) }
                }
            }
            @for outlook in &news.outlooks { p { (moved(t, outlook)) } }
            @for forecast in &news.resolved { p { (resolved(t, forecast)) } }
            (heard(t, &news.heard))
        }
    }
}

/// From what to what the level of a threat went, in how many steps, and whether only by what came in late.
fn level(t: Lang, change: &LevelChange) -> Markup {
    html! { li {
        (t.word("threat", change.threat.as_str()))
        (moved_level(t, change))
        span.meta {
            (t.moment(change.at))
            @if change.steps > 1 { " · " (t.fill("news.steps", &[("n", &change.steps.to_string())])) }
            @if let Some(peak) = change.peak { " · " (t.fill("news.peak", &[("level", &t.word("level", peak.as_str()))])) }
            @if let Some(by) = &change.lifted { " · " (lifted(t, (&by.by, by.share, by.index))) }
            @if let Some(day) = change.late { " · " b { (t.fill("news.rose-late", &[("month", &t.month(day))])) } }
        }
    } }
}

/// The neighbour across the border that lifts a level.
pub(super) fn lifted(t: Lang, (by, share, index): (&ProvinceCode, f64, f64)) -> String {
    let (province, share, index) = (t.province(by.as_str()), t.percent(share), t.number(index, 0));
    t.fill("news.lifted", &[("province", &province), ("share", &share), ("index", &index)])
}

/// A level that a person set, with who and why; or that it ended, by whom and why.
fn set(t: Lang, of: &Override) -> Markup {
    let (active, word) = (of.state == OverrideState::Active, t.word("level", of.level.as_str()));
    let (at, by, why) = if active {
        (of.at, &of.by, &of.reason)
    } else {
        (of.ended_at.unwrap_or(of.until), &of.ended_by, &of.end_reason)
    };
    let places = [("level", word.as_str())];
    let told = if active { t.fill("news.set", &places) } else { t.fill("news.unset", &places) };
    html! { li {
        (t.word("threat", of.threat.as_str()))
        span.move { b { (told) } }
        span.meta {
            (t.moment(at)) " · "
            @if of.state == OverrideState::Expired { (t.say("news.expired")) } @else { (by) }
            @if !why.is_empty() { ": " (why) }
        }
    } }
}

fn moved(t: Lang, outlook: &OutlookMoved) -> String {
    let was = outlook.was.map_or_else(|| "—".to_owned(), |was| t.percent(was));
    let threat = t.word("threat", outlook.threat.as_str());
    let (now, months) = (t.percent(outlook.now), t.plural("count.months", outlook.months.into()));
    t.fill("news.outlook", &[("threat", &threat), ("months", &months), ("was", &was), ("now", &now)])
}

fn resolved(t: Lang, forecast: &ForecastResolved) -> String {
    let threat = t.word("threat", forecast.threat.as_str());
    let counted = t.word("counted", &forecast.counted);
    let months = t.plural("count.months", forecast.months.into());
    let observed = t.count(forecast.observed);
    let range = format!("{}–{}", t.count(forecast.range.0), t.count(forecast.range.1));
    let places = [
        ("threat", threat.as_str()),
        ("months", &months),
        ("observed", &observed),
        ("counted", &counted),
        ("range", &range),
    ];
    if forecast.within { t.fill("news.within", &places) } else { t.fill("news.missed", &places) }
}

/// Provinces of which only numbers are told.
fn rest(t: Lang, rest: &[ProvinceNews], exercise: bool) -> Markup {
    html! {
        h2 { (t.say("news.elsewhere")) }
        ul { @for news in rest { li {
            a href=(province_href(news.province.as_str(), exercise)) { (t.province(news.province.as_str())) } ": " (numbers(t, &news.heard))
            @if let Some(late) = &news.heard.late { " " (late_told(t, late)) }
            @if news.heard.answers > 0 { " " (answers(t, &news.heard)) }
        } } }
    }
}

#[cfg(test)]
mod tests {
    use contracts::{
        Role,
        analysis::{Lifted, levels::LevelRange},
    };
    use domain::Level;

    use super::*;
    use crate::console::sample::{changes, reader as somebody};

    fn line(change: &LevelChange) -> String {
        level(somebody(Lang::En, Role::ALL).lang, change).into_string()
    }

    #[test]
    fn a_net_change_is_one_line_with_its_steps_and_where_it_had_been() {
        let one = changes().remove(0);
        let rose = LevelChange { was: Level::Calm, now: Level::High, steps: 2, ..one.clone() };
        assert!(line(&rose).contains("▲") && line(&rose).contains("Calm → <b>High</b>"), "{}", line(&rose));
        let first = line(&LevelChange { first: true, ..rose.clone() });
        assert!(first.contains("first assessed: <b>High</b>") && !first.contains("Calm"), "{first}");
        assert!(line(&rose).contains("steps: 2") && !line(&rose).contains("later"));
        let back = LevelChange { was: Level::Low, now: Level::Low, peak: Some(Level::High), ..one };
        assert!(line(&back).contains("◆") && line(&back).contains("it had been: High"), "{}", line(&back));
    }

    #[test]
    fn what_was_counted_down_in_silence_has_no_arrow_and_says_since_when_nothing_is_known() {
        let mut fell = LevelChange { was: Level::Low, now: Level::Calm, ..changes().remove(0) };
        assert!(line(&fell).contains("▼"), "{}", line(&fell));
        fell.leaves_open(Some(LevelRange {
            lowest: Level::Calm,
            highest: Level::Elevated,
            unknown_since: Day::of(2021, 1, 10),
            reported: Some(Level::Low),
        }));
        let told = line(&fell);
        assert!(
            told.contains("counted down as incidents age: Low → <b>Calm</b>") && !told.contains("▼"),
            "{told}"
        );
        assert!(told.contains("nothing is known since 10 Jan 2021; it may be as high as Elevated"), "{told}");
    }

    #[test]
    fn a_neighbour_that_lifts_and_a_level_set_by_hand_are_told_with_their_reasons() {
        let by = Lifted { by: "AF-KDZ".parse().unwrap(), index: 70.2, share: 0.2 };
        let silent = LevelChange { unreported: true, lifted: Some(by), ..changes().remove(0) };
        let told = line(&silent);
        assert!(told.contains("lifted by what happens in Kunduz (20% of its index 70)"), "{told}");
        assert!(told.to_lowercase().contains("insufficient information"), "{told}");
        let fell = LevelChange { was: Level::High, now: Level::Elevated, lifted: None, ..silent };
        let told = line(&fell);
        assert!(
            told.contains("computed: High → Elevated") && !told.contains("▼"),
            "silence does not ease: {told}"
        );
        let of: Override = serde_json::from_value(serde_json::json!({
            "id": domain::OverrideId::derived(&["o"]), "province": "AF-KDZ", "threat": "armed_conflict", "level": "critical",
            "computed": "high", "reason": "The road is cut", "by": "S. Analyst", "at": "2026-11-23T07:30:00Z",
            "until": "2026-12-23T07:30:00Z", "state": "active", "version": 1,
        }))
        .unwrap();
        let t = somebody(Lang::En, Role::ALL).lang;
        let told = set(t, &of).into_string();
        assert!(
            told.contains("set by hand: Critical") && told.contains("S. Analyst: The road is cut"),
            "{told}"
        );
        let over = Override { state: OverrideState::Expired, ..of };
        assert!(set(t, &over).into_string().contains("no longer set by hand"));
    }

    #[test]
    fn a_rise_by_what_came_in_late_names_the_month_it_speaks_of() {
        let late = LevelChange { late: Day::of(2024, 3, 7), ..changes().remove(0) };
        assert!(line(&late).contains("by what came in later, about Mar 2024"), "{}", line(&late));
    }

    #[test]
    fn what_had_changed_by_a_past_day_is_chosen_kept_in_every_link_and_not_brought_up_to_date() {
        let me = somebody(Lang::En, Role::ALL);
        let today = me.now.day();
        let wish = Wish { since: today.plus(-9), on: Some(today.plus(-2)), exercise: false };
        let none =
            || Ok(News { since: wish.since.start(), until: me.now, provinces: Vec::new(), next: None });
        let page = page_of(&me, wish, &none()).body.into_string();
        assert!(page.contains("class=\"past\"") && !page.contains("data-live"), "{page}");
        let links = page.split("href=\"/changes").skip(1).filter_map(|rest| rest.split('"').next());
        let of_then = links.filter(|link| link.contains("on=")).count();
        assert!(of_then > DAYS.len(), "{page}");
        let now = page_of(&me, Wish { on: None, ..wish }, &none()).body.into_string();
        assert!(now.contains("data-live") && !now.contains("class=\"past\""), "{now}");
    }

    #[test]
    fn a_forecast_of_one_month_is_told_of_one_month_in_both_languages() {
        let of = |months| ForecastResolved {
            forecast: domain::ForecastId::derived(&["f"]),
            threat: domain::Threat::ArmedConflict,
            months,
            counted: "deaths".into(),
            range: (0, 4),
            observed: 2,
            within: true,
        };
        let told = |lang, months| resolved(somebody(lang, Role::ALL).lang, &of(months));
        assert!(told(Lang::En, 1).contains("the forecast over 1 month held"), "{}", told(Lang::En, 1));
        assert!(told(Lang::En, 3).contains("the forecast over 3 months held"));
        for (months, words) in
            [(1, "на 1 месяц сбылся"), (3, "на 3 месяца сбылся"), (12, "на 12 месяцев сбылся")]
        {
            assert!(told(Lang::Ru, months).contains(words), "{}", told(Lang::Ru, months));
        }
        let missed =
            resolved(somebody(Lang::Ru, Role::ALL).lang, &ForecastResolved { within: false, ..of(1) });
        assert!(missed.contains("прогноз на 1 месяц не сбылся"), "{missed}");
        let outlook = OutlookMoved {
            threat: domain::Threat::ArmedConflict,
            months: 1,
            was: Some(0.1),
            now: 0.3,
            forecast: domain::ForecastId::derived(&["f"]),
        };
        assert!(moved(somebody(Lang::En, Role::ALL).lang, &outlook).contains("within 1 month 10"));
    }
}
