//! A sentence about what was reported in a period and counts in another.

use contracts::analysis::products::ProductLanguage as Language;
use domain::Threat;

use super::{Sentence, plain};
use crate::domain::product::words as w;

/// That what was reported of these threats is of incidents that happened before or after the period, by their best-graded reports.
pub fn beside(l: Language, threats: &[Threat]) -> Sentence {
    let names = names(l, threats);
    plain(match l {
        Language::En => format!(
            "What was reported in these days on {names} is of incidents that, by their best-graded reports, happened before or after them."
        ),
        Language::Ru => format!(
            "Сообщения за эти дни относятся к инцидентам, которые, по наиболее надёжным сообщениям, произошли до или после них ({names})."
        ),
    })
}

/// The same of part of what was reported of them: the rest is of the period, or may be.
pub fn partly_beside(l: Language, threats: &[Threat]) -> Sentence {
    let names = names(l, threats);
    plain(match l {
        Language::En => format!(
            "Part of what was reported in these days on {names} is of incidents that, by their best-graded reports, happened before or after them."
        ),
        Language::Ru => format!(
            "Часть сообщений за эти дни относится к инцидентам, которые, по наиболее надёжным сообщениям, произошли до или после них ({names})."
        ),
    })
}

fn names(l: Language, threats: &[Threat]) -> String {
    threats.iter().map(|threat| w::threat(l, *threat)).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_counts_before_or_after_the_period_is_told_in_both_languages() {
        let [en, ru] = [Language::En, Language::Ru].map(|l| beside(l, &[Threat::BorderTension]).0);
        assert!(en.starts_with("What was reported in these days on border tension is of incidents"), "{en}");
        assert!(ru.ends_with("произошли до или после них (напряжённость на границе)."), "{ru}");
        let [en, ru] = [Language::En, Language::Ru].map(|l| partly_beside(l, &[Threat::BorderTension]).0);
        assert!(en.starts_with("Part of what was reported in these days on border tension is of"), "{en}");
        assert!(ru.starts_with("Часть сообщений за эти дни относится к инцидентам"), "{ru}");
    }
}
