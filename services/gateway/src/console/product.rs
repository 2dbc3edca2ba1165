//! One product: its parts with every statement, what it rests on and how it is marked; what is missing, what is newer, and what
//! can be done with it.

use contracts::{
    Failure,
    analysis::{
        drafting::{Length, Newer},
        products::{Product, ProductAction, ProductState, Section, Source, Statement},
    },
};
use maud::{Markup, html};

use super::{
    printed_product::{self, left_out},
    product_form,
    products::Seen,
    shell::{self, Page, Reader},
    source_link,
    words::Lang,
};
use crate::domain::policy::{PRODUCT_WRITERS, PUBLISHERS};

/// Most pages of a briefing note; analysis refuses more.
const MOST_PAGES: u32 = 2;

/// The page.
pub(super) fn page<'a>(
    reader: &Reader,
    Seen { one, newer, length }: &'a Seen,
    (refusal, key): (Option<&Failure>, &str),
) -> Page<'a> {
    let t = reader.lang;
    let writes = one.state == ProductState::Draft && reader.principal.has_any(PRODUCT_WRITERS);
    let editor = Editor { reader, one, key, writes };
    let body = html! {
        div.sheet {
            p.crumb { a href="/products" { "← " (t.say("product.title")) } }
            @if let Some(failure) = refusal { (shell::refused(t, failure)) }
            (head(t, one))
            @if writes { (product_form::retitle(reader, one, key)) (product_form::mark(reader, one, key)) }
            @if let Some(length) = length { (pages(t, *length)) }
            (missing(t, one))
            (editor.newer(newer))
            @for section in &one.sections { (editor.section(section)) }
            @if !one.sources.is_empty() {
                h2 #sources { (t.say("print.sources")) }
                ol.changes { @for (number, source) in (1..).zip(&one.sources) { (listed(t, one, (number, source))) } }
            }
            (actions(reader, one, key))
            (history(t, one))
        }
    };
    Page { title: &one.form.title, part: "/products", exercise: one.form.exercise, body }
}

fn head(t: Lang, one: &Product) -> Markup {
    html! {
        h1 lang=(one.form.language) { (one.form.title) }
        p.entry-top {
            span class={ "state state-" (one.state) } { (t.word("product-state", one.state.as_str())) }
            (shell::handling(t, &one.handling))
        }
        p.meta {
            (t.word("product-kind", one.form.kind.as_str())) " · " (t.day(one.form.from)) " – " (t.day(one.form.to))
            @for author in &one.authors { " · " (author.name) }
            @if let Some(reviewer) = &one.reviewer { " · " (t.fill("assessment.reviewed", &[("name", &reviewer.name)])) }
        }
        p.meta {
            @for form in ["pdf", "html", "md"] { a href={ "/v1/products/" (one.id) "." (form) } { (form.to_uppercase()) } " " }
            " · " a href={ "/products/" (one.id) "/tearlines" } { (t.say("product.tearlines")) }
        }
        @if let Some(digest) = &one.digest { p.meta { (t.say("product.digest")) ": " code { (digest) } } }
        @if let Some(by) = &one.superseded_by { p { a href={ "/products/" (by) } { (t.say("product.superseded")) } } }
    }
}

fn pages(t: Lang, length: Length) -> Markup {
    let over = length.pages > MOST_PAGES;
    let (pages, most) = (length.pages.to_string(), MOST_PAGES.to_string());
    let places = [("pages", pages.as_str()), ("most", most.as_str())];
    let told = if over { t.fill("product.pages-over", &places) } else { t.fill("product.pages", &places) };
    html! { @if over { div.refused role="status" { p { (told) } } } @else { p.meta { (told) } } }
}

/// The parts that keep a draft from being submitted.
fn missing(t: Lang, one: &Product) -> Markup {
    let open = |section: &&Section| section.statements.is_empty() && section.struck.is_none();
    let empty: Vec<&Section> = one.sections.iter().filter(open).collect();
    html! {
        @if one.state == ProductState::Draft && !empty.is_empty() {
            p.meta {
                (t.say("product.missing"))
                @for (at, section) in empty.iter().enumerate() {
                    @if at > 0 { "," } " " a href={ "#part-" (section.part) } { (t.word("part", section.part.as_str())) }
                }
            }
        }
    }
}

fn listed(t: Lang, one: &Product, (number, source): (usize, &Source)) -> Markup {
    html! {
        li id={ "source-" (number) } {
            span { "[" (number) "] " @match source_link::link(one, source) { Some(link) => { a href=(link) { (source.label) } } None => { (source.label) } } }
            div.meta { @if !source.grade.is_empty() { b { (source.grade) } " " } (shell::handling(t, &source.handling)) }
        }
    }
}

/// What a page of a product is made with.
struct Editor<'a> {
    reader: &'a Reader,
    one: &'a Product,
    key: &'a str,
    writes: bool,
}

impl Editor<'_> {
    fn newer(&self, newer: &[Newer]) -> Markup {
        let t = self.reader.lang;
        if newer.is_empty() {
            return html! {};
        }
        html! {
            section aria-label=(t.say("product.newer")) {
                h2 { (t.say("product.newer")) }
                p.meta { (t.say("product.newer-note")) }
                ul.changes { @for (at, one) in newer.iter().enumerate() { li {
                    span { b { (t.word("source-since", one.since.as_str())) } " · " (one.label) }
                    span.meta { (one.detail) @for number in &one.statements { " " a href={ "#s-" (number) } { "[" (number) "]" } } }
                    @if self.writes && one.since != contracts::analysis::drafting::Since::Gone {
                        (product_form::press(self.reader, self.one, (&format!("{}-n-{at}", self.key), "renew", t.say("product.renew")), ("source", &one.source)))
                    }
                } } }
            }
        }
    }

    fn section(&self, section: &Section) -> Markup {
        let t = self.reader.lang;
        let what = t.say(&format!("part-hint.{}", section.part));
        html! {
            section.threat id={ "part-" (section.part) } aria-label=(t.word("part", section.part.as_str())) {
                h2 { (t.word("part", section.part.as_str())) }
                @for said in &section.statements { (self.statement(said)) }
                @if let Some(struck) = &section.struck {
                    p.meta { (left_out(t, struck)) " (" (struck.by.name) ")" }
                    @if self.writes { (product_form::press(self.reader, self.one, (&format!("{}-r-{}", self.key, section.part), "restore", t.say("product.restore")), ("part", section.part.as_str()))) }
                } @else if section.statements.is_empty() {
                    p.meta { (t.fill("product.empty", &[("what", what)])) }
                }
                @if self.writes { (product_form::further(self.reader, self.one, (section, self.key))) }
            }
        }
    }

    fn statement(&self, said: &Statement) -> Markup {
        let t = self.reader.lang;
        let at = |key: &String| self.one.sources.iter().position(|source| source.key == *key);
        html! {
            div.said id={ "s-" (said.number) } {
                p lang=(self.one.form.language) {
                    (shell::handling(t, &said.handling)) " " (said.text)
                    (printed_product::resting(printed_product::language(self.one), said))
                    @if let Some(cited) = printed_product::cited(printed_product::language(self.one), said) { " " span.meta { "(" (cited) ")" } }
                    @for number in said.sources.iter().filter_map(at) { " " a href={ "#source-" (number + 1) } title=(self.one.sources.get(number).map_or("", |one| one.grade.as_str())) { "[" (number + 1) "]" } }
                }
                p.meta {
                    @match printed_product::written(t, said) {
                        Some(written) => { span.state { (t.say("product.edited")) } " " (written) }
                        None => { (t.say("product.by-system")) }
                    }
                }
                @if let Some(was) = &said.was {
                    p.was { (t.say("product.drafted")) " " del lang=(self.one.form.language) { (was) } }
                }
                @if self.writes { (product_form::rewrite(self.reader, self.one, (said, self.key))) }
            }
        }
    }
}

/// What may be done where it stands.
const fn possible(state: ProductState) -> &'static [ProductAction] {
    use ProductAction::{Approve, Publish, Return, Submit, Withdraw};
    match state {
        ProductState::Draft => &[Submit, Withdraw],
        ProductState::Review => &[Approve, Return],
        ProductState::Approved => &[Publish, Return],
        ProductState::Published => &[Withdraw],
        ProductState::Superseded | ProductState::Withdrawn => &[],
    }
}

fn actions(reader: &Reader, one: &Product, key: &str) -> Markup {
    let t = reader.lang;
    let may = |action: &ProductAction| match action {
        ProductAction::Publish | ProductAction::Withdraw => reader.principal.has_any(PUBLISHERS),
        _ => reader.principal.has_any(PRODUCT_WRITERS),
    };
    let mine: Vec<&ProductAction> = possible(one.state).iter().filter(|action| may(action)).collect();
    let Some(first) = mine.first() else { return html! {} };
    let path = |action: &ProductAction| format!("/products/{}/{action}", one.id);
    html! {
        form.actions method="post" action=(path(first)) {
            (product_form::hidden(reader, one, key))
            label for="note" { (t.say("product.note")) }
            textarea #note name="note" rows="2" maxlength="2000" {}
            p.buttons { @for action in &mine { button.second[action != first] formaction=(path(action)) { (t.word("product-action", action.as_str())) } } }
        }
    }
}

fn history(t: Lang, one: &Product) -> Markup {
    html! {
        h2 { (t.say("product.history")) }
        ol.changes { @for step in &one.history {
            li {
                span { (t.word("product-state", step.state.as_str())) " · " (step.by.name) }
                span.move { (t.moment(step.at)) }
                @if !step.note.is_empty() { span.meta { (step.note) } }
                @if !step.changes.is_empty() {
                    details {
                        summary { (t.fill("product.changes-n", &[("n", &step.changes.len().to_string())])) }
                        ul { @for change in &step.changes { li { code { (change.what) " " (change.of) } @if !change.was.is_empty() { " " del { (change.was) } } } } }
                    }
                }
            }
        } }
    }
}
