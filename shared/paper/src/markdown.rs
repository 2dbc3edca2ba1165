//! Papers as CommonMark.

use std::fmt::Write;

use crate::{Paper, Source, Statement};

/// Characters that mean something in CommonMark or HTML wherever they stand.
const ALWAYS: &[char] = &['\\', '`', '*', '_', '[', ']', '<', '>', '|', '&', '~', '$'];
/// Characters that mean something where a line begins: as a heading, a list or its number.
const BEGINNING: &[char] = &['#', '+', '-', '=', '.', ')'];

/// The text as itself, on one line that something else begins.
fn plain(text: &str) -> String {
    let words: Vec<String> = text.split_whitespace().map(|one| word(one, is_fence(one))).collect();
    words.join(" ")
}

/// The text as itself where it begins a line.
fn opening(text: &str) -> String {
    let mut words = text.split_whitespace();
    let first = words.next().map(|first| word(first, true));
    first.into_iter().chain(words.map(|one| word(one, is_fence(one)))).collect::<Vec<String>>().join(" ")
}

/// Whether it would close a heading that it ends.
fn is_fence(word: &str) -> bool {
    word.bytes().all(|letter| letter == b'#')
}

fn word(word: &str, opens: bool) -> String {
    let mut written = String::with_capacity(word.len());
    for (at, letter) in word.char_indices() {
        let begins = opens && word.bytes().take(at).all(|before| before.is_ascii_digit());
        if ALWAYS.contains(&letter) || (begins && BEGINNING.contains(&letter) && !is_fraction(word)) {
            written.push('\\');
        }
        written.push(letter);
    }
    written
}

/// Whether it is a number with decimals and none of a list.
fn is_fraction(word: &str) -> bool {
    word.split_once('.').is_some_and(|(_, after)| after.starts_with(|letter: char| letter.is_ascii_digit()))
}

impl Paper {
    /// As CommonMark.
    pub fn markdown(&self) -> String {
        let mut lines = vec![format!("**{}**", plain(&self.marking)), format!("# {}", plain(&self.title))];
        lines.extend(self.facts.iter().map(|(name, value)| format!("{}: {}", opening(name), plain(value))));
        let mut text = lines.join("\n\n");
        for section in &self.sections {
            let _ = write!(text, "\n\n## {}\n", plain(&section.heading));
            for statement in &section.statements {
                let _ = write!(text, "\n- {}", line(statement));
            }
        }
        if !self.sources.is_empty() {
            let _ = write!(text, "\n\n## {}\n", plain(&self.sources_heading));
            for (number, source) in (1..).zip(&self.sources) {
                let _ = write!(text, "\n{number}. {}", named(source));
            }
        }
        for note in &self.notes {
            let _ = write!(text, "\n\n*{}*", plain(note));
        }
        let _ = writeln!(text, "\n\n**{}**", plain(&self.marking));
        text
    }
}

fn line(statement: &Statement) -> String {
    let mut line = format!("({}) {}", plain(&statement.mark), plain(&statement.text));
    if !statement.cited.is_empty() {
        let _ = write!(line, " ({})", plain(&statement.cited));
    }
    for number in &statement.sources {
        let _ = write!(line, " \\[{number}\\]");
    }
    for beside in &statement.beside {
        let _ = write!(line, "\n  *{}*", plain(beside));
    }
    line
}

fn named(source: &Source) -> String {
    let grade =
        if source.grade.is_empty() { String::new() } else { format!(" — {}", plain(&source.grade)) };
    let text = match source.whole_link() {
        None => opening(&source.text),
        Some(link) => format!("[{}](<{link}>)", plain(&source.text)),
    };
    let id = if source.id.is_empty() { String::new() } else { format!(" ({})", plain(&source.id)) };
    format!("{text}{grade}{id}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_is_never_read_as_markup() {
        assert_eq!(opening("# 1. *a* <b> [x](y) 2.5 e-mail"), "\\# 1. \\*a\\* \\<b\\> \\[x\\](y) 2.5 e-mail");
        assert_eq!(opening("1. of two\n\n- lines"), "1\\. of two - lines");
        assert_eq!(plain("1. Summary, n = 748 ##"), "1. Summary, n = 748 \\##");
    }

    #[test]
    fn a_paper_has_its_marking_at_both_ends_and_every_source_by_its_number() {
        let text = crate::sample().markdown();
        assert!(text.starts_with("**TLP:AMBER**\n\n# Обзор") && text.ends_with("**TLP:AMBER**\n"), "{text}");
        assert!(
            text.contains("- (GREEN) Один погибший в \\*Хелманде\\*") && text.contains("\\[1\\] \\[2\\]"),
            "{text}"
        );
        assert!(
            text.contains("1. UCDP — B2 (ob\\_1)\n2. S/RES/2727 (2024)"),
            "no link within a door: {text}"
        );
        let text = crate::sample().reached_at("https://mirab.example/").markdown();
        assert!(
            text.contains("1. [UCDP](<https://mirab.example/v1/observations/ob_1>) — B2 (ob\\_1)"),
            "{text}"
        );
    }
}
