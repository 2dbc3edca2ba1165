//! Search: words and filters over all observations, page by page, with what was looked for marked where it stands.

use std::sync::Arc;

use axum::{
    extract::State,
    http::{HeaderMap, Uri},
    response::Response,
};
use contracts::{
    Failure, PageRequest,
    intake::{
        FindObservations,
        search::{Found, ListOrigins, Piece, Removed, Searched, Snippet},
    },
};
use domain::{Day, Observation, Reliability, Threat};
use maud::{Markup, html};
use url::form_urlencoded::Serializer;

use super::{
    in_query, observation, or_refused, past, reader,
    said::said,
    shell::{self, Page, Reader},
    situation::nothing,
    words::Lang,
};
use crate::{
    Gateway,
    domain::{export, policy::READERS},
    routes::observations::Side,
};

/// The fields of the form, as the API names them; `on` is the day whose knowledge is looked at, as on every page.
const FIELDS: [&str; 10] =
    ["q", "country", "province", "threat", "source", "from", "to", "grade", "exercise", "on"];
/// The formats that a search is taken along in.
const FORMATS: [(&str, &str); 3] = [("csv", "CSV"), ("geojson", "GeoJSON"), ("ndjson", "NDJSON")];

/// What the form holds, as it was sent.
#[derive(Clone, Debug, Default)]
pub(super) struct Wish {
    /// Name and value of every field that was filled in.
    filled: Vec<(&'static str, String)>,
}

impl Wish {
    /// What the address says.
    pub(super) fn read(uri: &Uri) -> Self {
        let field = |name: &'static str| Some((name, in_query(uri, name)?.trim().to_owned()));
        Self { filled: FIELDS.into_iter().filter_map(field).filter(|(_, value)| !value.is_empty()).collect() }
    }
    fn value(&self, name: &str) -> &str {
        self.filled.iter().find(|(field, _)| *field == name).map_or("", |(_, value)| value)
    }
    /// An address with these fields and more.
    fn href(&self, path: &str, more: &[(&str, &str)]) -> String {
        let fields = self.filled.iter().map(|(name, value)| (*name, value.as_str()));
        let query = Serializer::new(String::new()).extend_pairs(fields.chain(more.iter().copied())).finish();
        if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
    }
    /// The question.
    ///
    /// # Errors
    /// What a field holds that cannot be read.
    fn ask(&self, (t, today): (Lang, Day), cursor: Option<String>) -> Result<FindObservations, Failure> {
        fn read<T: std::str::FromStr<Err: std::fmt::Display>>(
            wish: &Wish,
            name: &str,
        ) -> Result<Option<T>, Failure> {
            let text = Some(wish.value(name)).filter(|text| !text.is_empty());
            let wrong = |error: T::Err| Failure::invalid("the search cannot be read").at(name, error);
            text.map(str::parse).transpose().map_err(wrong)
        }
        let (from, to) = (read(self, "from")?, read(self, "to")?);
        if from.zip(to).is_some_and(|(from, to): (Day, Day)| to < from) {
            return Err(
                Failure::invalid("the days are in the wrong order").at("to", "must not be before from")
            );
        }
        Ok(FindObservations {
            q: self.filled.iter().find(|(name, _)| *name == "q").map(|(_, value)| value.clone()),
            snippets: true,
            country: read(self, "country")?,
            province: read(self, "province")?,
            threat: read(self, "threat")?,
            source: Some(self.value("source")).filter(|source| !source.is_empty()).map(str::to_owned),
            from,
            to,
            reliability: read::<Reliability>(self, "grade")?,
            exercise: Side::asked(read(self, "exercise")?),
            known_on: past::end(self.on(t, today)?),
            page: PageRequest { cursor, limit: Some(25) },
            ..FindObservations::default()
        })
    }
    /// The past day that is looked at; `None` for today.
    fn on(&self, t: Lang, today: Day) -> Result<Option<Day>, Failure> {
        let text = self.value("on");
        if text.is_empty() { Ok(None) } else { past::read(t, text, today) }
    }
    /// The same search on another day.
    fn on_day(&self, on: Option<Day>) -> String {
        let others = self.filled.iter().filter(|(name, _)| *name != "on").cloned();
        let on = on.map(|day| ("on", day.to_string()));
        Self { filled: others.chain(on).collect() }.href("/search", &[])
    }
    /// Where the same search is taken along; the API takes a grade of both letters, and a moment where a page takes a day.
    fn export(&self, format: &str) -> String {
        let mut wish = self.clone();
        for (name, value) in &mut wish.filled {
            match *name {
                "grade" => value.push('6'),
                "on" => {
                    let end = past::end(value.parse().ok()).map(|end| end.to_string());
                    (*name, *value) = ("known_on", end.unwrap_or_default());
                }
                _ => {}
            }
        }
        wish.href("/v1/observations", &[("all", "true"), ("format", format)])
    }
}

/// Answers what is found.
pub(super) async fn show(State(gateway): State<Arc<Gateway>>, headers: HeaderMap, uri: Uri) -> Response {
    let reader = match reader(&gateway, &headers, &uri, READERS).await {
        Ok(reader) => reader,
        Err(answer) => return answer,
    };
    let wish = Wish::read(&uri);
    let origins = gateway.ask_as(&reader.principal, None, &ListOrigins::default()).await.unwrap_or_default();
    let found = match wish.ask((reader.lang, reader.now.day()), in_query(&uri, "cursor")) {
        Ok(find) => gateway.ask_as(&reader.principal, None, &find).await,
        Err(failure) => Err(failure),
    };
    let found = found.map(|found| Found { page: found.page.map(export::shown), ..found });
    reader.good(&page(&reader, (&wish, &origins), &found))
}

/// The page.
pub(super) fn page<'a>(
    reader: &Reader,
    (wish, origins): (&Wish, &[String]),
    found: &Result<Found, Failure>,
) -> Page<'a> {
    let (t, today) = (reader.lang, reader.now.day());
    let on = wish.on(t, today).unwrap_or_default();
    let body = html! {
        (past::banner(t, today, on, |on| wish.on_day(on)))
        div.sheet {
            h1 { (t.say("search.title")) }
            (form(t, (wish, origins), today))
            (or_refused(t, found, |found| results(t, wish, found)))
        }
    };
    Page { title: t.say("search.title"), part: "/search", exercise: false, body }
}

fn form(t: Lang, (wish, origins): (&Wish, &[String]), today: Day) -> Markup {
    let threats: Vec<(String, String)> =
        Threat::ALL.iter().map(|threat| (threat.to_string(), t.word("threat", threat.as_str()))).collect();
    let countries: Vec<(String, String)> =
        ["AFG", "KAZ", "KGZ", "TJK", "TKM", "UZB"].map(|code| (code.to_owned(), t.country(code))).into();
    let grades: Vec<(String, String)> = ["A", "B", "C", "D"]
        .map(|letter| (letter.to_owned(), t.fill("search.grade-least", &[("grade", letter)])))
        .into();
    let sources: Vec<(String, String)> = origins.iter().map(|name| (name.clone(), name.clone())).collect();
    html! {
        form.search role="search" method="get" action="/search" {
            div.search-box {
                label for="q" { (t.say("search.words")) }
                div.beside {
                    input #q type="text" name="q" value=(wish.value("q")) maxlength="500" autocomplete="off" aria-describedby="q-hint";
                    button { (t.say("search.go")) }
                }
                p #q-hint.meta { (t.say("search.hint")) }
            }
            div.search-filters {
                (choice(t, ("country", t.say("search.country")), wish, &countries))
                (provinces(t, wish))
                (choice(t, ("threat", t.say("search.threat")), wish, &threats))
                (choice(t, ("source", t.say("search.source")), wish, &sources))
                (choice(t, ("grade", t.say("search.grade")), wish, &grades))
                (sides(t, wish))
                (day(("from", t.say("search.from")), wish))
                (day(("to", t.say("search.to")), wish))
                div {
                    label for="on" { (t.say("past.on")) }
                    input #on type="date" name="on" value=(wish.value("on")) max=(today);
                }
            }
        }
    }
}

fn choice(t: Lang, (name, label): (&str, &str), wish: &Wish, all: &[(String, String)]) -> Markup {
    html! {
        div {
            label for=(name) { (label) }
            select id=(name) name=(name) {
                option value="" { (t.say("search.any")) }
                @for (value, shown) in all { option value=(value) selected[wish.value(name) == value] { (shown) } }
            }
        }
    }
}

/// What is real, unless the exercise is asked for, or both.
fn sides(t: Lang, wish: &Wish) -> Markup {
    let given = wish.value("exercise");
    html! {
        div {
            label for="exercise" { (t.say("exercise.switch")) }
            select #exercise name="exercise" {
                option value="" { (t.say("exercise.real")) }
                option value=(Side::Exercise) selected[given == Side::Exercise.as_str()] { (t.say("exercise.name")) }
                option value=(Side::Any) selected[given == Side::Any.as_str()] { (t.say("search.any")) }
            }
        }
    }
}

fn provinces(t: Lang, wish: &Wish) -> Markup {
    html! {
        div {
            label for="province" { (t.say("search.province")) }
            select #province name="province" {
                option value="" { (t.say("search.any")) }
                @for code in ["AFG", "KAZ", "KGZ", "TJK", "TKM", "UZB"] {
                    optgroup label=(t.country(code)) {
                        @for unit in geography::provinces().iter().filter(|unit| unit.country == code) {
                            option value=(unit.id) selected[wish.value("province") == unit.id] { (t.province(unit.id)) }
                        }
                    }
                }
            }
        }
    }
}

fn day((name, label): (&str, &str), wish: &Wish) -> Markup {
    html! {
        div {
            label for=(name) { (label) }
            input id=(name) type="date" name=(name) value=(wish.value(name));
        }
    }
}

fn results(t: Lang, wish: &Wish, found: &Found) -> Markup {
    let snippets = found.search.as_ref().map_or(&[][..], |search| &search.snippets);
    html! {
        @if let Some(search) = &found.search { (account(t, search)) }
        @if let Some(removed) = &found.removed { (gone(t, removed)) }
        section aria-label=(t.say("search.results")) {
            @if found.page.items.is_empty() { (nothing(t.say("search.none"))) }
            @for (at, seen) in found.page.items.iter().enumerate() { (entry(t, seen, snippets.get(at))) }
        }
        @if let Some(cursor) = &found.page.next {
            p { a href=(wish.href("/search", &[("cursor", cursor)])) { (t.say("list.older")) } }
        }
        @if !found.page.items.is_empty() {
            p.meta {
                (t.say("search.take"))
                @for (format, name) in FORMATS { " · " a href=(wish.export(format)) { (name) } }
            }
        }
    }
}

/// How the words were read, and what the index does not hold yet.
fn account(t: Lang, search: &Searched) -> Markup {
    html! {
        div.meta role="status" {
            @if !search.read_as.is_empty() { p { (t.say("search.read-as")) " " code { (search.read_as) } } }
            @for note in &search.notes { p { (said(t, note)) } }
            @if search.behind > 0 { p { strong { (t.fill("search.behind", &[("n", &t.count(search.behind))])) } } }
        }
    }
}

/// What is not kept of the moment that is looked at.
fn gone(t: Lang, removed: &Removed) -> Markup {
    let told = [("n", &*t.count(removed.revisions)), ("time", &t.moment(removed.before))];
    html! { p.meta role="status" { strong { (t.fill("search.removed", &told)) } } }
}

fn entry(t: Lang, seen: &Observation, snippet: Option<&Snippet>) -> Markup {
    let place = &seen.place;
    let whole = [Piece { text: t.title(&seen.title), sought: false }];
    html! {
        article.entry {
            p.entry-top {
                b { (t.days(seen.occurred_from, seen.occurred_to)) }
                @for threat in &seen.threats { span.chip { (t.word("threat", threat.as_str())) } }
                @if seen.exercise { (shell::exercise_badge(t)) }
                span.grade.end { (seen.grade.reliability) (seen.grade.credibility.digit()) }
            }
            a.entry-title href=(observation::href(&seen.id)) {
                (marked(snippet.map_or(&whole[..], |snippet| &snippet.title)))
            }
            @if let Some(snippet) = snippet.filter(|snippet| !snippet.text.is_empty()) { p.snippet { (marked(&snippet.text)) } }
            p.meta {
                @if let Some(province) = &place.province { (t.province(province.as_str())) ", " }
                @if let Some(country) = place.country { (t.country(country.as_str())) " · " }
                (seen.owner)
                @if let Some(deaths) = seen.deaths { " · " (t.fill("search.deaths", &[("n", &t.count(deaths.best.into()))])) }
                " · " (seen.handling.tlp())
            }
        }
    }
}

fn marked(pieces: &[Piece]) -> Markup {
    html! { @for piece in pieces { @if piece.sought { mark { (piece.text) } } @else { (piece.text) } } }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: (Lang, &str) = (Lang::En, "2026-11-23");

    fn asked(wish: &Wish) -> Result<FindObservations, Failure> {
        wish.ask((NOW.0, NOW.1.parse().unwrap()), None)
    }

    fn wish(query: &str) -> Wish {
        Wish::read(&format!("/search?{query}").parse().unwrap())
    }

    #[test]
    fn the_address_is_asked_as_it_is_and_kept_in_every_link() {
        let wish =
            wish("q=%D0%B3%D1%80%D0%B0%D0%BD%D0%B8%D1%86%D0%B0+%22a+b%22&country=KGZ&grade=B&to=&unknown=1");
        let find = asked(&wish).unwrap();
        assert_eq!((find.q.as_deref(), find.country), (Some("граница \"a b\""), "KGZ".parse().ok()));
        assert_eq!(find.reliability, Some(Reliability::B));
        assert_eq!(
            asked(&super::tests::wish("source=ucdp-ged")).unwrap().source.as_deref(),
            Some("ucdp-ged")
        );
        let next = wish.href("/search", &[("cursor", "x=")]);
        assert_eq!(asked(&wish_of(&next)).unwrap(), find);
        assert!(next.ends_with("&cursor=x%3D"), "{next}");
        assert!(wish.export("csv").contains("grade=B6&all=true&format=csv"));
    }

    fn wish_of(href: &str) -> Wish {
        Wish::read(&href.parse().unwrap())
    }

    #[test]
    fn of_a_past_day_no_more_is_found_than_was_known_and_the_day_is_kept_in_every_way_on() {
        let wish = wish("province=KG-B&on=2026-11-20");
        assert_eq!(asked(&wish).unwrap().known_on, "2026-11-21T00:00:00Z".parse().ok());
        assert!(wish.href("/search", &[("cursor", "x")]).contains("on=2026-11-20"));
        assert!(wish.export("csv").contains("known_on=2026-11-21T00%3A00%3A00Z"), "{}", wish.export("csv"));
        assert_eq!(wish.on_day(None), "/search?province=KG-B");
        assert_eq!(wish.on_day("2026-11-19".parse().ok()), "/search?province=KG-B&on=2026-11-19");
    }

    #[test]
    fn what_is_real_is_found_unless_the_exercise_is_asked_for_and_a_file_holds_what_the_page_shows() {
        for (query, side) in [("", Some(false)), ("exercise=true", Some(true)), ("exercise=any", None)] {
            assert_eq!(asked(&wish(query)).unwrap().exercise, side, "{query}");
            assert!(wish(query).export("csv").contains(query), "{query}");
        }
        assert_eq!(asked(&wish("exercise=x")).unwrap_err().errors[0].pointer, "exercise");
    }

    #[test]
    fn what_cannot_be_read_is_told_by_its_field() {
        for (query, field) in [
            ("from=x", "from"),
            ("country=Kyrgyz", "country"),
            ("from=2026-02-01&to=2026-01-01", "to"),
            ("on=2026-11-24", "on"),
        ] {
            let failure = asked(&wish(query)).unwrap_err();
            assert_eq!(failure.errors[0].pointer, field, "{query}");
        }
    }
}
