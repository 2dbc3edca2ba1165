//! The English text.

use contracts::analysis::{Incident, SituationChanged};
use domain::{Country, Level, Likelihood, Probability, Threat, Trend, warning::Info};

use super::{Text, band_end, border, percent, place, with_code};
use crate::domain::{draft::title, rule};

/// How a cancellation is headed, and the sentence that gives its reason.
pub(super) const CANCELLED: (&str, &str) = ("Cancelled", "This warning is taken back. Reason");

/// The text.
pub(super) fn info(change: &SituationChanged) -> Info {
    let situation = &change.situation;
    let (event, level) = (threat(situation.threat), situation.level);
    let (country, province) = (country(situation.country), province(change));
    Info {
        language: "en".to_owned(),
        event: event.to_owned(),
        headline: format!(
            "{event} in {province}, {country}: level {}",
            moved(change, "", |level| level.to_string())
        ),
        description: facts(change),
        assessment: assessment(change),
        instruction: instruction(level).to_owned(),
    }
}

/// From where to where it rose, each level told so; a place that nobody had looked at before has no level to have risen from: it was
/// first assessed, with the verb that a sentence wants before that.
pub(super) fn moved(change: &SituationChanged, verb: &str, told: impl Fn(Level) -> String) -> String {
    let level = told(change.situation.level);
    if change.first {
        format!("{verb}first assessed, {level}")
    } else {
        format!("rose from {} to {level}", told(change.was))
    }
}

fn facts(change: &SituationChanged) -> String {
    let situation = &change.situation;
    let (event, country) = (threat(situation.threat).to_lowercase(), country(situation.country));
    let (level, coverage) = (situation.level, &situation.coverage);
    let (day, place) = (change.at.day(), with_code(change, province(change)));
    let moved = moved(change, "was ", |level| format!("{level} ({} of 4)", level.number()));
    let said = format!("the situation level for {event} in {place}, {country}, {moved}");
    let mut text = Text(match rule::since_before(change) {
        Some(since) if change.first && situation.since_at_least => {
            format!("On {day} {said}; it has held at least since {since}. ")
        }
        Some(since) if change.first => format!("On {day} {said}; it has held since {since}. "),
        Some(since) if situation.since_at_least => {
            format!("It became known on {day} that {said} by {since} at the latest. ")
        }
        Some(since) => format!("It became known on {day} that {said} on {since}. "),
        None => format!("On {day} {said}. "),
    });
    match rule::set_by_hand(change) {
        Some(set) => text.add(format!(
            "It was set by hand; computed: {} ({} of 4), with an index of {:.1}.",
            set.computed,
            set.computed.number(),
            situation.index
        )),
        None => text.add(format!(
            "The index is {:.1}; {level} begins at {:.0}.",
            situation.index,
            border(change, level)
        )),
    }
    text.add(format!(
        " Reports of the last 90 days: {}, from independent owners of sources: {}",
        coverage.reports, coverage.owners
    ));
    match coverage.newest {
        Some(day) => text.add(format!("; the newest is of {day}.")),
        None => text.add("."),
    }
    if !coverage.sufficient {
        text.add(" These are too few reports to speak of a level with assurance.");
    }
    if !situation.incidents.is_empty() {
        text.add("\nIncidents with the largest share of the index:");
        for (n, incident) in situation.incidents.iter().enumerate() {
            text.add(format!("\n[{}] {}", n + 1, line(change, incident)));
        }
    }
    text.add(format!(
        "\nIncidents older than 90 days make {} % of the index.",
        percent(situation.older_share)
    ));
    text.0
}

/// What the province is called; its code where that was not told.
fn province(change: &SituationChanged) -> &str {
    change.names.as_ref().map_or(change.situation.province.as_str(), |names| &names.en)
}

fn line(change: &SituationChanged, incident: &Incident) -> String {
    let place = place(change, incident).unwrap_or_else(|| province(change));
    let (title, share) = (title(change, incident), percent(incident.share));
    format!("{}, {place}: {title} (grade {}, {share} % of the index)", incident.on, incident.grade)
}

fn assessment(change: &SituationChanged) -> String {
    let situation = &change.situation;
    let level = situation.level;
    let mut text = Text(match rule::set_by_hand(change) {
        Some(set) => format!(
            "{} is the judgement of a person and not the computed level. It holds until {} unless it is ended before; then the \
             computed level holds.",
            capital(level),
            set.until.day()
        ),
        None => by_index(change),
    });
    text.add(match situation.trend {
        Some(Trend::Normal) => " What happened lately is not unusual for this province.",
        Some(Trend::Watch) => " What happened lately is unusual for this province.",
        Some(Trend::Alert) => " What happened lately is highly unusual for this province.",
        None => " There is too little history to say whether this is unusual here.",
    });
    match likelihood(situation.outlook) {
        Some((chance, likelihood)) => {
            let (share, word) = (percent(chance), likelihood.word());
            text.add(format!(" Escalation within three months: {share} % ({word})."));
        }
        None => text.add(" There is no statistical basis for a probability of escalation."),
    }
    text.0
}

/// What the level means, and when it falls.
fn by_index(change: &SituationChanged) -> String {
    let (level, begins) = (change.situation.level, border(change, change.situation.level));
    let mut text = Text(match band_end(change) {
        Some(end) => format!("{} means an index from {begins:.0} to below {end:.0}", capital(level)),
        None => format!("{} means an index of {begins:.0} and above", capital(level)),
    });
    text.add(": the sum of what was reported, weighed by belief and gravity and fading with time.");
    match change.situation.falls_on {
        Some(day) => {
            text.add(format!(" Without new incidents the level falls to {} on {day}.", level.below()));
        }
        None => text.add(" No day can be given on which the level would fall."),
    }
    text.0
}

fn instruction(level: Level) -> &'static str {
    match level {
        Level::Critical => {
            "Acknowledge receipt at once and say who acts. Compare with your own information and report today what confirms \
             or contradicts this warning."
        }
        Level::High => {
            "Acknowledge receipt. Compare with your own information and report within two days what confirms or contradicts \
             this warning. Review contacts and arrangements for this area."
        }
        Level::Calm | Level::Low | Level::Elevated => {
            "Acknowledge receipt. Report what confirms or contradicts this warning with your next exchange of information."
        }
    }
}

/// A chance that can be written, with the range that gives its word.
pub(super) fn likelihood(outlook: Option<f64>) -> Option<(f64, Likelihood)> {
    let chance = Probability::try_from(outlook?).ok()?;
    Some((chance.value(), Likelihood::between(chance, chance).ok()?))
}

fn capital(level: Level) -> &'static str {
    match level {
        Level::Calm => "Calm",
        Level::Low => "Low",
        Level::Elevated => "Elevated",
        Level::High => "High",
        Level::Critical => "Critical",
    }
}

fn threat(threat: Threat) -> &'static str {
    match threat {
        Threat::TerrorismExtremism => "Terrorism and extremism",
        Threat::DrugTrafficking => "Drug trafficking",
        Threat::OrganisedCrime => "Organised crime",
        Threat::EnvironmentalDegradation => "Environmental degradation",
        Threat::BorderTension => "Border tension",
        Threat::WaterEnergy => "Water and energy dispute",
        Threat::PoliticalUnrest => "Political unrest",
        Threat::ArmedConflict => "Armed conflict",
        Threat::Displacement => "Displacement of people",
    }
}

fn country(country: Country) -> String {
    let name = match country.as_str() {
        "AFG" => "Afghanistan",
        "KAZ" => "Kazakhstan",
        "KGZ" => "Kyrgyzstan",
        "TJK" => "Tajikistan",
        "TKM" => "Turkmenistan",
        "UZB" => "Uzbekistan",
        code => code,
    };
    name.to_owned()
}
