//! The skeleton of each kind of product (FORMATS 4.6), and what belongs in a part that data cannot fill.

use contracts::analysis::products::{Part, ProductKind};

/// Most pages of a briefing note when it is set.
pub const MOST_PAGES: u32 = 2;

/// The parts of a kind, in order.
pub const fn parts(kind: ProductKind) -> &'static [Part] {
    use Part::{
        Action, Annex, Assessment, Background, Casualties, Developments, Eases, Gaps, Grading, Humanitarian,
        IfRaised, KeyMessages, Liaison, Mandate, NextUpdate, Options, Outlook, Partners, Planned, Political,
        Positions, Purpose, Recommended, Regional, Risks, Security, Signals, Summary, TalkingPoints, Threats,
        What, When, Where, Who,
    };
    match kind {
        ProductKind::SituationReport => &[
            Summary,
            Political,
            Security,
            Threats,
            Humanitarian,
            Eases,
            Regional,
            Partners,
            Liaison,
            Outlook,
            Recommended,
            Planned,
            Annex,
        ],
        ProductKind::FlashReport => {
            &[What, Where, When, Who, Casualties, Grading, Action, Assessment, NextUpdate]
        }
        ProductKind::BriefingNote => &[
            Purpose,
            KeyMessages,
            Background,
            Developments,
            Eases,
            Gaps,
            Positions,
            Mandate,
            Risks,
            Options,
            TalkingPoints,
            IfRaised,
        ],
        ProductKind::WarningNote => {
            &[Summary, Signals, Developments, Eases, Outlook, Gaps, Action, Options, NextUpdate]
        }
    }
}

/// How many statements a part holds at most; `None` where it may hold any number.
pub const fn most(kind: ProductKind, part: Part) -> Option<usize> {
    match (kind, part) {
        (_, Part::Summary | Part::Background) => Some(5),
        (_, Part::KeyMessages) | (ProductKind::BriefingNote, Part::Eases) => Some(3),
        (ProductKind::BriefingNote, Part::Gaps) => Some(4),
        (ProductKind::FlashReport, Part::Assessment) => Some(2),
        _ => None,
    }
}

/// Whether a part holds what the centre says by itself: what it did, wants, plans and proposes.
pub const fn holds_own_word(part: Part) -> bool {
    matches!(
        part,
        Part::Action
            | Part::Recommended
            | Part::Planned
            | Part::NextUpdate
            | Part::Purpose
            | Part::Mandate
            | Part::Options
            | Part::TalkingPoints
            | Part::IfRaised
    )
}

/// What belongs in a part.
pub const fn belongs(part: Part) -> &'static str {
    match part {
        Part::Summary => "what it comes to, in five statements at most",
        Part::Political => "political developments of the period",
        Part::Security => "the gravest incidents, each with its grade",
        Part::Threats => "threat by threat: what changed and what is unusual",
        Part::Humanitarian => "humanitarian situation and human rights",
        Part::Regional => "the region country by country, Afghanistan included",
        Part::Partners => "what the UN, country teams and partners did; warnings that were issued",
        Part::Liaison => "meetings held, consents, commitments",
        Part::Outlook => "what is to be expected: likelihood and, apart from it, confidence",
        Part::Recommended => "what is recommended, to whom, by when",
        Part::Planned => "what the centre plans to do next",
        Part::Annex => "levels by threat, and what is not known: days and places that no source covers",
        Part::What => "what happened",
        Part::Where => "where, with the code of the province and how precisely it is known",
        Part::When => "when it happened",
        Part::Who => "who took part, as far as it is known",
        Part::Casualties => "who died or was hurt, by the best-graded report",
        Part::Grading => "how the sources are graded",
        Part::Action => "what was done about it",
        Part::Assessment => "what it means, in two sentences",
        Part::NextUpdate => "when the next update is due",
        Part::Purpose => "why the note is written, and for which occasion",
        Part::KeyMessages => "three messages at most",
        Part::Background => "the background, in five statements at most",
        Part::Developments => "the latest developments",
        Part::Positions => "the positions of the governments concerned",
        Part::Mandate => "the position of the UN and the mandate it rests on",
        Part::Risks => "what may go wrong, and how likely that is",
        Part::Options => "options and the one that is recommended",
        Part::TalkingPoints => "talking points",
        Part::IfRaised => "what to say if it is raised",
        Part::Signals => "what gives reason to warn: levels that changed, months that are unusual",
        Part::Eases => "what eases: dialogue, agreements, aid, returns, and how much they weigh",
        Part::Gaps => {
            "what is not known: which days and places no source covers, and what the evidence leaves open"
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_part_stands_twice_in_a_kind_and_every_part_stands_in_one() {
        let mut used: BTreeSet<&Part> = BTreeSet::new();
        for kind in ProductKind::ALL {
            let distinct: BTreeSet<&Part> = parts(*kind).iter().collect();
            assert_eq!(distinct.len(), parts(*kind).len(), "{kind}");
            used.extend(distinct);
        }
        assert_eq!(used.len(), Part::ALL.len());
        assert!(Part::ALL.iter().all(|part| !belongs(*part).is_empty()));
    }
}
