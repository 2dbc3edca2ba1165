//! The form that a lead is decided by: filled in with what its words propose, and left open where they do not decide.

use contracts::{
    Failure,
    intake::leads::{Lead, LeadCoding, LeadState},
};
use domain::{Country, Severity, Threat};
use maud::{Markup, html};

use super::{
    fields::{self, Fields, text},
    shell::Reader,
    words::Lang,
};

/// All provinces, for the fields of the forms on a page to choose from.
pub(super) fn known_provinces(t: Lang) -> Markup {
    html! {
        datalist #provinces {
            @for unit in geography::provinces() { option value=(unit.id) { (t.names().of(unit)) } }
        }
    }
}

/// The province that the words mean; none where they mean several or none.
fn certain(lead: &Lead) -> Option<&str> {
    let mut all =
        lead.coding.places.iter().flat_map(|place| &place.means).map(|meant| meant.province.as_str());
    let first = all.next()?;
    all.all(|other| other == first).then_some(first)
}

/// The form.
pub(super) fn form(reader: &Reader, lead: &Lead, back: &str) -> Markup {
    let t = reader.lang;
    let id = |field: &str| format!("{field}-{}", lead.id);
    let first = lead.coding.kinds.first();
    html! {
        form.written method="post" action={ "/leads/" (lead.id) "/confirm" } {
            (fields::sealed(reader))
            input type="hidden" name="version" value=(lead.version);
            input type="hidden" name="back" value=(back);
            fieldset {
                legend { (t.say("table.threat")) }
                @for threat in Threat::ALL {
                    label { input type="checkbox" name={ "threat." (threat) } value="on" checked[first.is_some_and(|kind| kind.threat == *threat)]; " " (t.word("threat", threat.as_str())) " " }
                }
            }
            label for=(id("kind")) { (t.say("lead.kind")) }
            input id=(id("kind")) name="kind" type="text" list=(id("kinds")) value=[first.map(|kind| kind.kind.as_str())] maxlength="60" pattern="[a-z0-9_]{2,60}" required;
            datalist id=(id("kinds")) { @for kind in domain::kind::all() { option value=(kind) {} } }
            (place(t, lead, &id))
            label for=(id("day")) { (t.say("lead.day")) }
            input id=(id("day")) name="occurred_on" type="date" value=(lead.published_on) required;
            label for=(id("severity")) { (t.say("lead.severity")) }
            select id=(id("severity")) name="severity" {
                @for severity in Severity::ALL { option value=(severity) selected[*severity == Severity::Notable] { (t.word("lead-severity", severity.as_str())) } }
            }
            label for=(id("deaths")) { (t.say("lead.deaths")) }
            input id=(id("deaths")) name="deaths" type="number" min="0" max="1000000";
            label for=(id("actors")) { (t.say("lead.actors")) }
            input id=(id("actors")) name="actors" type="text" maxlength="2000" value=(lead.coding.actors.iter().map(|actor| actor.name.as_str()).collect::<Vec<_>>().join("; "));
            label for=(id("credibility")) { (t.say("lead.credibility")) }
            select id=(id("credibility")) name="credibility" {
                @for digit in 1..=6_u8 { option value=(digit) selected[digit == lead.credibility.digit()] { (digit) } }
            }
            label for=(id("headline")) { (t.say("lead.headline")) }
            input id=(id("headline")) name="title" type="text" maxlength="300" value=(lead.title);
            label for=(id("note")) { (t.say("lead.why")) }
            textarea id=(id("note")) name="note" rows="2" maxlength="1900" {}
            p.buttons { button { (t.say("lead.confirm")) } }
            @if lead.state != LeadState::Dismissed { (dismissing(t, lead)) }
        }
    }
}

/// The reasons to dismiss a lead for, and the button that does.
fn dismissing(t: Lang, lead: &Lead) -> Markup {
    let id = format!("reason-{}", lead.id);
    html! {
        label for=(id) { (t.say("lead.reason")) }
        select id=(id) name="reason" {
            option value=(t.say("lead.reason-nothing")) { (t.say("lead.reason-nothing")) }
            option value=(t.say("lead.reason-known")) { (t.say("lead.reason-known")) }
            option value=(t.say("lead.reason-elsewhere")) { (t.say("lead.reason-elsewhere")) }
            option value=(t.say("lead.reason-unsure")) { (t.say("lead.reason-unsure")) }
            option value="" { (t.say("lead.reason-note")) }
        }
        p.buttons { button.second formaction={ "/leads/" (lead.id) "/dismiss" } formnovalidate { (t.say("lead.dismiss")) } }
    }
}

/// The place: filled in where the words mean one province, open with all they may mean where they mean several.
fn place(t: Lang, lead: &Lead, id: &dyn Fn(&str) -> String) -> Markup {
    let sure = certain(lead);
    let mut meant: Vec<&str> = lead
        .coding
        .places
        .iter()
        .flat_map(|place| &place.means)
        .map(|meant| meant.province.as_str())
        .collect();
    meant.sort_unstable();
    meant.dedup();
    let named = lead.coding.places.iter().flat_map(|place| &place.means);
    let named = named
        .filter(|meant| !meant.is_province && Some(meant.province.as_str()) == sure)
        .map(|m| m.name.as_str())
        .next();
    html! {
        label for=(id("province")) { (t.say("lead.province")) }
        input id=(id("province")) name="province" type="text" list="provinces" value=[sure] maxlength="10";
        @if sure.is_none() && !meant.is_empty() {
            p.meta { (t.say("lead.may-mean")) @for code in &meant { " " code { (code) } " " (t.province(code)) ";" } }
        }
        label for=(id("country")) { (t.say("lead.country")) }
        select id=(id("country")) name="country" {
            option value="" { (t.say("lead.country-none")) }
            @for country in Country::REGION { option value=(country) { (t.country(country.as_str())) } }
        }
        label for=(id("place")) { (t.say("lead.place")) }
        input id=(id("place")) name="place" type="text" maxlength="200" value=[named];
    }
}

/// What a person takes a lead for, as the form says.
pub(super) fn read(press: &Fields) -> Result<LeadCoding, Failure> {
    let wrong = |at: &str, why: &dyn std::fmt::Display| {
        Failure::invalid("the lead cannot be confirmed like this").at(at, why.to_string())
    };
    let province = Some(text(press, "province")).filter(|province| !province.is_empty());
    let country = Some(text(press, "country")).filter(|country| !country.is_empty());
    let threats = press.keys().filter_map(|name| name.strip_prefix("threat.")?.parse().ok()).collect();
    let deaths = match text(press, "deaths") {
        "" => None,
        count => Some(count.parse().map_err(|why| wrong("/coding/deaths", &why))?),
    };
    let credibility = text(press, "credibility").parse::<u8>().ok().and_then(|digit| digit.try_into().ok());
    Ok(LeadCoding {
        threats,
        kind: text(press, "kind").to_owned(),
        severity: text(press, "severity").parse().map_err(|why| wrong("/coding/severity", &why))?,
        deaths,
        occurred_on: text(press, "occurred_on").parse().map_err(|why| wrong("/coding/occurred_on", &why))?,
        province: province.map(str::parse).transpose().map_err(|why| wrong("/coding/province", &why))?,
        country: country.map(str::parse).transpose().map_err(|why| wrong("/coding/country", &why))?,
        place: text(press, "place").to_owned(),
        actors: text(press, "actors")
            .split(';')
            .map(str::trim)
            .filter(|name| !name.is_empty())
            .map(str::to_owned)
            .collect(),
        title: text(press, "title").to_owned(),
        credibility,
        note: text(press, "note").to_owned(),
    })
}

/// Why a lead is dismissed: the reason chosen, and what was written besides.
pub(super) fn reason(press: &Fields) -> String {
    match (text(press, "reason"), text(press, "note")) {
        (reason, "") => reason.to_owned(),
        ("", note) => note.to_owned(),
        (reason, note) => format!("{reason}: {note}"),
    }
}
