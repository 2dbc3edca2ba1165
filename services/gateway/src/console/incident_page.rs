//! The page on which an incident is reported.

use domain::{Severity, Threat};
use maud::{Markup, html};

use super::{
    assets,
    fields::{self, choice, line, text, tick},
    files,
    incident_form::Seen,
    shell::{Page, Reader, refused},
    words::Lang,
};

/// What may have happened, by what it bears on; whatever is none of them is an incident.
pub(super) const KINDS: [(Threat, &[&str]); 9] = [
    (Threat::BorderTension, &["border_incident", "crossing_closure", "incident"]),
    (
        Threat::ArmedConflict,
        &[
            "armed_clash",
            "shelling",
            "air_strike",
            "remote_explosive",
            "attack_on_civilians",
            "abduction",
            "incident",
        ],
    ),
    (Threat::TerrorismExtremism, &["terrorist_attack", "suicide_bomb", "recruitment", "incident"]),
    (
        Threat::PoliticalUnrest,
        &["peaceful_protest", "violent_demonstration", "mob_violence", "arrests", "incident"],
    ),
    (Threat::WaterEnergy, &["water_dispute", "power_outage", "incident"]),
    (
        Threat::EnvironmentalDegradation,
        &["flood", "landslide", "earthquake", "drought", "pollution", "incident"],
    ),
    (Threat::Displacement, &["displacement", "incident"]),
    (Threat::DrugTrafficking, &["seizure", "incident"]),
    (Threat::OrganisedCrime, &["homicide", "smuggling", "corruption", "incident"]),
];

/// The form, with what was written and what is wrong with it.
pub(super) fn page<'a>(reader: &Reader, seen: &Seen) -> Page<'a> {
    let (t, sent) = (reader.lang, &seen.sent);
    let again = if sent.is_empty() { "" } else { "sent" };
    let body = html! {
        div.sheet {
            p.crumb { a href="/reports" { "← " (t.say("reports.title")) } }
            h1 { (t.say("happened.title")) }
            p.meta { (t.say("happened.how")) }
            @if let Some(failure) = &seen.refusal { (refused(t, failure)) }
            p.notice data-draft-note hidden role="status" {
                (t.say("happened.draft")) " " button.plain type="button" data-draft-forget { (t.say("happened.forget")) }
            }
            form.written method="post" action="/reports/new" enctype="multipart/form-data" data-draft=(again) {
                (key(reader, seen))
                (what(t, text(sent, "what")))
                (place(t, seen))
                (line((t.say("happened.day"), "day", "date"), sent))
                (kept(choice((t.say("happened.severity"), "severity"), severity(sent), Severity::ALL.iter().map(|word| (word.as_str(), t.word("lead-severity", word.as_str()))))))
                label for="deaths" { (t.say("happened.deaths")) }
                input #deaths name="deaths" type="number" inputmode="numeric" min="0" max="100000" data-keep value=(text(sent, "deaths"));
                label for="text" { (t.say("happened.text")) }
                textarea #text name="text" rows="5" maxlength="8000" required data-keep { (text(sent, "text")) }
                (source(t, seen))
                (tick((t.say("happened.exercise"), "exercise"), sent))
                label for="file" { (t.say("files.choose")) }
                input #file name="file" type="file" multiple accept=(files::accepted()) aria-describedby="file-kinds";
                p.meta #file-kinds { (seen.limits) " " (t.say("files.clean")) }
                p.buttons { button { (t.say("happened.send")) } }
            }
            script type="module" src=(assets::draft_path()) {}
        }
    };
    Page { title: t.say("happened.title"), part: "/reports/new", exercise: false, body }
}

/// The session's mark, and the key by which sending twice is sending once: it stays the same until the report is in.
fn key(reader: &Reader, seen: &Seen) -> Markup {
    html! {
        input type="hidden" name="token" value=(reader.form_token);
        @let before = text(&seen.sent, "key");
        input type="hidden" name="key" data-keep value=(if before.is_empty() || seen.spent() { super::fields::form_key() } else { before.to_owned() });
    }
}

/// The same choice, marked to be kept on the device.
fn kept(choice: Markup) -> Markup {
    maud::PreEscaped(choice.into_string().replacen("<select ", "<select data-keep ", 1))
}

fn severity(sent: &fields::Fields) -> &str {
    let chosen = text(sent, "severity");
    if chosen.is_empty() { Severity::Notable.as_str() } else { chosen }
}

fn what(t: Lang, chosen: &str) -> Markup {
    html! {
        label for="what" { (t.say("happened.what")) }
        select #what name="what" required data-keep {
            option value="" { "—" }
            @for (threat, kinds) in KINDS {
                optgroup label=(t.word("threat", threat.as_str())) {
                    @for kind in kinds {
                        @let value = format!("{threat}/{kind}");
                        option value=(value) selected[chosen == value] { (t.word("happened-kind", kind)) }
                    }
                }
            }
        }
    }
}

fn place(t: Lang, seen: &Seen) -> Markup {
    html! {
        label for="place" { (t.say("happened.place")) }
        input #place name="place" type="text" maxlength="120" required data-keep autocomplete="off" aria-describedby="place-how" value=(text(&seen.sent, "place"));
        p.meta #place-how { (t.say("happened.place-how")) }
        @if !seen.candidates.is_empty() {
            (which(t, &seen.candidates))
        } @else if !text(&seen.sent, "candidate").is_empty() {
            input type="hidden" name="candidate" value=(text(&seen.sent, "candidate"));
        }
    }
}

/// Places of one name to choose from.
pub(super) fn which(t: Lang, candidates: &[(String, String)]) -> Markup {
    html! {
        fieldset.wrong {
            legend { (t.say("happened.which")) }
            @for (at, (value, shown)) in candidates.iter().enumerate() {
                label.tick for={ "candidate-" (at) } { input id={ "candidate-" (at) } type="radio" name="candidate" value=(value) required; " " (shown) }
            }
        }
    }
}

/// Who saw it: sealed before anything is stored, and never kept on the device.
fn source(t: Lang, seen: &Seen) -> Markup {
    let given = ["source", "contact"].iter().any(|name| !text(&seen.sent, name).is_empty());
    html! {
        details open[given] {
            summary { (t.say("happened.source")) }
            p.meta { (t.say("happened.sealed")) }
            (line((t.say("happened.source-name"), "source", "text"), &seen.sent))
            (line((t.say("happened.source-contact"), "contact", "text"), &seen.sent))
        }
    }
}
