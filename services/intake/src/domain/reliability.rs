//! How reliable a source is by its record: an explicit rule that more confirmed reports never lower and more refused ones
//! never raise.

use contracts::intake::reporters::{Record, ReportOutcome};
use domain::Reliability;

/// Fewer judged reports than this say nothing of a source: F.
pub const LEAST_JUDGED: u32 = 5;
/// What a report that could not be confirmed weighs against its source: little, as nothing was shown.
const UNVERIFIED: f64 = 0.25;
/// What a report that was shown to be otherwise weighs: twice a refused one.
const CONTRADICTED: f64 = 2.0;
/// The least expected share of reports that hold, by letter. A judgement, not measured; the desk has the last word.
const LADDER: [(f64, Reliability); 4] =
    [(0.9, Reliability::A), (0.75, Reliability::B), (0.55, Reliability::C), (0.35, Reliability::D)];

/// What the record says.
#[derive(Clone, Debug, PartialEq)]
pub struct Proposal {
    /// The expected share of reports that hold: the mean of a Beta distribution that began even, Beta(1, 1).
    pub expected: f64,
    /// The letter.
    pub reliability: Reliability,
    /// Why, with the figures.
    pub why: String,
}

/// The record with one more report.
pub const fn with(mut record: Record, outcome: ReportOutcome) -> Record {
    match outcome {
        ReportOutcome::Verified => record.verified += 1,
        ReportOutcome::Unverified => record.unverified += 1,
        ReportOutcome::Rejected => record.rejected += 1,
        ReportOutcome::Contradicted => record.contradicted += 1,
        ReportOutcome::Withdrawn => {}
    }
    record
}

/// What a record proposes.
pub fn propose(record: Record) -> Proposal {
    let held = f64::from(record.verified);
    let against = f64::from(record.unverified) * UNVERIFIED
        + f64::from(record.rejected)
        + f64::from(record.contradicted) * CONTRADICTED;
    let expected = (1.0 + held) / (2.0 + held + against);
    let judged = record.verified + record.rejected + record.contradicted;
    let letter =
        LADDER.iter().find(|(least, _)| expected >= *least).map_or(Reliability::E, |(_, letter)| *letter);
    let reliability = if judged < LEAST_JUDGED { Reliability::F } else { letter };
    let Record { verified, unverified, rejected, contradicted } = record;
    let figures = format!(
        "{verified} verified, {unverified} not confirmed, {rejected} rejected, {contradicted} contradicted"
    );
    let why = if judged < LEAST_JUDGED {
        format!("{figures}: {judged} judged, and {LEAST_JUDGED} are needed before a source can be judged")
    } else {
        format!(
            "{figures}: expected share that holds {expected:.2} = (1 + {held}) / (2 + {held} + {against}); A from 0.90, B from 0.75, C from 0.55, D from 0.35"
        )
    };
    Proposal { expected, reliability, why }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn record(counts: (u32, u32, u32, u32)) -> Record {
        let (verified, unverified, rejected, contradicted) = counts;
        Record { verified, unverified, rejected, contradicted }
    }

    #[test]
    fn the_letters_follow_the_ladder() {
        let of = |counts| propose(record(counts)).reliability;
        assert_eq!(of((4, 90, 0, 0)), Reliability::F);
        assert_eq!(of((5, 0, 0, 0)), Reliability::B);
        assert_eq!(of((8, 0, 0, 0)), Reliability::A);
        assert_eq!(of((8, 0, 1, 0)), Reliability::B);
        assert_eq!(of((4, 0, 2, 0)), Reliability::C);
        assert_eq!(of((2, 0, 3, 0)), Reliability::D);
        assert_eq!(of((1, 0, 1, 3)), Reliability::E);
        assert!(propose(record((5, 0, 0, 0))).why.contains("0.86 = (1 + 5) / (2 + 5 + 0)"));
        assert!(propose(record((1, 2, 0, 0))).why.contains("1 judged, and 5 are needed"));
    }

    proptest! {
        #[test]
        fn a_better_record_is_never_graded_worse(counts in (0_u32..40, 0_u32..40, 0_u32..40, 0_u32..40)) {
            let before = record(counts);
            let is = propose(before);
            prop_assert!(is.expected > 0.0 && is.expected < 1.0);
            let better = propose(with(before, ReportOutcome::Verified));
            prop_assert!(better.expected > is.expected);
            for worse in [ReportOutcome::Unverified, ReportOutcome::Rejected, ReportOutcome::Contradicted] {
                let worse = propose(with(before, worse));
                prop_assert!(worse.expected < is.expected);
                if is.reliability != Reliability::F {
                    prop_assert!(worse.reliability >= is.reliability && better.reliability <= is.reliability);
                }
            }
            let contradicted = propose(with(before, ReportOutcome::Contradicted));
            prop_assert!(contradicted.expected < propose(with(before, ReportOutcome::Rejected)).expected);
        }
    }
}
