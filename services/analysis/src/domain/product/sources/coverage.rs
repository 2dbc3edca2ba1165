//! By what a period is covered and by what it is not, as sources of a paper.

use std::collections::BTreeSet;

use contracts::analysis::products::{ProductLanguage as Language, Source, SourceKind};
use domain::{Day, Handling, Timestamp};

use super::source;
use crate::domain::product::{
    material::{Gap, Listed, Seen, Undated, Unplaced},
    words as w,
};

/// The reports that no source names by itself, behind what names them together: by source, days and grade; nothing where there are
/// none.
pub(super) fn beside(l: Language, all: &[&Seen]) -> String {
    let name = |one: &Seen| {
        format!("{}, {}, {}", w::source(l, &one.source), w::period(l, one.from, one.to), one.grade())
    };
    let names: Vec<String> = all.iter().map(|one| name(one)).collect();
    let alike = names.chunk_by(|one, other| one == other);
    let told: Vec<String> = alike
        .filter_map(|alike| match alike {
            [one] => Some(one.clone()),
            _ => Some(format!("{} ({})", alike.first()?, w::count(l, alike.len() as u64, w::Noun::Report))),
        })
        .collect();
    if told.is_empty() { String::new() } else { format!(" – {}", told.join("; ")) }
}

/// From where too little is reported in a country.
pub fn gap(l: Language, of: &Gap, (on, handling, at): (Day, &Handling, Timestamp)) -> Source {
    let told = w::pick(l, ("Coverage of analysis", "Полнота сведений"));
    let label = format!("{told}: {}, {}", w::country(l, of.country), w::day(l, on));
    Source {
        countries: BTreeSet::from([of.country]),
        threats: domain::Threat::ALL.iter().copied().collect(),
        stamp: of.stamp(),
        ..source(SourceKind::Coverage, of.country.as_str(), label, (on, &of.within(handling), at))
    }
}

/// What [`gaps`] is named by.
pub const GAPS: &str = "gaps";

/// From where too little is reported in several countries together.
pub fn gaps(l: Language, all: &[Gap], (on, handling, at): (Day, &Handling, Timestamp)) -> Source {
    let told = w::pick(l, ("Coverage of analysis", "Полнота сведений"));
    let handling = all.iter().fold(handling.clone(), |bound, gap| gap.within(&bound));
    Source {
        countries: all.iter().map(|gap| gap.country).collect(),
        stamp: all.iter().map(Gap::stamp).collect::<Vec<_>>().join(" "),
        threats: domain::Threat::ALL.iter().copied().collect(),
        ..source(SourceKind::Coverage, GAPS, format!("{told}, {}", w::day(l, on)), (on, &handling, at))
    }
}

/// How far a source that lists every event reaches; marked as its rows.
pub fn listed(l: Language, of: &Listed, (on, at): (Day, Timestamp)) -> Source {
    let told = w::pick(l, ("Reach of the source", "Охват источника"));
    let label = format!("{told}: {}, {}", w::source(l, &of.source), w::day(l, on));
    let id = format!("source/{}", of.source);
    Source {
        countries: of.newest.keys().map(|(country, _)| *country).collect(),
        threats: of.threats(),
        ..source(SourceKind::Coverage, &id, label, (on, &of.handling, at))
    }
}

/// Reports of the period that name no province; marked as all of them.
pub fn unplaced(l: Language, of: &Unplaced, (on, at): (Day, Timestamp)) -> Source {
    let told = w::pick(l, ("Reports that name no province", "Сообщения без указания провинции"));
    Source {
        countries: of.reports.keys().copied().collect(),
        threats: domain::Threat::ALL.iter().copied().collect(),
        ..source(
            SourceKind::Coverage,
            "unplaced",
            format!("{told}, {}", w::day(l, on)),
            (on, &of.handling, at),
        )
    }
}

/// Reports that may be of the period and are dated no nearer; marked as all of them.
pub fn undated(l: Language, of: &Undated, (on, at): (Day, Timestamp)) -> Source {
    let told = w::pick(l, ("Reports dated no nearer", "Сообщения без точной даты"));
    let label = format!("{told}: {}", w::period(l, of.from, of.to));
    Source {
        countries: of.countries.clone(),
        threats: domain::Threat::ALL.iter().copied().collect(),
        ..source(SourceKind::Coverage, "undated", label, (on, &of.handling, at))
    }
}
