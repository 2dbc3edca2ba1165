//! Which kinds of things can be one and the same: what one source calls a clash is state-based violence to another.
//!
//! The table names every kind that the sources of intake give (UCDP's three, ACLED's twenty-five, earthquakes) and those that
//! monitors use for the same things. A kind that is not in it can only be the same as itself.

/// Things of one family can be one and the same; a kind may be of several families.
const FAMILIES: [&[&str]; 11] = [
    // people with weapons against each other
    &[
        "state_based_violence",
        "non_state_violence",
        "armed_clash",
        "territory_regained",
        "territory_overtaken",
        "attack",
        "ambush",
        "exchange_of_fire",
        "shots_fired",
        "isolated_shots",
        "fire_on_outpost",
        "border_incident",
        "ceasefire_violation",
    ],
    // what explodes, burns or falls from the sky
    &[
        "state_based_violence",
        "non_state_violence",
        "one_sided_violence",
        "chemical_weapon",
        "air_strike",
        "suicide_bomb",
        "shelling",
        "remote_explosive",
        "grenade",
        "bombing",
        "explosion",
        "attack",
    ],
    // against people who do not fight
    &[
        "one_sided_violence",
        "attack_on_civilians",
        "sexual_violence",
        "abduction",
        "kidnapping",
        "assassination",
        "assault",
        "attack",
        "suicide_bomb",
    ],
    // crowds
    &[
        "peaceful_protest",
        "protest_with_intervention",
        "excessive_force",
        "violent_demonstration",
        "protest",
        "picket",
        "rally",
        "gathering",
        "roadblock",
        "strike",
    ],
    // crowds that strike
    &[
        "violent_demonstration",
        "mob_violence",
        "non_state_violence",
        "scuffle",
        "stone_throwing",
        "excessive_force",
    ],
    // the state takes people or weapons
    &["arrests", "arrest", "detention", "disrupted_weapons_use", "joint_operation", "arms_find"],
    // things are taken or broken
    &[
        "looting",
        "arson",
        "arson_attack",
        "vehicle_damage",
        "house_damage",
        "gate_damage",
        "camera_mast_destroyed",
    ],
    // people agree, or sit down to
    &[
        "agreement",
        "ceasefire_agreement",
        "local_truce",
        "talks",
        "technical_talks",
        "elders_meeting",
        "dialogue",
        "mediation",
        "good_offices",
    ],
    // goods are stopped
    &[
        "seizure",
        "precursor_seizure",
        "drug_lab",
        "arms_find",
        "arms_smuggling",
        "armed_smuggling",
        "fuel_smuggling",
    ],
    // who holds what, without fighting
    &[
        "transfer_of_territory",
        "base_established",
        "territory_regained",
        "territory_overtaken",
        "change_of_group",
    ],
    // the earth moves
    &["earthquake"],
];

/// Of one family, under two names.
const SAME_FAMILY: f64 = 0.9;

/// How alike two kinds are, in 0..=1; `None` where they are never the same thing.
pub fn likeness(one: &str, other: &str) -> Option<f64> {
    if one == other {
        return Some(1.0);
    }
    let kin = FAMILIES.iter().any(|family| family.contains(&one) && family.contains(&other));
    kin.then_some(SAME_FAMILY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_one_source_calls_so_another_calls_otherwise() {
        for (one, other) in [
            ("state_based_violence", "armed_clash"),
            ("state_based_violence", "remote_explosive"),
            ("one_sided_violence", "attack_on_civilians"),
            ("exchange_of_fire", "state_based_violence"),
            ("non_state_violence", "mob_violence"),
            ("peaceful_protest", "rally"),
        ] {
            assert_eq!(likeness(one, other), Some(SAME_FAMILY), "{one} {other}");
            assert_eq!(likeness(other, one), Some(SAME_FAMILY));
        }
    }

    #[test]
    fn what_is_never_the_same_is_not_compared() {
        for (one, other) in [
            ("peaceful_protest", "armed_clash"),
            ("earthquake", "explosion"),
            ("agreement", "armed_clash"),
            ("fish_kill", "dust_storm"),
        ] {
            assert_eq!(likeness(one, other), None, "{one} {other}");
        }
        assert_eq!(likeness("fish_kill", "fish_kill"), Some(1.0));
    }

    #[test]
    fn every_kind_is_a_word_of_the_field() {
        let all = || FAMILIES.iter().flat_map(|family| family.iter());
        assert!(all().all(|kind| crate::domain::report::is_kind(kind)));
        let nameless: Vec<_> = all().filter(|kind| !domain::kind::is_known(kind)).collect();
        assert!(nameless.is_empty(), "in no table of domain::kind: {nameless:?}");
        assert!(FAMILIES.iter().all(|family| {
            let mut words = family.to_vec();
            words.sort_unstable();
            words.dedup();
            words.len() == family.len()
        }));
    }
}
