//! The codes of ACLED's codebook, and what its kinds of event mean here.

use domain::{Severity, Threat};

use crate::sources::coded::Codes;

pub(super) const BATTLES: &str = "Battles";
pub(super) const EXPLOSIONS: &str = "Explosions/Remote violence";
pub(super) const CIVILIANS: &str = "Violence against civilians";
pub(super) const PROTESTS: &str = "Protests";
pub(super) const RIOTS: &str = "Riots";
pub(super) const DEVELOPMENTS: &str = "Strategic developments";
/// The sorts of event, of which each kind is one.
pub(super) const EVENTS: &Codes =
    &[(BATTLES, ""), (EXPLOSIONS, ""), (CIVILIANS, ""), (PROTESTS, ""), (RIOTS, ""), (DEVELOPMENTS, "")];
/// The sorts of disorder; an event may be of two.
pub(super) const DISORDERS: &Codes =
    &[("Political violence", ""), ("Demonstrations", ""), ("Strategic developments", "")];
/// The sorts of actor (`inter1`, `inter2`).
pub(super) const ACTORS: &Codes = &[
    ("1", "State forces"),
    ("2", "Rebel group"),
    ("3", "Political militia"),
    ("4", "Identity militia"),
    ("5", "Rioters"),
    ("6", "Protesters"),
    ("7", "Civilians"),
    ("8", "External/Other forces"),
    ("0", "none"),
];
/// How finely the day is known.
pub(super) const WHEN: &Codes = &[("1", "day"), ("2", "week"), ("3", "month")];
/// How finely the place is known.
pub(super) const WHERE: &Codes = &[("1", "town"), ("2", "near"), ("3", "region")];

/// One of ACLED's kinds of event: its words, and what it means here.
pub(super) struct Kind {
    /// Of which sort of event it is.
    pub(super) event: &'static str,
    /// As ACLED writes it.
    pub(super) words: &'static str,
    /// As it is called here.
    pub(super) code: &'static str,
    /// What it bears on.
    pub(super) threat: Threat,
    /// Gravity where nobody died.
    pub(super) least: Severity,
}

const fn kind(
    event: &'static str,
    words: &'static str,
    (code, threat, least): (&'static str, Threat, Severity),
) -> Kind {
    Kind { event, words, code, threat, least }
}

/// The 25 kinds (`sub_event_type`) of ACLED's codebook.
pub(super) const KINDS: [Kind; 25] = [
    kind(BATTLES, "Armed clash", ("armed_clash", Threat::ArmedConflict, Severity::Notable)),
    kind(
        BATTLES,
        "Government regains territory",
        ("territory_regained", Threat::ArmedConflict, Severity::Serious),
    ),
    kind(
        BATTLES,
        "Non-state actor overtakes territory",
        ("territory_overtaken", Threat::ArmedConflict, Severity::Serious),
    ),
    kind(EXPLOSIONS, "Chemical weapon", ("chemical_weapon", Threat::ArmedConflict, Severity::Grave)),
    kind(EXPLOSIONS, "Air/drone strike", ("air_strike", Threat::ArmedConflict, Severity::Notable)),
    kind(EXPLOSIONS, "Suicide bomb", ("suicide_bomb", Threat::TerrorismExtremism, Severity::Serious)),
    kind(
        EXPLOSIONS,
        "Shelling/artillery/missile attack",
        ("shelling", Threat::ArmedConflict, Severity::Notable),
    ),
    kind(
        EXPLOSIONS,
        "Remote explosive/landmine/IED",
        ("remote_explosive", Threat::ArmedConflict, Severity::Notable),
    ),
    kind(EXPLOSIONS, "Grenade", ("grenade", Threat::ArmedConflict, Severity::Notable)),
    kind(CIVILIANS, "Sexual violence", ("sexual_violence", Threat::ArmedConflict, Severity::Serious)),
    kind(CIVILIANS, "Attack", ("attack_on_civilians", Threat::ArmedConflict, Severity::Notable)),
    kind(
        CIVILIANS,
        "Abduction/forced disappearance",
        ("abduction", Threat::ArmedConflict, Severity::Notable),
    ),
    kind(PROTESTS, "Peaceful protest", ("peaceful_protest", Threat::PoliticalUnrest, Severity::Minor)),
    kind(
        PROTESTS,
        "Protest with intervention",
        ("protest_with_intervention", Threat::PoliticalUnrest, Severity::Notable),
    ),
    kind(
        PROTESTS,
        "Excessive force against protesters",
        ("excessive_force", Threat::PoliticalUnrest, Severity::Serious),
    ),
    kind(
        RIOTS,
        "Violent demonstration",
        ("violent_demonstration", Threat::PoliticalUnrest, Severity::Notable),
    ),
    kind(RIOTS, "Mob violence", ("mob_violence", Threat::PoliticalUnrest, Severity::Notable)),
    kind(DEVELOPMENTS, "Agreement", ("agreement", Threat::ArmedConflict, Severity::Minor)),
    kind(DEVELOPMENTS, "Arrests", ("arrests", Threat::PoliticalUnrest, Severity::Minor)),
    kind(
        DEVELOPMENTS,
        "Change to group/activity",
        ("change_of_group", Threat::ArmedConflict, Severity::Minor),
    ),
    kind(
        DEVELOPMENTS,
        "Disrupted weapons use",
        ("disrupted_weapons_use", Threat::ArmedConflict, Severity::Minor),
    ),
    kind(
        DEVELOPMENTS,
        "Headquarters or base established",
        ("base_established", Threat::ArmedConflict, Severity::Notable),
    ),
    kind(DEVELOPMENTS, "Looting/property destruction", ("looting", Threat::ArmedConflict, Severity::Minor)),
    kind(
        DEVELOPMENTS,
        "Non-violent transfer of territory",
        ("transfer_of_territory", Threat::ArmedConflict, Severity::Notable),
    ),
    kind(DEVELOPMENTS, "Other", ("other_development", Threat::ArmedConflict, Severity::Minor)),
];
