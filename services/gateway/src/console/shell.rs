//! What every page has around it: head, masthead, languages, the ribbon of an exercise, the foot.

use contracts::{Failure, Principal, alerts::Warning};
use domain::{Handling, Timestamp, text, warning::Status};
use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::{
    assets, nav,
    said::{place, said},
    words::Lang,
};

/// Who looks at a page, in which language.
#[derive(Clone, Debug)]
pub struct Reader {
    /// Who.
    pub principal: Principal,
    /// In which language.
    pub lang: Lang,
    /// What proves that a form came from a page of this session.
    pub form_token: String,
    /// Where they are, path and query.
    pub here: String,
    /// When the page is made.
    pub now: Timestamp,
}

/// One page.
#[derive(Debug)]
pub struct Page<'a> {
    /// Its title.
    pub title: &'a str,
    /// The part of the console it belongs to: a path of the navigation.
    pub part: &'a str,
    /// Whether what it shows is exercise material.
    pub exercise: bool,
    /// What it holds.
    pub body: Markup,
}

impl Reader {
    /// The page for this reader.
    pub fn page(&self, page: &Page<'_>) -> Markup {
        let t = self.lang;
        let page = html! {
            (DOCTYPE)
            html lang=(t.tag()) {
                (head(t, page.title))
                body.exercise[page.exercise] {
                    a.skip href="#main" { (t.say("skip.main")) }
                    (self.masthead(page))
                    @if page.exercise {
                        p.ribbon role="note" { strong { (t.say("exercise.name")) } " " (t.say("exercise.ribbon")) }
                    }
                    main #main tabindex="-1" { (page.body) }
                    (self.foot())
                }
            }
        };
        // no text that somebody sent turns the words of the page round
        PreEscaped(text::straight(&page.0).into_owned())
    }

    fn masthead(&self, page: &Page<'_>) -> Markup {
        let t = self.lang;
        let (here, principal) = (page.part, &self.principal);
        html! {
            header.masthead {
                a.mark href="/" { "Mirab" }
                nav.groups aria-label=(t.say("nav.label")) { (nav::groups(t, here, principal)) }
                details.menu {
                    summary { (t.say("nav.menu")) }
                    nav aria-label=(t.say("nav.label")) { (nav::all(t, here, principal)) }
                }
                div.who {
                    (languages(t, &self.here))
                    span.name { (self.principal.name) }
                    form method="post" action="/logout" {
                        input type="hidden" name="token" value=(self.form_token);
                        button.plain { (t.say("logout")) }
                    }
                }
            }
            @if let Some(pages) = nav::pages(t, here, principal) {
                nav.pages aria-label=(t.say("nav.pages")) { (pages) }
            }
        }
    }

    fn foot(&self) -> Markup {
        let t = self.lang;
        html! {
            footer.foot {
                (t.fill("foot.as-of", &[("time", &t.moment(self.now))]))
                " · " a href="/openapi.json" { "API" }
            }
        }
    }
}

/// A page for somebody who is not signed in.
pub fn outside(t: Lang, title: &str, here: &str, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang=(t.tag()) {
            (head(t, title))
            body {
                header.masthead { span.mark { "Mirab" } div.who { (languages(t, here)) } }
                main #main { (body) }
            }
        }
    }
}

fn head(t: Lang, title: &str) -> Markup {
    html! {
        head {
            meta charset="utf-8";
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta name="color-scheme" content="light dark";
            title { (title) " · Mirab" }
            link rel="stylesheet" href=(assets::css_path());
            link rel="icon" href=(assets::ICON) type="image/svg+xml";
            script type="module" src=(assets::js_path()) {}
            meta name="description" content=(t.say("product.line"));
        }
    }
}

fn languages(t: Lang, here: &str) -> Markup {
    html! {
        span.languages {
            @for (lang, name) in Lang::ALL.into_iter().filter(|(lang, _)| *lang != t) {
                a href=(with_language(here, lang)) lang=(lang.tag()) hreflang=(lang.tag()) { (name) }
            }
        }
    }
}

/// The same address in another language.
fn with_language(here: &str, lang: Lang) -> String {
    let (path, query) = here.split_once('?').unwrap_or((here, ""));
    let kept = query.split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("lang="));
    let pairs: Vec<String> = kept.map(str::to_owned).chain([format!("lang={}", lang.tag())]).collect();
    format!("{path}?{}", pairs.join("&"))
}

/// A part of a page that could not be had, with what to do.
pub fn refused(t: Lang, failure: &Failure) -> Markup {
    html! {
        div.refused role="alert" {
            p { strong { (t.say("refused.title")) } " " (said(t, &failure.detail)) }
            @if !failure.errors.is_empty() {
                ul { @for error in &failure.errors { li {
                    @match place(t, &error.pointer) {
                        Some((label, id)) => { a href={ "#" (id) } { (label) } " – " }
                        None => { code { (error.pointer) } " " }
                    }
                    (said(t, &error.detail))
                } } }
            }
            @if failure.is_transient() { p.meta { (t.say("refused.again")) } }
        }
    }
}

/// What limits the use of something beside its labels, in words.
pub fn limits(t: Lang, handling: &Handling) -> impl Iterator<Item = String> {
    [
        handling.orcon.then(|| t.say("handling.orcon").to_owned()),
        handling.chatham_house.then(|| t.say("handling.chatham").to_owned()),
        handling.personal_data.then(|| t.say("handling.personal").to_owned()),
        (!handling.consent.is_empty()).then(|| {
            let of: Vec<String> =
                handling.consent.iter().map(|country| t.country(country.as_str())).collect();
            t.fill("handling.consent", &[("countries", &of.join(", "))])
        }),
        (handling.licence.redistribution != domain::Redistribution::Raw).then(|| {
            t.fill(
                "handling.licence",
                &[("ids", &handling.licence.ids.iter().cloned().collect::<Vec<_>>().join(", "))],
            )
        }),
    ]
    .into_iter()
    .flatten()
}

/// What may be done with something, as chips.
pub fn handling(t: Lang, handling: &Handling) -> Markup {
    html! {
        span.handling {
            span class={ "tlp tlp-" (handling.tlp().as_str().to_lowercase().replace('+', "-")) } { "TLP:" (handling.tlp()) }
            @if handling.un_class() != domain::UnClass::Unclassified {
                span.chip { (t.word("class", handling.un_class().as_str())) }
            }
            @for chip in limits(t, handling) { span.chip { (chip) } }
        }
    }
}

/// The badge of exercise material.
pub fn exercise_badge(t: Lang) -> Markup {
    html! { span.badge-exercise { (t.say("exercise.name")) } }
}

/// A warning as an entry of a list.
pub fn warning_entry(t: Lang, warning: &Warning) -> Markup {
    let where_it_is = warning.places.iter().filter_map(|place| place.province.as_ref());
    html! {
        article class={ "entry sev-" (warning.severity.as_str().to_lowercase()) } {
            p.entry-top {
                b.severity { (t.word("severity", warning.severity.as_str())) }
                span class={ "state state-" (warning.state) } { (t.word("state", warning.state.as_str())) }
                @if warning.status == Status::Exercise { (exercise_badge(t)) }
                span.meta.end { (t.moment(warning.sent.unwrap_or(warning.drafted_at))) }
            }
            a.entry-title href={ "/warnings/" (warning.id) } { (headline(t, warning)) }
            p.meta {
                (t.word("threat", warning.threat.as_str()))
                @for code in where_it_is.take(4) { " · " (t.province(code.as_str())) }
            }
        }
    }
}

/// The headline in the reader's language, else in the first there is.
pub fn headline(t: Lang, warning: &Warning) -> &str {
    let own = warning.infos.iter().find(|info| Lang::read(&info.language) == Some(t));
    own.or(warning.infos.first()).map_or("—", |info| info.headline.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_link_keeps_the_rest_of_the_address() {
        assert_eq!(with_language("/?view=KG&lang=en&threat=x", Lang::Ru), "/?view=KG&threat=x&lang=ru");
        assert_eq!(with_language("/warnings", Lang::En), "/warnings?lang=en");
    }

    #[test]
    fn a_place_that_turns_its_direction_turns_no_word_of_the_page() {
        let reader = crate::console::sample::reader(Lang::En, &[contracts::Role::Analyst]);
        let body = html! { p { "Pos\u{202e}t" } };
        let page = reader.page(&Page { title: "Post", part: "/", exercise: false, body }).into_string();
        assert!(page.contains("<p>Post</p>"), "{page}");
    }
}
