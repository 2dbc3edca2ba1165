//! What if: the situation without a source, or by better sources alone. Asked for in the address; nothing is kept.

use axum::http::Uri;
use contracts::{
    Failure,
    analysis::{GetSituation, GradeRange, Situation},
};
use domain::Threat;
use maud::{Markup, html};

use super::{board::shade, in_query, shell::Reader, situation::level_chip, words::Lang};
use crate::Gateway;

/// What is taken away, of which threat.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Asked {
    /// Of which threat.
    pub threat: Option<Threat>,
    /// Without this source.
    pub without: Option<String>,
    /// By these reliabilities alone.
    pub grades: Option<GradeRange>,
}

/// What was asked, and what it would be.
#[derive(Debug)]
pub(super) struct Supposed {
    /// What was asked.
    pub asked: Asked,
    /// What it would be.
    pub told: Result<Vec<Situation>, Failure>,
}

impl Asked {
    /// Reads an address; `None` where nothing is taken away.
    pub fn read(uri: &Uri) -> Option<Self> {
        let threat = in_query(uri, "threat").and_then(|word| word.parse().ok());
        let grades = in_query(uri, "grades").and_then(|text| text.parse().ok());
        let without =
            in_query(uri, "without").map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        (without.is_some() || grades.is_some()).then_some(Self { threat, without, grades })
    }

    /// Asks what it would be.
    pub async fn suppose(self, gateway: &Gateway, reader: &Reader, of: &GetSituation) -> Supposed {
        let wish = GetSituation {
            threat: self.threat,
            without: self.without.clone(),
            grades: self.grades,
            ..of.clone()
        };
        let told = gateway.ask_as(&reader.principal, None, &wish).await;
        Supposed { asked: self, told }
    }
}

/// The form of one threat, and what came of it where it was asked.
pub(super) fn of_threat(t: Lang, s: &Situation, supposed: Option<&Supposed>) -> Markup {
    let asked = supposed.filter(|supposed| supposed.asked.threat.is_none_or(|threat| threat == s.threat));
    let id = |name: &str| format!("if-{name}-{}", s.threat);
    let without = asked.and_then(|supposed| supposed.asked.without.as_deref()).unwrap_or_default();
    let strong = asked.is_some_and(|supposed| supposed.asked.grades.is_some());
    html! {
        details #(id("form")) open[asked.is_some()] {
            summary { (t.say("what-if")) }
            @if let Some(supposed) = asked { (answer(t, s, supposed)) }
            form method="get" action={ "/provinces/" (s.province) "#" (id("form")) } {
                input type="hidden" name="threat" value=(s.threat);
                @if s.exercise { input type="hidden" name="exercise" value="true"; }
                label for=(id("source")) { (t.say("what-if.source")) }
                input type="text" id=(id("source")) name="without" value=(without) maxlength="200";
                label.check { input type="checkbox" name="grades" value="A-B" checked[strong]; " " (t.say("what-if.strong")) }
                p.buttons { button.second { (t.say("what-if.do")) } }
            }
        }
    }
}

fn answer(t: Lang, s: &Situation, supposed: &Supposed) -> Markup {
    let found = match &supposed.told {
        Ok(told) => told.iter().find(|told| told.threat == s.threat),
        Err(failure) => return super::shell::refused(t, failure),
    };
    html! {
        p.supposed role="status" {
            @match found {
                None => (t.say("what-if.nothing")),
                Some(would) => {
                    (t.say("what-if.would")) " " (level_chip(t, shade(would))) " "
                    (t.fill("what-if.index", &[("index", &t.number(would.index, 1)), ("now", &t.number(s.index, 1))]))
                    @if !would.coverage.sufficient { " " strong { (t.say("what-if.insufficient")) } }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_takes_something_away_is_a_what_if() {
        let read = |uri: &str| Asked::read(&uri.parse().unwrap());
        assert_eq!(read("/provinces/KG-B?threat=border_tension"), None);
        assert_eq!(read("/provinces/KG-B?without=%20"), None);
        let asked = read("/provinces/KG-B?threat=border_tension&without=wire&grades=A-B").unwrap();
        assert_eq!((asked.threat, asked.without.as_deref()), (Some(Threat::BorderTension), Some("wire")));
        assert_eq!(asked.grades.map(|grades| grades.to_string()).as_deref(), Some("A-B"));
    }
}
