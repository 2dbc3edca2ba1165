//! Papers as one HTML page that needs nothing beside it.

use maud::{DOCTYPE, Markup, html};

use crate::{Paper, Section};

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
                }
                body {
                    p { strong { (self.marking) } }
                    h1 { (self.title) }
                    dl { @for (name, value) in &self.facts { div { dt { (name) } dd { (value) } } } }
                    @for section in &self.sections { (told(section)) }
                    @if !self.sources.is_empty() {
                        h2 { (self.sources_heading) }
                        ol {
                            @for (number, source) in (1..).zip(&self.sources) {
                                li id={ "source-" (number) } {
                                    @if source.link.is_empty() { (source.text) } @else { a href=(source.link) { (source.text) } }
                                    @if !source.grade.is_empty() { " — " b { (source.grade) } }
                                }
                            }
                        }
                    }
                    @for note in &self.notes { p { (note) } }
                    p { strong { (self.marking) } }
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
                span { "(" (statement.mark) ")" } " " (statement.text)
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
