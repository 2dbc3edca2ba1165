//! Papers as PDF, on A4, tagged for screen readers, with the fonts this crate brings.

use std::sync::LazyLock;

use serde::Serialize;
use typst::foundations::Dict;
use typst_as_lib::{TypstEngine, TypstTemplateMainFile};
use typst_layout::PagedDocument;
use typst_pdf::PdfOptions;

use crate::Paper;

static ENGINE: LazyLock<TypstEngine<TypstTemplateMainFile>> = LazyLock::new(|| {
    TypstEngine::builder()
        .main_file(include_str!("paper.typ"))
        .fonts(typst_assets::fonts().collect::<Vec<_>>())
        .build()
});

/// A printed paper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pdf {
    /// The file.
    pub bytes: Vec<u8>,
    /// How many pages it has.
    pub pages: usize,
}

/// A paper that cannot be printed, with the reason.
#[derive(Debug, thiserror::Error)]
#[error("the paper cannot be printed: {0}")]
pub struct Unprintable(String);

/// What the template is filled with.
#[derive(Serialize)]
struct Inputs<'p> {
    paper: &'p Paper,
}

impl Paper {
    /// As PDF. The same paper gives the same bytes. Takes some ten milliseconds of a processor.
    ///
    /// # Errors
    /// When it cannot be set: never for what people write.
    pub fn pdf(&self) -> Result<Pdf, Unprintable> {
        let inputs = serde_json::to_string(&Inputs { paper: self });
        let inputs = inputs.and_then(|text| serde_json::from_str::<Dict>(&unbroken(&text)));
        let inputs = inputs.map_err(|error| Unprintable(error.to_string()))?;
        let set = ENGINE.compile_with_input::<_, PagedDocument>(inputs).output;
        let document = set.map_err(|error| Unprintable(error.to_string()))?;
        let bytes = typst_pdf::pdf(&document, &PdfOptions::default()).map_err(|faults| {
            Unprintable(faults.iter().map(|fault| fault.message.as_str()).collect::<Vec<_>>().join("; "))
        })?;
        Ok(Pdf { bytes, pages: document.pages().len() })
    }
}

/// Keeps the Russian abbreviation of the year on the line of its year.
fn unbroken(text: &str) -> String {
    text.replace(" г.", "\u{a0}г.")
}

#[cfg(test)]
mod tests {
    use crate::{Section, Statement};

    #[test]
    fn a_paper_is_printed_with_all_its_letters_and_twice_the_same() {
        let paper = crate::sample();
        let (one, other) = (paper.pdf().unwrap(), paper.pdf().unwrap());
        assert!(one.bytes.starts_with(b"%PDF-") && one.pages == 1, "{} pages", one.pages);
        assert_eq!(one, other);
        if let Some(folder) = option_env!("MIRAB_PAGES") {
            std::fs::write(format!("{folder}/paper.pdf"), &one.bytes).unwrap();
        }
    }

    #[test]
    fn the_abbreviation_of_the_year_is_never_broken_from_its_year() {
        let title = "Справка для Генерального секретаря, 20–27 ноября 2026 г.";
        assert!(super::unbroken(title).ends_with("2026\u{a0}г."));
        assert_eq!(
            super::unbroken("в г. Ош и гг."),
            "в\u{a0}г. Ош и гг.",
            "nor that of the town from what stands before"
        );
    }

    #[test]
    fn a_source_is_linked_in_print_where_its_address_is_whole() {
        let linked = |paper: &crate::Paper| {
            let bytes = paper.pdf().unwrap().bytes;
            bytes.windows(4).any(|four| four == b"/URI")
        };
        assert!(!linked(&crate::sample()));
        assert!(linked(&crate::sample().reached_at("https://mirab.example")));
    }

    #[test]
    fn a_long_paper_has_its_pages_counted() {
        let mut paper = crate::sample();
        let statement =
            Statement { mark: "GREEN".into(), text: "Word after word. ".repeat(40), ..Statement::default() };
        paper.sections.push(Section { heading: "Long".into(), statements: vec![statement; 30] });
        assert!(paper.pdf().unwrap().pages > 3);
    }
}
