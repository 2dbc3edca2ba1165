//! What the release rule is asked about a warning, and who is asked about at all.

use std::collections::BTreeSet;

use contracts::alerts::Warning;
use domain::{Precision, release::Item, warning::Status};

/// The word by which agreements cover warnings.
pub const KIND: &str = "warning";

/// Whether a warning of this status may be for an organisation at all: exercises go to exercise organisations only, real
/// warnings to the others only, everything else to nobody.
pub fn concerns(status: Status, exercise: bool) -> bool {
    match status {
        Status::Actual => !exercise,
        Status::Exercise => exercise,
        Status::System | Status::Test | Status::Draft => false,
    }
}

/// The warning as the release rule sees it.
pub fn item(warning: &Warning, purpose: &str) -> Item {
    Item {
        kind: KIND.to_owned(),
        derived: true,
        handling: warning.handling.clone(),
        threats: BTreeSet::from([warning.threat]),
        countries: warning.countries(),
        precision: precision(warning),
        purpose: purpose.to_owned(),
    }
}

/// The finest precision of anything in the warning: of its places, and of its wording, which names the places of the incidents
/// it rests on.
fn precision(warning: &Warning) -> Precision {
    let wording = if warning.evidence.is_empty() { Precision::None } else { Precision::Near };
    warning.places.iter().map(|place| place.precision).min().unwrap_or(Precision::None).min(wording)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::examples;

    #[test]
    fn an_exercise_reaches_exercise_organisations_only_and_a_real_warning_the_others_only() {
        for status in Status::ALL.iter().copied() {
            assert_eq!(concerns(status, true), status == Status::Exercise, "{status}");
            assert_eq!(concerns(status, false), status == Status::Actual, "{status}");
        }
    }

    #[test]
    fn the_finest_place_decides_the_precision() {
        let mut warning = examples::warning();
        warning.places[0].precision = Precision::Province;
        warning.places.push(examples::exact_place());
        assert_eq!(item(&warning, "early_warning").precision, Precision::Exact);
        warning.places.clear();
        warning.evidence.clear();
        assert_eq!(item(&warning, "early_warning").precision, Precision::None);
    }
}
