//! Marked papers, written once and given out as Markdown, HTML and PDF. Pure: a paper in, text or bytes out.
//!
//! Every statement carries the mark of what may be done with it and the numbers of the sources it rests on. What stands in
//! a paper is data everywhere: no character of it is ever read as markup.

mod html;
mod markdown;
mod pdf;

pub use html::STYLE;
pub use pdf::{Pdf, Unprintable};

use serde::Serialize;

/// A paper in one language.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Paper {
    /// RFC 5646 tag of its language: `en`, `ru`.
    pub language: String,
    /// One line.
    pub title: String,
    /// What may be done with the whole; stands above and below every page.
    pub marking: String,
    /// What it is, for whom and of when: pairs of a name and a value.
    pub facts: Vec<(String, String)>,
    /// Its sections, in order.
    pub sections: Vec<Section>,
    /// The heading of the list of sources.
    pub sources_heading: String,
    /// What it rests on; statements name them by number, from 1.
    pub sources: Vec<Source>,
    /// What must accompany it: attribution, what was left out.
    pub notes: Vec<String>,
}

/// A part of a paper under one heading.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Section {
    /// Its heading.
    pub heading: String,
    /// What it says.
    pub statements: Vec<Statement>,
}

/// One statement.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Statement {
    /// What may be done with it: `GREEN`.
    pub mark: String,
    /// What it says.
    pub text: String,
    /// The numbers of its sources, from 1.
    pub sources: Vec<usize>,
    /// By whom its sources are named, where it was not drafted from them: `cited by the editor`; empty where it was.
    pub cited: String,
    /// What stands beside it, one line each: who wrote it, what was drafted.
    pub beside: Vec<String>,
}

/// Something a statement rests on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Source {
    /// What it is.
    pub text: String,
    /// How it is graded: `B2`; empty where it is not.
    pub grade: String,
    /// By which name its owner keeps it: what it is asked for by; empty where that is not told.
    pub id: String,
    /// Where it can be looked up; empty where it cannot. An address within the door that gives the paper out leads on in its page
    /// alone; what is read elsewhere links whole addresses.
    pub link: String,
}

impl Source {
    /// Its link, where that leads there from anywhere.
    fn whole_link(&self) -> Option<&str> {
        Some(self.link.as_str()).filter(|link| link.contains("://"))
    }
}

impl Paper {
    /// The same with all that it says put through this; ids and links stay as they are.
    #[must_use]
    pub fn each_text(mut self, put: impl Fn(&str) -> String) -> Self {
        let lines = |lines: &mut Vec<String>| lines.iter_mut().for_each(|line| *line = put(line));
        for text in [&mut self.title, &mut self.marking, &mut self.sources_heading] {
            *text = put(text);
        }
        for (name, value) in &mut self.facts {
            (*name, *value) = (put(name), put(value));
        }
        for section in &mut self.sections {
            section.heading = put(&section.heading);
            for one in &mut section.statements {
                (one.mark, one.text, one.cited) = (put(&one.mark), put(&one.text), put(&one.cited));
                lines(&mut one.beside);
            }
        }
        for source in &mut self.sources {
            (source.text, source.grade) = (put(&source.text), put(&source.grade));
        }
        lines(&mut self.notes);
        self
    }

    /// The same, with links within the door made whole by the address under which people reach it; as it is where that is empty.
    #[must_use]
    pub fn reached_at(mut self, address: &str) -> Self {
        let address = address.trim_end_matches('/');
        for source in self.sources.iter_mut().filter(|source| source.link.starts_with('/')) {
            source.link.insert_str(0, address);
        }
        self
    }
}

#[cfg(test)]
fn sample() -> Paper {
    Paper {
        language: "ru".to_owned(),
        title: "Обзор [обстановки] #1 <b>".to_owned(),
        marking: "TLP:AMBER".to_owned(),
        facts: vec![("Период".to_owned(), "1–7 ноября 2026".to_owned())],
        sections: vec![
            Section {
                heading: "Безопасность".to_owned(),
                statements: vec![
                    Statement {
                        mark: "GREEN".to_owned(),
                        text: "Один погибший в *Хелманде* #strong[x] $a$ \\ [1](http://x) <script>"
                            .to_owned(),
                        sources: vec![1, 2],
                        cited: "cited by *B*".to_owned(),
                        beside: vec!["Drafted: <i>one</i>".to_owned()],
                    },
                    Statement {
                        mark: "AMBER".to_owned(),
                        text: "دری و پښتو".to_owned(),
                        ..Statement::default()
                    },
                ],
            },
            Section { heading: "Empty".to_owned(), statements: vec![] },
        ],
        sources_heading: "Источники".to_owned(),
        sources: vec![
            Source {
                text: "UCDP".to_owned(),
                grade: "B2".to_owned(),
                id: "ob_1".to_owned(),
                link: "/v1/observations/ob_1".to_owned(),
            },
            Source { text: "S/RES/2727 (2024)".to_owned(), ..Source::default() },
        ],
        notes: vec!["CC BY 4.0".to_owned()],
    }
}
