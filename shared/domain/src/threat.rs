//! The threats watched: the four of the letter first, then those that lead to them or follow from them.

use crate::words;

words! {
    /// A kind of threat to peace in the region.
    "threat" Threat {
        /// International terrorism and extremism (named in the letter).
        TerrorismExtremism = "terrorism_extremism",
        /// Drug trafficking (named in the letter).
        DrugTrafficking = "drug_trafficking",
        /// Organised crime (named in the letter).
        OrganisedCrime = "organised_crime",
        /// Environmental degradation (named in the letter).
        EnvironmentalDegradation = "environmental_degradation",
        /// Tension at a border.
        BorderTension = "border_tension",
        /// Water and energy disputes.
        WaterEnergy = "water_energy",
        /// Political unrest.
        PoliticalUnrest = "political_unrest",
        /// Armed conflict within or between states.
        ArmedConflict = "armed_conflict",
        /// Displacement of people.
        Displacement = "displacement",
    }
}

impl Threat {
    /// Whether severity is read from deaths rather than from the analysts' table (ANALYSIS 7.2).
    pub const fn is_violence(self) -> bool {
        matches!(self, Self::TerrorismExtremism | Self::ArmedConflict)
    }
    /// Half-life in days of an incident's weight in the situation index (ANALYSIS 7.3; displacement as unrest).
    pub const fn half_life_days(self) -> f64 {
        match self {
            Self::ArmedConflict => 60.0,
            Self::TerrorismExtremism | Self::BorderTension => 90.0,
            Self::PoliticalUnrest | Self::Displacement => 45.0,
            Self::OrganisedCrime | Self::DrugTrafficking => 180.0,
            Self::EnvironmentalDegradation | Self::WaterEnergy => 30.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_four_of_the_letter_come_first_in_its_order() {
        let written: Vec<&str> = Threat::ALL.iter().map(|threat| threat.as_str()).collect();
        assert_eq!(
            written,
            [
                "terrorism_extremism",
                "drug_trafficking",
                "organised_crime",
                "environmental_degradation",
                "border_tension",
                "water_energy",
                "political_unrest",
                "armed_conflict",
                "displacement"
            ]
        );
        assert!(Threat::ALL.is_sorted());
    }

    #[test]
    fn every_threat_is_read_as_it_is_written_and_nothing_else_is() {
        for threat in Threat::ALL {
            assert_eq!(&threat.as_str().parse::<Threat>().unwrap(), threat);
        }
        let error = "war".parse::<Threat>().unwrap_err().to_string();
        assert!(error.starts_with("\"war\" is not a threat; expected terrorism_extremism, "), "{error}");
    }

    #[test]
    fn the_half_lives_are_those_of_the_analysis() {
        let days: Vec<String> = Threat::ALL.iter().map(|t| format!("{t} {}", t.half_life_days())).collect();
        assert_eq!(
            days,
            [
                "terrorism_extremism 90",
                "drug_trafficking 180",
                "organised_crime 180",
                "environmental_degradation 30",
                "border_tension 90",
                "water_energy 30",
                "political_unrest 45",
                "armed_conflict 60",
                "displacement 45"
            ]
        );
    }
}
