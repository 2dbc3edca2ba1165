//! Indicators: what is asked about every week because it goes before a worse, or a better, turn (FORMATS 7.3).

use crate::{Threat, words};

words! {
    /// A sign that is watched in every province, whether or not anything happened.
    "indicator" Indicator {
        /// Attacks and plots.
        AttacksPlots = "attacks_plots",
        /// More arrests on charges of terrorism or extremism than usual.
        ArrestsSpike = "arrests_spike",
        /// Reports of recruitment, online or in person.
        Recruitment = "recruitment",
        /// Foreign fighters come home.
        FighterReturns = "fighter_returns",
        /// Agreements against terrorism are kept.
        CounterTerrorCooperation = "counter_terror_cooperation",
        /// Programmes of rehabilitation run.
        Rehabilitation = "rehabilitation",
        /// Seizures differ from the norm of twelve months.
        SeizureChange = "seizure_change",
        /// Prices of drugs shift.
        DrugPriceShift = "drug_price_shift",
        /// Armed clashes with smugglers.
        SmugglerClashes = "smuggler_clashes",
        /// Cases of corruption at the border.
        BorderCorruption = "border_corruption",
        /// Joint operations against trafficking.
        JointOperations = "joint_operations",
        /// Incidents at segments of a border that are not demarcated.
        BorderIncidents = "border_incidents",
        /// Crossings are closed.
        CrossingClosures = "crossing_closures",
        /// Reservoirs or rivers differ from the agreed schedule.
        WaterSchedule = "water_schedule",
        /// Warnings of drought, dust or landslides.
        HazardAlerts = "hazard_alerts",
        /// Power is rationed.
        PowerRationing = "power_rationing",
        /// Joint commissions meet.
        JointCommissions = "joint_commissions",
        /// Steps of demarcation.
        Demarcation = "demarcation",
        /// Protests met with intervention or excessive force.
        ProtestForce = "protest_force",
        /// Emergency measures, cuts of the internet.
        EmergencyMeasures = "emergency_measures",
        /// Reports of incitement between communities.
        Incitement = "incitement",
        /// Prices of food or fuel jump.
        PriceSpike = "price_spike",
        /// Dialogue between communities or with the authorities.
        Dialogue = "dialogue",
        /// Violence in provinces on the other side of the border with Afghanistan.
        NeighbourViolence = "neighbour_violence",
        /// People move towards the border.
        DisplacementPressure = "displacement_pressure",
        /// Signs of opium or synthetic drugs being made.
        OpiumProduction = "opium_production",
        /// Disputes over canals and waterworks.
        CanalDisputes = "canal_disputes",
        /// Technical talks between neighbours.
        TechnicalTalks = "technical_talks",
        /// A ceasefire or local truce is kept: where parties agreed to stop, they did.
        CeasefireKept = "ceasefire_kept",
        /// Relief reaches people, and those who bring it come and go unhindered.
        ReliefAccess = "relief_access",
        /// Displaced people come home of their own will, in safety, and stay.
        SafeReturns = "safe_returns",
        /// Water is let out as it was agreed.
        WaterReleaseKept = "water_release_kept",
        /// A hazard eases: snow or rain in time after a dry season, a flood that falls, a slope that is made safe.
        HazardEased = "hazard_eased",
    }
}

words! {
    /// What an indicator is of.
    "kind of indicator" IndicatorKind {
        /// It makes things worse.
        Aggravating = "aggravating",
        /// It holds a worsening back.
        Mitigating = "mitigating",
        /// It is peace at work.
        Peace = "peace",
        /// It changes slowly and lies below the others.
        Structural = "structural",
    }
}

words! {
    /// How much of an indicator was seen. `none` says that one looked and saw nothing, which is not silence.
    "extent" Extent {
        /// Looked for and not seen.
        None = "none",
        /// Seen a little.
        Slight = "slight",
        /// Seen plainly.
        Marked = "marked",
        /// Seen as never before in a year.
        Severe = "severe",
    }
}

impl Extent {
    /// Weight 0, 1, 2, 4: as a severity of the analysts' table, one step lower (a judgement, not measured).
    pub const fn weight(self) -> f64 {
        match self {
            Self::None => 0.0,
            Self::Slight => 1.0,
            Self::Marked => 2.0,
            Self::Severe => 4.0,
        }
    }
}

impl Indicator {
    /// What it is of.
    pub const fn kind(self) -> IndicatorKind {
        match self {
            Self::Rehabilitation | Self::JointOperations | Self::ReliefAccess | Self::HazardEased => {
                IndicatorKind::Mitigating
            }
            Self::CounterTerrorCooperation
            | Self::JointCommissions
            | Self::Demarcation
            | Self::Dialogue
            | Self::TechnicalTalks
            | Self::CeasefireKept
            | Self::SafeReturns
            | Self::WaterReleaseKept => IndicatorKind::Peace,
            Self::DrugPriceShift | Self::BorderCorruption | Self::OpiumProduction => {
                IndicatorKind::Structural
            }
            _ => IndicatorKind::Aggravating,
        }
    }
    /// Whether more of it means more risk.
    pub const fn raises(self) -> bool {
        !matches!(self.kind(), IndicatorKind::Mitigating | IndicatorKind::Peace)
    }
    /// The threats it bears on; never none.
    pub const fn threats(self) -> &'static [Threat] {
        match self {
            Self::AttacksPlots
            | Self::ArrestsSpike
            | Self::Recruitment
            | Self::FighterReturns
            | Self::CounterTerrorCooperation
            | Self::Rehabilitation => &[Threat::TerrorismExtremism],
            Self::SeizureChange | Self::DrugPriceShift | Self::OpiumProduction => &[Threat::DrugTrafficking],
            Self::SmugglerClashes | Self::BorderCorruption | Self::JointOperations => {
                &[Threat::DrugTrafficking, Threat::OrganisedCrime]
            }
            Self::BorderIncidents | Self::CrossingClosures | Self::Demarcation => &[Threat::BorderTension],
            Self::WaterSchedule | Self::PowerRationing => &[Threat::WaterEnergy],
            Self::HazardAlerts | Self::HazardEased => &[Threat::EnvironmentalDegradation],
            Self::WaterReleaseKept => &[Threat::EnvironmentalDegradation, Threat::WaterEnergy],
            Self::CeasefireKept => &[Threat::ArmedConflict],
            Self::ReliefAccess => &[Threat::ArmedConflict, Threat::Displacement],
            Self::JointCommissions | Self::TechnicalTalks | Self::CanalDisputes => {
                &[Threat::BorderTension, Threat::WaterEnergy]
            }
            Self::ProtestForce
            | Self::EmergencyMeasures
            | Self::Incitement
            | Self::PriceSpike
            | Self::Dialogue => &[Threat::PoliticalUnrest],
            Self::NeighbourViolence => &[Threat::BorderTension, Threat::ArmedConflict],
            Self::DisplacementPressure | Self::SafeReturns => &[Threat::Displacement],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_threat_has_an_indicator_that_raises_and_one_that_lowers_and_every_indicator_a_threat() {
        for threat in Threat::ALL {
            let of = |kinds: &[IndicatorKind]| {
                Indicator::ALL.iter().any(|i| i.threats().contains(threat) && kinds.contains(&i.kind()))
            };
            assert!(of(&[IndicatorKind::Aggravating]), "{threat}: nothing raises it");
            assert!(of(&[IndicatorKind::Mitigating, IndicatorKind::Peace]), "{threat}: nothing lowers it");
        }
        assert!(Indicator::ALL.iter().all(|i| !i.threats().is_empty()));
    }

    #[test]
    fn peace_and_mitigation_lower_and_all_else_raises() {
        for indicator in Indicator::ALL {
            let lowers = matches!(indicator.kind(), IndicatorKind::Peace | IndicatorKind::Mitigating);
            assert_eq!(indicator.raises(), !lowers, "{indicator}");
        }
    }

    #[test]
    fn more_of_it_weighs_more_and_nothing_weighs_nothing() {
        let weights: Vec<f64> = Extent::ALL.iter().map(|extent| extent.weight()).collect();
        assert_eq!(weights, [0.0, 1.0, 2.0, 4.0]);
    }
}
