//! On what an accepted report rests: on what was checked, or on the word of another source.

use contracts::intake::{ReportState, ReportStep, was_verified};

/// What the history tells of an accepted report that another source bears out no longer.
pub const BORNE_OUT_NO_LONGER: &str = "it was verified without a note because another source bore it out, and none does any longer: it counts \
    as unverified, with the credibility that its report states; correct it, contradict it or leave it so";

/// Whether whoever verified a report of this history last said in a note how it was checked.
pub fn was_checked(history: &[ReportStep]) -> bool {
    let verified = history.iter().rfind(|step| step.state == ReportState::Verified);
    verified.is_some_and(|step| !step.note.trim().is_empty())
}

/// Whether a report of this history that is accepted counts as verified by the word of another source alone.
pub fn rests_on_word(history: &[ReportStep]) -> bool {
    was_verified(history) && !was_checked(history)
}

/// Whether a report that stands there can bear out another: what is done with it then may leave that other with nothing.
pub const fn bears_out(state: ReportState) -> bool {
    matches!(state, ReportState::Verified | ReportState::Accepted)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn history(steps: &[(ReportState, &str)]) -> Vec<ReportStep> {
        let step = |(state, note): &(ReportState, &str)| ReportStep {
            state: *state,
            by: "desk".into(),
            at: "2026-11-23T07:30:00Z".parse().unwrap(),
            note: (*note).into(),
            was: None,
            borne_out_by: None,
        };
        steps.iter().map(step).collect()
    }

    #[test]
    fn what_was_accepted_rests_on_what_was_checked_or_on_nothing_but_a_word() {
        use ReportState as S;
        let word = history(&[(S::Verifying, ""), (S::Verified, " "), (S::Accepted, "seen")]);
        assert!(was_verified(&word) && !was_checked(&word));
        let corrected =
            history(&[(S::Verified, "called the head"), (S::Accepted, ""), (S::Accepted, "another day")]);
        assert!(was_verified(&corrected) && was_checked(&corrected));
        let never = history(&[(S::Verifying, "x"), (S::Unverified, "nobody answers"), (S::Accepted, "")]);
        assert!(!was_verified(&never) && !was_checked(&never));
        assert!(!was_verified(&[]));
        assert!(rests_on_word(&word));
        for other in [&corrected, &never] {
            assert!(!rests_on_word(other));
        }
        // borne out at first, and then checked, or not verified at all
        let word_first = [(S::Verified, ""), (S::Verifying, "")];
        for then in [(S::Verified, "called the head"), (S::Unverified, "nobody answers")] {
            let steps: Vec<_> = word_first.iter().copied().chain([then, (S::Accepted, "")]).collect();
            assert!(!rests_on_word(&history(&steps)), "{then:?}");
        }
        assert!(contracts::reason::is_told(BORNE_OUT_NO_LONGER));
    }

    #[test]
    fn what_bears_out_another_is_verified_or_accepted() {
        use ReportState as S;
        assert!(bears_out(S::Verified) && bears_out(S::Accepted));
        for other in [S::Submitted, S::Triage, S::Verifying, S::Unverified, S::Rejected, S::Duplicate] {
            assert!(!bears_out(other), "{other}");
        }
    }
}
