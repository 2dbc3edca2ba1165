//! Sentences about what eases.

use contracts::analysis::{Situation, levels::Sign, products::ProductLanguage as Language};

use super::{Sentence, plain, what};
use crate::domain::product::{kinds, material::Seen, words as w};

/// A share below this is told as nothing.
const LEAST: f64 = 0.005;

/// What eases a level.
#[derive(Clone, Copy, Debug)]
pub struct Eased<'a> {
    /// Which share of the index it takes off, in 0..=1.
    pub share: f64,
    /// Whether it would take off more, were the gravest incident not so fresh.
    pub held: bool,
    /// The weightiest of it, with the report that may be named.
    pub facts: &'a [(&'a Sign, Option<&'a Seen>)],
    /// How many facts there are.
    pub all: usize,
}

/// What eases a level: how much it takes off, and the weightiest facts with their days and grades.
pub fn eased(l: Language, of: &Situation, by: &Eased<'_>) -> Sentence {
    let (unit, threat, share) = (w::unit(l, &of.province), w::threat(l, of.threat), w::percent(l, by.share));
    let off = match l {
        Language::En if by.share < LEAST => "takes nothing off the index yet".to_owned(),
        Language::En => format!("takes {share} off the index"),
        Language::Ru if by.share < LEAST => "пока не снижают индекс".to_owned(),
        Language::Ru => format!("снижают индекс на {share}"),
    };
    let why = w::pick(
        l,
        (
            "; it is held back by how grave and fresh the incidents are",
            "; больше снизить его не дают тяжесть и недавность инцидентов",
        ),
    );
    let off = if by.held { format!("{off}{why}") } else { off };
    let head = match l {
        Language::En => format!("{unit}, {threat}: what eases {off}. Weightiest: "),
        Language::Ru => format!("{unit}, {threat}: смягчающие факты {off}. Важнейшие: "),
    };
    let fact = |(sign, seen): &(&Sign, Option<&Seen>), words: bool| {
        let told = match (sign.indicator, seen) {
            (Some(indicator), _) => w::indicator(l, indicator).to_owned(),
            (None, Some(seen)) if words => what(l, seen).trim_end_matches('.').to_owned(),
            (None, Some(seen)) => kinds::words(l, &seen.kind),
            (None, None) => w::pick(l, ("an event of peace", "событие, говорящее о мире")).to_owned(),
        };
        let days = seen.filter(|_| sign.indicator.is_none());
        let days = days.map_or_else(|| w::day(l, sign.on), |seen| w::period(l, seen.from, seen.to));
        format!("{told} ({days}, {})", sign.grade)
    };
    let told = |words: bool| {
        let facts: Vec<String> = by.facts.iter().map(|one| fact(one, words)).collect();
        let more = by.all.saturating_sub(by.facts.len());
        let more = match l {
            _ if more == 0 => String::new(),
            Language::En => format!("; {more} more"),
            Language::Ru => format!("; ещё {more}"),
        };
        format!("{head}{}{more}.", facts.join("; "))
    };
    (told(true), Some(told(false)))
}

/// That nothing that eases was reported: a statement about reports.
pub fn nothing_eases(l: Language) -> Sentence {
    plain(
        w::pick(
            l,
            (
                "No dialogue, agreement, aid or return was reported; that is no sign that there was none.",
                "О диалоге, договорённостях, помощи или возвращении людей не сообщалось; это не значит, что их не было.",
            ),
        )
        .to_owned(),
    )
}
