//! What the forms of products offer to choose from, by name: provinces, organisations, incidents, sources.

use std::collections::BTreeSet;

use contracts::{
    PageRequest,
    analysis::products::Product,
    coordination::{ListOrganisations, Organisation},
    intake::FindObservations,
};
use domain::{Country, Observation, ProvinceCode};
use maud::{Markup, html};

use super::{
    fields::{Fields, area, text, tick},
    shell::Reader,
    words::Lang,
};
use crate::Gateway;

/// How many of the newest incidents are offered, and how far back they lie, in days.
const INCIDENTS: (u32, i64) = (200, 30);

/// What is there to choose from; empty where a service does not answer or may not tell.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// The organisations.
    pub organisations: Vec<Organisation>,
    /// The newest incidents.
    pub incidents: Vec<Observation>,
}

/// Asks for it.
pub(super) async fn known(gateway: &Gateway, reader: &Reader) -> Known {
    let (organisations, incidents) = futures::join!(
        gateway.ask_as(&reader.principal, None, &ListOrganisations {}),
        newest(gateway, reader),
    );
    Known { organisations: organisations.unwrap_or_default(), incidents }
}

/// The newest incidents; none where intake does not answer: then an id is written.
pub(super) async fn newest(gateway: &Gateway, reader: &Reader) -> Vec<Observation> {
    let find = FindObservations {
        from: Some(reader.now.day().plus(-INCIDENTS.1)),
        page: PageRequest { cursor: None, limit: Some(INCIDENTS.0) },
        ..FindObservations::default()
    };
    let found = gateway.ask_as(&reader.principal, None, &find).await;
    found.map(|found| found.page.items).unwrap_or_default()
}

/// The boxes of these provinces, ticked.
pub(super) fn ticked(provinces: &BTreeSet<ProvinceCode>) -> impl Iterator<Item = (String, String)> {
    provinces.iter().map(|code| (format!("province-{code}"), "on".to_owned()))
}

/// Provinces by their names, country by country; a country with a choice in it stands open.
pub(super) fn provinces(t: Lang, (what, sent): (&str, &Fields)) -> Markup {
    let of =
        |country: Country| geography::provinces().iter().filter(move |unit| unit.country == country.as_str());
    let name = |code: &str| format!("province-{code}");
    html! {
        fieldset {
            legend { (what) }
            @for country in Country::REGION {
                details open[of(country).any(|unit| sent.contains_key(&name(unit.id)))] {
                    summary { (t.country(country.as_str())) }
                    @for unit in of(country) { (tick((t.names().of(unit), &name(unit.id)), sent)) }
                }
            }
        }
    }
}

/// The incident of a flash report: written, or chosen by its day, place and title.
pub(super) fn about(t: Lang, sent: &Fields, all: &[Observation]) -> Markup {
    html! {
        label for="about" { (t.say("product.about")) }
        input #about name="about" type="text" list="incidents" value=(text(sent, "about")) maxlength="64" autocomplete="off";
        (incidents(t, all))
    }
}

/// Incidents to choose from, by day, place and title, for every field of the page that is of one.
pub(super) fn incidents(t: Lang, all: &[Observation]) -> Markup {
    html! {
        datalist #incidents {
            @for one in all.iter().filter(|one| one.retracted.is_none()) {
                option value=(one.id) { (described(t, one)) }
            }
        }
    }
}

/// An observation in a line: day, place and title.
pub(super) fn described(t: Lang, one: &Observation) -> String {
    let place = one.place.province.as_ref().map(|code| t.province(code.as_str()));
    let exercise = one.exercise.then(|| t.say("exercise.name").to_owned());
    let parts =
        exercise.into_iter().chain([t.day(one.occurred_to)]).chain(place).chain([t.title(&one.title)]);
    parts.collect::<Vec<_>>().join(" · ")
}

/// Who may have it: everyone whom the rules allow, or organisations by their names.
pub(super) fn audience(t: Lang, sent: &Fields, all: &[Organisation]) -> Markup {
    let everyone = text(sent, "audience") == "*";
    html! {
        fieldset {
            legend { (t.say("product.audience")) }
            label.tick { input type="checkbox" name="audience" value="*" checked[everyone]; " " (t.say("product.audience-all")) }
            @if !all.is_empty() { p.meta { (t.say("product.audience-only")) } }
            @for one in all { (tick((&one.name, &format!("for-{}", one.key)), sent)) }
        }
    }
}

/// The sources that a statement names or may name: those of the product by their names; others are written below.
pub(super) fn sources(t: Lang, one: &Product, (id, chosen): (&str, &[String])) -> Markup {
    html! {
        fieldset {
            legend { (t.say("product.sources")) }
            @for (number, source) in (1..).zip(&one.sources) {
                label.tick {
                    input type="checkbox" name={ "source-" (source.key) } checked[chosen.contains(&source.key)];
                    " [" (number) "] " (source.label) @if !source.grade.is_empty() { " · " (source.grade) }
                }
            }
            details {
                summary { (t.say("product.sources-other")) }
                (area((t.say("product.sources-how"), &format!("sources.{id}")), ""))
            }
        }
    }
}
