//! What a message bears on: the threat and kind of its event, how grave and how credible it is.

use domain::{
    Credibility, Severity,
    Threat::{
        self, ArmedConflict, BorderTension, Displacement, DrugTrafficking, EnvironmentalDegradation,
        OrganisedCrime, PoliticalUnrest, TerrorismExtremism, WaterEnergy,
    },
};

use super::alert::Info;

/// What an event is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Meaning {
    /// Its kind.
    pub kind: &'static str,
    /// What it bears on.
    pub threats: &'static [Threat],
}

const ENVIRONMENT: &[Threat] = &[EnvironmentalDegradation];
const WATER: &[Threat] = &[WaterEnergy];
const BOTH: &[Threat] = &[EnvironmentalDegradation, WaterEnergy];

/// Beginnings of words in an event's name or codes, and what they mean; the first that is met counts. `OET` are the terms of
/// the OASIS Event Terms list. A space at the end stands for the end of the word.
const EVENTS: &[(&[&str], &str, &[Threat])] = &[
    (&["terror", "террор", "oet-193 "], "terrorist_attack", &[TerrorismExtremism]),
    (&["drug", "narcotic", "наркот"], "drug_trafficking", &[DrugTrafficking]),
    (&["border", "границ", "погранич"], "border_incident", &[BorderTension]),
    (
        &[
            "protest",
            "civil unrest",
            "civil disorder",
            "riot",
            "demonstration",
            "беспоряд",
            "протест",
            "oet-040 ",
        ],
        "civil_unrest",
        &[PoliticalUnrest],
    ),
    (
        &["armed ", "shelling", "airstrike", "air strike", "military", "обстрел"],
        "armed_clash",
        &[ArmedConflict],
    ),
    (&["crim", "kidnap", "преступ", "oet-049 "], "criminal_activity", &[OrganisedCrime]),
    (&["displace", "refugee", "беженц"], "displacement", &[Displacement]),
    (&["glacial lake", "glof ", "прорыв ледник", "прорыв горн"], "glacial_lake_outburst", ENVIRONMENT),
    (
        &["dam failure", "dam break", "dam breach", "dam issue", "прорыв плотин", "oet-053 "],
        "dam_failure",
        BOTH,
    ),
    (&["mudflow", "mud flow", "debris flow", "сель ", "селев", "селя ", "сели "], "mudflow", ENVIRONMENT),
    (&["flash flood"], "flash_flood", ENVIRONMENT),
    (&["flood", "паводок", "паводк", "наводнен", "половод", "подтоплен"], "flood", ENVIRONMENT),
    (&["landslide", "оползн", "оползень"], "landslide", ENVIRONMENT),
    (&["avalanche", "лавин"], "avalanche", ENVIRONMENT),
    (&["earthquake", "seismic", "землетряс"], "earthquake", ENVIRONMENT),
    (&["drought", "засух", "oet-063 "], "drought", BOTH),
    (&["water shortage", "water scarcity", "маловод", "нехватка воды"], "water_shortage", WATER),
    (&["power outage", "blackout", "power cut", "отключение электр"], "power_outage", WATER),
    (&["dust", "sandstorm", "sand storm", "пыльн", "песчан"], "dust_storm", ENVIRONMENT),
    (
        &[
            "wildfire",
            "forest fire",
            "bush fire",
            "bushfire",
            "grass fire",
            "лесной пожар",
            "природный пожар",
        ],
        "wildfire",
        ENVIRONMENT,
    ),
    (&["heat", "жара", "жары "], "heatwave", ENVIRONMENT),
    (&["cold", "frost", "freez", "мороз", "похолодан", "заморозк"], "cold_wave", ENVIRONMENT),
    (&["blizzard", "snow", "метел", "снегопад", "буран"], "snowstorm", ENVIRONMENT),
    (&["air quality", "smog", "смог", "загрязнение возд"], "air_pollution", ENVIRONMENT),
    (
        &[
            "chemical",
            "hazardous mat",
            "hazmat",
            "radiolog",
            "nuclear",
            "oil spill",
            "tailing",
            "хвостохран",
            "химич",
            "радиац",
        ],
        "hazardous_release",
        ENVIRONMENT,
    ),
    (
        &[
            "thunderstorm",
            "severe storm",
            "storm",
            "tornado",
            "wind",
            "hail",
            "шторм",
            "ветер",
            "ветр",
            "град ",
            "гроз",
            "ливн",
        ],
        "storm",
        ENVIRONMENT,
    ),
    (&["fire", "пожар"], "fire", ENVIRONMENT),
    (&["environment", "oet-075 "], "environmental_hazard", ENVIRONMENT),
];

/// What a category means where the event's own words say nothing.
const CATEGORIES: &[(&str, &str)] = &[
    ("Geo", "geophysical_hazard"),
    ("Met", "weather_hazard"),
    ("Env", "environmental_hazard"),
    ("Fire", "fire"),
    ("CBRNE", "hazardous_release"),
];

/// What is said of messages that bear on nothing that is watched.
pub const NOT_WATCHED: &str =
    "neither its event nor its categories bear on a threat that is watched: it is passed over";

/// What the event of these infos is; `None` where it bears on no threat that is watched.
///
/// # Errors
/// When it is said to be of security and its event does not say which threat that is.
pub fn of(infos: &[Info]) -> Result<Option<Meaning>, String> {
    for info in infos {
        let codes = info.event_codes.iter().map(|code| code.value.as_str());
        let words = format!(" {} {} ", info.event, codes.collect::<Vec<_>>().join(" ")).to_lowercase();
        let met = EVENTS.iter().find(|(beginnings, ..)| beginnings.iter().any(|begin| begins(&words, begin)));
        if let Some((_, kind, threats)) = met {
            return Ok(Some(Meaning { kind, threats }));
        }
    }
    let categories = || infos.iter().flat_map(|info| &info.categories);
    let known = CATEGORIES.iter().find(|(name, _)| categories().any(|category| category == name));
    if let Some((_, kind)) = known {
        return Ok(Some(Meaning { kind, threats: ENVIRONMENT }));
    }
    let event = infos.first().map_or("", |info| info.event.as_str());
    if categories().any(|category| category == "Security") {
        return Err(format!(
            "alert/info[1]/event: {event:?} with category Security does not say which threat it bears on; name it in the \
             event, as terrorist attack, border incident, civil unrest, armed clash, criminal activity or drug trafficking"
        ));
    }
    Ok(None)
}

/// Whether a word, or words, of the text begin so.
fn begins(text: &str, begin: &str) -> bool {
    text.match_indices(begin).any(|(at, _)| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        before.is_none_or(|letter| !letter.is_alphanumeric())
    })
}

/// How grave: the gravest of the infos; what is unknown counts least.
pub fn severity(infos: &[Info]) -> Severity {
    let of = |info: &Info| match info.severity.as_str() {
        "Extreme" => Severity::Grave,
        "Severe" => Severity::Serious,
        "Moderate" => Severity::Notable,
        _ => Severity::Minor,
    };
    infos.iter().map(of).max().unwrap_or(Severity::Minor)
}

/// How credible: what one sender says to have observed is probable and not confirmed; the surest of the infos counts.
pub fn credibility(infos: &[Info]) -> Credibility {
    let of = |info: &Info| match info.certainty.as_str() {
        "Observed" => 2,
        "Likely" => 3,
        "Possible" => 4,
        "Unlikely" => 5,
        _ => 6,
    };
    let digit = infos.iter().map(of).min().unwrap_or(6);
    Credibility::try_from(digit).unwrap_or(Credibility::UNKNOWN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_that_a_message_can_mean_has_its_name_in_papers() {
        let of_events = EVENTS.iter().map(|(_, kind, _)| *kind);
        for kind in of_events.chain(CATEGORIES.iter().map(|(_, kind)| *kind)) {
            assert!(domain::kind::is_known(kind), "{kind} is in no table of domain::kind");
        }
    }
}
