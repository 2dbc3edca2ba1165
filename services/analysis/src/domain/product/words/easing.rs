//! Indicators that ease, in words.

use contracts::analysis::products::ProductLanguage as Language;
use domain::Indicator;

use super::pick;

/// An indicator that eases, within a list; the others by their key, for they ease nothing.
pub const fn easing(language: Language, indicator: Indicator) -> &'static str {
    let words = match indicator {
        Indicator::Rehabilitation => ("programmes of rehabilitation run", "работают программы реабилитации"),
        Indicator::JointOperations => {
            ("joint operations against trafficking", "совместные операции против незаконного оборота")
        }
        Indicator::CounterTerrorCooperation => {
            ("agreements against terrorism are kept", "соблюдаются договорённости против терроризма")
        }
        Indicator::JointCommissions => {
            ("joint border or water commissions meet", "заседают совместные пограничные или водные комиссии")
        }
        Indicator::Demarcation => ("steps of demarcation", "шаги по демаркации границы"),
        Indicator::Dialogue => {
            ("dialogue between communities or with the authorities", "диалог между общинами или с властями")
        }
        Indicator::TechnicalTalks => {
            ("technical talks with the neighbour", "технические переговоры с соседней стороной")
        }
        other => return other.as_str(),
    };
    pick(language, words)
}

#[cfg(test)]
mod tests {
    use domain::IndicatorKind;

    use super::*;

    #[test]
    fn every_indicator_that_eases_has_words_in_both_languages() {
        let eases = |one: &&Indicator| matches!(one.kind(), IndicatorKind::Mitigating | IndicatorKind::Peace);
        for one in Indicator::ALL.iter().filter(eases) {
            let (english, russian) = (easing(Language::En, *one), easing(Language::Ru, *one));
            assert!(english != one.as_str() && !russian.is_ascii(), "{one}: {english}, {russian}");
        }
    }
}
