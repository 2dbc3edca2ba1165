//! Papers as one HTML page that needs nothing beside it.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::{Paper, Section};

/// How the page looks. It stands in the page, so that a saved copy looks the same; a door that allows no style must allow it
/// by its digest.
pub const STYLE: &str = "\
body{margin:0 auto;max-width:46rem;padding:1rem 1.25rem 2rem;font:1rem/1.5 Georgia,'Noto Serif',serif;color:#16181d;background:#fff}\
h1{font-size:1.6rem;line-height:1.25;margin:.6rem 0}\
h2{font-size:1.1rem;margin:1.5rem 0 .4rem;break-after:avoid}\
p{margin:.45rem 0;overflow-wrap:anywhere}\
.marking{text-align:center;font-weight:700;letter-spacing:.04em}\
.mark{font:600 .78rem/1 system-ui,sans-serif;color:#4a5160}\
small,.sources{font-size:.85rem;color:#4a5160}\
dl{margin:.6rem 0 0;padding:0 0 .6rem;border-bottom:1px solid #b9bec8}\
dl div{display:grid;grid-template-columns:9rem minmax(0,1fr);gap:.75rem}\
dt{color:#4a5160}dd{margin:0;overflow-wrap:anywhere}\
.sources li{margin:.2rem 0;overflow-wrap:anywhere}\
a{color:#0b4f8a}\
@media(max-width:30rem){dl div{grid-template-columns:minmax(0,1fr);gap:0}}\
@media(prefers-color-scheme:dark){body{background:#15181d;color:#e8eaee}.mark,small,.sources,dt{color:#b3bac6}a{color:#8dc1f0}}\
@media print{body{max-width:none;padding:0;background:#fff;color:#000}}";

impl Paper {
    /// As one page. It names no style, script or picture outside of itself.
    pub fn html(&self) -> String {
        html! {
            (DOCTYPE)
            html lang=(self.language) {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    title { (self.title) }
                    style { (PreEscaped(STYLE)) }
                }
                body {
                    p.marking { (self.marking) }
                    h1 { (self.title) }
                    dl { @for (name, value) in &self.facts { div { dt { (name) } dd { (value) } } } }
                    @for section in &self.sections { (told(section)) }
                    @if !self.sources.is_empty() {
                        h2 { (self.sources_heading) }
                        ol.sources {
                            @for (number, source) in (1..).zip(&self.sources) {
                                li id={ "source-" (number) } {
                                    @if source.link.is_empty() { (source.text) } @else { a href=(source.link) { (source.text) } }
                                    @if !source.grade.is_empty() { " — " b { (source.grade) } }
                                    @if !source.id.is_empty() { " " span.mark { (source.id) } }
                                }
                            }
                        }
                    }
                    @for note in &self.notes { p { small { (note) } } }
                    p.marking { (self.marking) }
                }
            }
        }
        .into_string()
    }
}

fn told(section: &Section) -> Markup {
    html! {
        h2 { (section.heading) }
        @for statement in &section.statements {
            p {
                span.mark { "(" (statement.mark) ")" } " " (statement.text)
                @if !statement.cited.is_empty() { " " small { "(" (statement.cited) ")" } }
                @for number in &statement.sources { " " a href={ "#source-" (number) } { "[" (number) "]" } }
                @for line in &statement.beside { br; small { (line) } }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn what_is_said_is_never_read_as_markup() {
        let page = crate::sample().html();
        assert!(page.contains("&lt;script&gt;") && !page.contains("<script"), "{page}");
        assert!(page.contains("<a href=\"#source-2\">[2]</a>") && page.contains("id=\"source-2\""));
        assert!(page.starts_with("<!DOCTYPE html><html lang=\"ru\">"));
    }
}
