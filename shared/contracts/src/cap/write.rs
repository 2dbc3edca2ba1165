//! A warning as a CAP 1.2 document.

use std::{collections::BTreeSet, io};

use domain::{
    Country, Credibility, Level, Place, Precision, Reliability, Threat, Tlp,
    handling::Audience,
    warning::{Info, Status},
};
use quick_xml::{
    Writer,
    events::{BytesDecl, BytesText, Event},
};

use super::{NAMESPACE, identifier, time, values};
use crate::alerts::{Evidence, Warning};

type Xml = Writer<Vec<u8>>;

/// The longest event that receivers show whole, in characters (WMO practice).
const EVENT_CHARS: usize = 35;
/// The longest headline that receivers show whole, in characters.
const HEADLINE_CHARS: usize = 160;
/// Half the way around the earth: no circle is larger, in km.
const LARGEST_RADIUS_KM: f64 = 20_037.5;

/// The warning as a CAP 1.2 document from this sender, one `info` for each language.
///
/// A warning that is not yet sent has status Draft and the time it was drafted. Places are shown no finer than the
/// handling's floor, and characters that XML does not admit are left out. What CAP has no element for stands in
/// parameters whose names begin with `pd:`.
pub fn render(warning: &Warning, sender: &str) -> String {
    let mut xml = Writer::new_with_indent(Vec::new(), b' ', 2);
    // Memory takes every write; were it ever otherwise, the empty document would not pass the check.
    match alert(&mut xml, warning, &name(sender)) {
        Ok(()) => String::from_utf8(xml.into_inner()).unwrap_or_default(),
        Err(_) => String::new(),
    }
}

/// A name without the characters that CAP keeps out of identifiers and senders: each becomes a hyphen.
pub(super) fn name(text: &str) -> String {
    let admitted = |c: char| !values::breaks_a_name(c) && !c.is_control();
    text.trim().chars().map(|c| if admitted(c) { c } else { '-' }).collect()
}

fn alert(xml: &mut Xml, warning: &Warning, sender: &str) -> io::Result<()> {
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    xml.create_element("alert").with_attribute(("xmlns", NAMESPACE)).write_inner_content(|xml| {
        head(xml, warning, sender)?;
        warning.infos.iter().try_for_each(|said| info(xml, warning, said, sender))
    })?;
    Ok(())
}

fn head(xml: &mut Xml, warning: &Warning, sender: &str) -> io::Result<()> {
    let status = if warning.sent.is_some() { warning.status } else { Status::Draft };
    let tlp = warning.handling.tlp();
    put(xml, "identifier", &identifier(warning))?;
    put(xml, "sender", sender)?;
    put(xml, "sent", &time(warning.sent.unwrap_or(warning.drafted_at)))?;
    put(xml, "status", status.as_str())?;
    put(xml, "msgType", warning.message_type.as_str())?;
    if is_public(warning) {
        put(xml, "scope", "Public")?;
    } else {
        put(xml, "scope", "Restricted")?;
        put(xml, "restriction", &format!("TLP:{tlp}: {}", who_may_read(tlp)))?;
    }
    put(xml, "code", &format!("TLP:{tlp}"))?;
    put(xml, "code", &format!("UN:{}", warning.handling.un_class()))?;
    if warning.status == Status::Exercise {
        put(xml, "note", "Exercise. This message is part of an exercise; nothing in it is real.")?;
    }
    if !warning.references.is_empty() {
        put(xml, "references", &line(&warning.references.join(" "), usize::MAX))?;
    }
    Ok(())
}

/// Whether anyone at all may read it: TLP:CLEAR, for everyone, with nobody's word still to be had.
fn is_public(warning: &Warning) -> bool {
    let handling = &warning.handling;
    handling.tlp() == Tlp::Clear
        && handling.audience == Audience::Everyone
        && handling.exclude.is_empty()
        && handling.consent.is_empty()
        && !handling.orcon
}

/// The limit on disclosure in the words of TLP 2.0.
const fn who_may_read(tlp: Tlp) -> &'static str {
    match tlp {
        Tlp::Clear => "for the organisations it is addressed to; no limit on further disclosure",
        Tlp::Green => "for the recipients' community, not through public channels",
        Tlp::Amber => "for the recipient's organisation and its clients, on a need-to-know basis",
        Tlp::AmberStrict => "for the recipient's organisation only, on a need-to-know basis",
        Tlp::Red => "for the eyes and ears of individual recipients only, no further disclosure",
    }
}

fn info(xml: &mut Xml, warning: &Warning, said: &Info, sender: &str) -> io::Result<()> {
    let language = if values::language(&said.language).is_ok() { said.language.as_str() } else { "und" };
    xml.create_element("info").write_inner_content(|xml| {
        put(xml, "language", language)?;
        kind(xml, warning, said)?;
        put(xml, "effective", &time(warning.sent.unwrap_or(warning.drafted_at)))?;
        put(xml, "expires", &time(warning.expires))?;
        put(xml, "senderName", &format!("Mirab early warning ({sender})"))?;
        text(xml, said)?;
        parameters(xml, warning)?;
        warning.places.iter().try_for_each(|place| {
            area(xml, &place.generalised(warning.handling.precision_floor), language.starts_with("ru"))
        })
    })?;
    Ok(())
}

/// From category to event code: what kind of thing it is.
fn kind(xml: &mut Xml, warning: &Warning, said: &Info) -> io::Result<()> {
    for category in categories(warning.threat) {
        put(xml, "category", category)?;
    }
    let event = line(&said.event, EVENT_CHARS);
    let threat = warning.threat.as_str();
    put(xml, "event", if event.is_empty() { threat } else { &event })?;
    for response in responses(warning.level) {
        put(xml, "responseType", response)?;
    }
    put(xml, "urgency", warning.urgency.as_str())?;
    put(xml, "severity", warning.severity.as_str())?;
    put(xml, "certainty", warning.certainty.as_str())?;
    if let Some(code) = oasis_event(warning.threat) {
        pair(xml, "eventCode", "OET:v1.2", code)?;
    }
    pair(xml, "eventCode", "mirab:threat", threat)
}

/// The most telling category first: some receivers read no further.
const fn categories(threat: Threat) -> &'static [&'static str] {
    match threat {
        Threat::TerrorismExtremism
        | Threat::ArmedConflict
        | Threat::PoliticalUnrest
        | Threat::Displacement => &["Security", "Safety"],
        Threat::DrugTrafficking | Threat::OrganisedCrime | Threat::BorderTension => &["Security"],
        Threat::EnvironmentalDegradation => &["Env", "Security"],
        Threat::WaterEnergy => &["Env", "Infra", "Security"],
    }
}

/// What recipients do, the most important first: weigh a grave warning at once, keep an eye on a lesser one.
fn responses(level: Level) -> [&'static str; 2] {
    if level >= Level::High { ["Assess", "Monitor"] } else { ["Monitor", "Assess"] }
}

/// The term of the OASIS event list 1.2 (FORMATS 4.1); `None` where the list has no fitting one.
const fn oasis_event(threat: Threat) -> Option<&'static str> {
    match threat {
        Threat::TerrorismExtremism => Some("OET-193"),
        Threat::OrganisedCrime => Some("OET-049"),
        Threat::EnvironmentalDegradation | Threat::WaterEnergy => Some("OET-075"),
        Threat::PoliticalUnrest => Some("OET-040"),
        Threat::BorderTension | Threat::ArmedConflict => Some("OET-177"),
        Threat::DrugTrafficking | Threat::Displacement => None,
    }
}

fn text(xml: &mut Xml, said: &Info) -> io::Result<()> {
    let paragraphs = [clean(&said.description), clean(&said.assessment)];
    let description = paragraphs.iter().map(|p| p.trim()).filter(|p| !p.is_empty()).collect::<Vec<_>>();
    let whole = [
        ("headline", line(&said.headline, HEADLINE_CHARS)),
        ("description", description.join("\n\n")),
        ("instruction", clean(&said.instruction).trim().to_owned()),
    ];
    for (element, text) in whole.iter().filter(|(_, text)| !text.is_empty()) {
        put(xml, element, text)?;
    }
    Ok(())
}

fn parameters(xml: &mut Xml, warning: &Warning) -> io::Result<()> {
    pair(xml, "parameter", "pd:threat", warning.threat.as_str())?;
    pair(xml, "parameter", "pd:riskBand", warning.level.as_str())?;
    pair(xml, "parameter", "pd:tlp", warning.handling.tlp().as_str())?;
    if let Some(grade) = best_grade(&warning.evidence) {
        pair(xml, "parameter", "pd:grade", grade)?;
    }
    for sentence in &warning.handling.licence.attribution {
        pair(xml, "parameter", "pd:attribution", &line(sentence, usize::MAX))?;
    }
    Ok(())
}

/// The grade that gives most belief; `None` without evidence that is graded as analysts write it.
fn best_grade(evidence: &[Evidence]) -> Option<&str> {
    let belief = |grade: &str| {
        let (reliability, credibility) = grade.split_at_checked(1)?;
        let reliability: Reliability = reliability.parse().ok()?;
        let credibility = Credibility::try_from(credibility.parse::<u8>().ok()?).ok()?;
        Some(reliability.weight() * credibility.weight())
    };
    let graded = evidence.iter().filter_map(|e| Some((belief(&e.grade)?, e.grade.as_str())));
    graded.max_by(|(a, _), (b, _)| a.total_cmp(b)).map(|(_, grade)| grade)
}

fn area(xml: &mut Xml, place: &Place, russian: bool) -> io::Result<()> {
    xml.create_element("area").write_inner_content(|xml| {
        put(xml, "areaDesc", &in_words(place, russian))?;
        if let Some(circle) = circle(place) {
            put(xml, "circle", &circle)?;
        }
        if let Some(province) = &place.province {
            pair(xml, "geocode", "ISO3166-2", province.as_str())?;
        }
        if let Some(country) = &place.country {
            pair(xml, "geocode", "ISO3166-1", country.as_str())?;
        }
        Ok(())
    })?;
    Ok(())
}

/// `latitude,longitude radius`, only where the place itself is known; a centroid would look like more than it is.
fn circle(place: &Place) -> Option<String> {
    let usual_km = match place.precision {
        Precision::Exact => 1.0,
        Precision::Near => 25.0,
        _ => return None,
    };
    let point = place.point?;
    let radius_km = place.radius_km.filter(|km| *km >= 0.0).unwrap_or(usual_km).min(LARGEST_RADIUS_KM);
    Some(format!("{},{} {radius_km}", point.lat(), point.lon()))
}

/// The place from the smallest name to the country: `Vorukh, Isfara, TJ-SU, Tajikistan`.
fn in_words(place: &Place, russian: bool) -> String {
    let mut names = Vec::new();
    names.extend(place.name.as_deref().map(|name| line(name, HEADLINE_CHARS)));
    names.extend(place.district.as_deref().map(|name| line(name, HEADLINE_CHARS)));
    names.extend(place.province.as_ref().map(ToString::to_string));
    names.extend(place.country.map(|country| country_name(country, russian)));
    let mut met = BTreeSet::new();
    names.retain(|name| !name.is_empty() && met.insert(name.clone()));
    match (names.is_empty(), russian) {
        (false, _) => names.join(", "),
        (true, false) => "Place not stated".to_owned(),
        (true, true) => "Место не указано".to_owned(),
    }
}

/// The short name that the United Nations uses; the code outside the region.
fn country_name(country: Country, russian: bool) -> String {
    let (english, in_russian) = match country.as_str() {
        "AFG" => ("Afghanistan", "Афганистан"),
        "KAZ" => ("Kazakhstan", "Казахстан"),
        "KGZ" => ("Kyrgyzstan", "Кыргызстан"),
        "TJK" => ("Tajikistan", "Таджикистан"),
        "TKM" => ("Turkmenistan", "Туркменистан"),
        "UZB" => ("Uzbekistan", "Узбекистан"),
        code => (code, code),
    };
    (if russian { in_russian } else { english }).to_owned()
}

fn put(xml: &mut Xml, element: &str, text: &str) -> io::Result<()> {
    xml.create_element(element).write_text_content(BytesText::new(&clean(text))).map(|_| ())
}

fn pair(xml: &mut Xml, element: &str, name: &str, value: &str) -> io::Result<()> {
    xml.create_element(element).write_inner_content(|xml| {
        put(xml, "valueName", name)?;
        put(xml, "value", value)
    })?;
    Ok(())
}

/// The text without control characters, what turns the words beside it round and what else XML does not admit; line ends stay.
fn clean(text: &str) -> String {
    let text = domain::text::straight(text).replace("\r\n", "\n").replace('\r', "\n").replace('\t', " ");
    text.chars().filter(|c| *c == '\n' || (!c.is_control() && values::admitted(*c))).collect()
}

/// The text on one line of at most that many characters, cut at a word with `…`.
fn line(text: &str, limit: usize) -> String {
    let line = clean(text).split_whitespace().collect::<Vec<_>>().join(" ");
    let Some((end, _)) = line.char_indices().nth(limit) else { return line };
    let last = line[..end].char_indices().next_back().map_or(0, |(at, _)| at);
    let room = &line[..last];
    // A word longer than half the line is cut in two rather than lost.
    let at_word = line[..end].rfind(' ').filter(|at| *at * 2 >= last);
    let kept = at_word.map_or(room, |at| &room[..at]);
    format!("{}…", kept.trim_end_matches([' ', ',', ';', ':']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_that_turns_its_direction_turns_no_word_of_the_message() {
        assert_eq!(clean("Pos\u{202e}t (KG-T)\u{2069}"), "Post (KG-T)");
        assert_eq!(line("Pos\u{202e}t, within 20 km", 160), "Post, within 20 km");
    }

    #[test]
    fn a_long_line_is_cut_at_a_word_and_never_exceeds_its_limit() {
        for (text, limit, expected) in [
            ("short", 10, "short"),
            ("exactly ten", 11, "exactly ten"),
            ("one two three", 9, "one two…"),
            ("one two three", 8, "one two…"),
            ("водные споры в долине", 13, "водные споры…"),
            ("unbreakablelongword", 6, "unbre…"),
            ("a unbreakablelongword", 12, "a unbreakab…"),
            ("two\nlines\t here", 40, "two lines here"),
        ] {
            let cut = line(text, limit);
            assert_eq!(cut, expected, "{text}");
            assert!(cut.chars().count() <= limit);
        }
    }

    #[test]
    fn the_best_grade_is_the_one_that_gives_most_belief() {
        let evidence = |grade: &str| Evidence {
            observations: Vec::new(),
            title: String::new(),
            on: domain::Day::of(2026, 11, 20).unwrap(),
            grade: grade.to_owned(),
            share: 0.5,
        };
        assert_eq!(best_grade(&[evidence("A5"), evidence("B2"), evidence("é9"), evidence("")]), Some("B2"));
        assert_eq!(best_grade(&[evidence("ungraded")]), None);
    }
}
