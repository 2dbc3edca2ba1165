//! What became of a source since it was taken in.

use contracts::analysis::{
    drafting::{Newer, Since},
    products::{Product, Source, SourceKind, Statement},
};
use domain::Handling;

use super::UNKNOWN;

/// Whether analysis can tell what became of such a source.
pub const fn is_followed(kind: SourceKind) -> bool {
    !matches!(kind, SourceKind::Warning | SourceKind::Consent | SourceKind::Document)
}

/// What became of a source.
#[derive(Clone, Copy, Debug)]
pub enum Became<'a> {
    /// It stands, as it is now.
    Stands(&'a Source),
    /// It was taken back or is no longer there; with the join of the markings it had, where they are known.
    Gone(Option<&'a Handling>),
}

/// What became of a source since it was taken in; `None` where it stands as it did. One that was taken back is bound by the strictest
/// marking that it ever had.
pub fn compare(product: &Product, then: &Source, now: Became<'_>) -> Option<Newer> {
    let told = |since: Since, detail: String| {
        let rest = |statement: &&Statement| statement.sources.contains(&then.key);
        Newer {
            source: then.key.clone(),
            label: then.label.clone(),
            since,
            detail,
            statements: product.statements().filter(rest).map(|statement| statement.number).collect(),
            handling: None,
        }
    };
    let now = match now {
        Became::Stands(now) => now,
        Became::Gone(ever) => {
            let joined = ever.map(|ever| then.handling.join(ever)).filter(|joined| *joined != then.handling);
            let gone = told(Since::Gone, "it was taken back or is no longer there".to_owned());
            return Some(Newer { handling: joined, ..gone });
        }
    };
    if then.handling.join(&now.handling) != then.handling {
        let (was, is) = (&then.handling, &now.handling);
        let detail = if (was.tlp(), was.un_class()) == (is.tlp(), is.un_class()) {
            format!(
                "still TLP:{} {}, but who may have it or what limits it is another",
                is.tlp(),
                is.un_class()
            )
        } else {
            format!("from TLP:{} {} to TLP:{} {}", was.tlp(), was.un_class(), is.tlp(), is.un_class())
        };
        let handling = Some(then.handling.join(&now.handling));
        return Some(Newer { handling, ..told(Since::Remarked, detail) });
    }
    let stands = |one: &Source| match one.kind {
        SourceKind::Observation => format!("revision {}, graded {}", one.stamp, one.grade),
        SourceKind::Incident | SourceKind::Reading => format!("{}, graded {}", one.stamp, one.grade),
        SourceKind::Judgement | SourceKind::Anomaly | SourceKind::Forecast | SourceKind::Situation => {
            one.stamp.clone()
        }
        SourceKind::Coverage | SourceKind::Warning | SourceKind::Consent | SourceKind::Document => {
            String::new()
        }
    };
    // one from where nothing was reported bore the computed level once, which nobody was told
    if then.kind == SourceKind::Situation && now.stamp == UNKNOWN && then.grade == now.grade {
        return None;
    }
    let (was, is) = (stands(then), stands(now));
    (was != is).then(|| told(Since::Revised, format!("from {was} to {is}")))
}
