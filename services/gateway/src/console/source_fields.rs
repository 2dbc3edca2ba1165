//! The fields of the form of a source: what stands in them, and what is read out of them.

use std::collections::BTreeSet;

use contracts::{
    Failure,
    gateway::{Format, ReportGrade},
    intake::sources::{Source, SourceForm, SourceMapping, SourceParameters},
};
use domain::{
    Country, Credibility, Handling, Licence, Redistribution, Reliability, Tlp, UnClass, handling::Audience,
};

use super::fields::{Fields, lines, maybe, text, wrong};

/// Units in which it is said how often a source is asked, in seconds.
pub(super) const UNITS: [(&str, u32); 4] = [("s", 1), ("min", 60), ("h", 3600), ("d", 86_400)];

/// An empty form: a file, asked once a day.
pub(super) fn fresh() -> Fields {
    let all = [("connector", "file"), ("every", "1"), ("unit", "d")];
    all.map(|(name, value)| (name.to_owned(), value.to_owned())).into()
}

/// A source as the fields of its form.
pub(super) fn filled(source: &Source) -> Fields {
    let form = &source.form;
    let (every, unit) = every(form.every_s);
    let mut fields: Fields = [
        ("version", source.version.to_string()),
        ("connector", source.connector.to_string()),
        ("title", form.title.clone()),
        ("address", form.address.clone().unwrap_or_default()),
        ("format", form.format.map(|format| format.to_string()).unwrap_or_default()),
        ("mapping", form.mapping.as_ref().map(|mapping| mapping.name.clone()).unwrap_or_default()),
        ("every", every),
        ("unit", unit.to_owned()),
        ("lookback", form.parameters.lookback_days.map(|days| days.to_string()).unwrap_or_default()),
        ("magnitude", form.parameters.least_magnitude.map(|least| least.to_string()).unwrap_or_default()),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into();
    let mut tick = |name: String, on: bool| on.then(|| fields.insert(name, "on".to_owned()));
    tick("exercise".to_owned(), form.exercise);
    for country in &form.parameters.countries {
        tick(format!("country-{country}"), true);
    }
    if let Some(grade) = form.grade {
        fields.insert("reliability".to_owned(), grade.reliability.to_string());
        fields.insert("credibility".to_owned(), grade.credibility.digit().to_string());
    }
    if let Some(handling) = &form.handling {
        fields.extend(handled(handling));
    }
    fields
}

fn handled(handling: &Handling) -> Fields {
    let licence = &handling.licence;
    let joined =
        |all: &BTreeSet<String>, between: &str| all.iter().cloned().collect::<Vec<_>>().join(between);
    let mut fields: Fields = [
        ("tlp", handling.tlp().to_string()),
        ("class", handling.un_class().to_string()),
        ("licence", joined(&licence.ids, ", ")),
        ("redistribution", licence.redistribution.to_string()),
        ("attribution", joined(&licence.attribution, "\n")),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into();
    if handling.audience == Audience::Everyone {
        fields.insert("everyone".to_owned(), "on".to_owned());
    }
    fields
}

/// How often, in the largest unit that tells it whole.
fn every(seconds: u32) -> (String, &'static str) {
    if seconds == 0 {
        return (String::new(), "h");
    }
    let whole = UNITS.iter().rev().find(|(_, unit)| seconds.is_multiple_of(*unit));
    let (unit, of) = whole.copied().unwrap_or(("s", 1));
    ((seconds / of).to_string(), unit)
}

/// What was written, as the API takes it; what the form does not show is as it was before.
pub(super) fn read(sent: &Fields, before: Option<&SourceForm>) -> Result<SourceForm, Failure> {
    let (unit, often): (&str, Option<u32>) = (text(sent, "unit"), maybe(sent, "every")?);
    let unit = UNITS.iter().find(|(name, _)| *name == unit).map_or(3600, |(_, seconds)| *seconds);
    let some = |name: &str| Some(text(sent, name)).filter(|text| !text.is_empty()).map(str::to_owned);
    let kept = before.and_then(|form| form.mapping.clone());
    let mapping = some("mapping")
        .map(|name| kept.filter(|kept| kept.name == name).unwrap_or(SourceMapping { name, version: None }));
    Ok(SourceForm {
        title: text(sent, "title").to_owned(),
        address: some("address"),
        format: maybe::<Format>(sent, "format")?,
        mapping,
        parameters: SourceParameters {
            countries: Country::REGION
                .into_iter()
                .filter(|code| sent.contains_key(&format!("country-{code}")))
                .collect(),
            lookback_days: maybe(sent, "lookback")?,
            least_magnitude: maybe(sent, "magnitude")?,
        },
        every_s: often.unwrap_or(0).saturating_mul(unit),
        handling: handling(sent, before.and_then(|form| form.handling.as_ref()))?,
        grade: grade(sent)?,
        exercise: sent.contains_key("exercise"),
    })
}

fn grade(sent: &Fields) -> Result<Option<ReportGrade>, Failure> {
    let (reliability, credibility): (Option<Reliability>, Option<u8>) =
        (maybe(sent, "reliability")?, maybe(sent, "credibility")?);
    match (reliability, credibility) {
        (None, None) => Ok(None),
        (Some(reliability), Some(digit)) => {
            let credibility = Credibility::try_from(digit).map_err(|why| wrong("credibility", &why))?;
            Ok(Some(ReportGrade { reliability, credibility }))
        }
        (None, Some(_)) => Err(wrong("reliability", &"goes with the credibility: choose both or neither")),
        (Some(_), None) => Err(wrong("credibility", &"goes with the reliability: choose both or neither")),
    }
}

/// What may be done with what it brings; nothing besides what its format says where no label is chosen.
fn handling(sent: &Fields, before: Option<&Handling>) -> Result<Option<Handling>, Failure> {
    let Some(tlp) = maybe::<Tlp>(sent, "tlp")? else {
        let said = ["licence", "redistribution", "attribution", "everyone", "class"];
        return match said.iter().find(|name| !text(sent, name).is_empty()) {
            Some(_) => Err(wrong("tlp", &"choose a label where anything is said of handling or licence")),
            None => Ok(None),
        };
    };
    let class = maybe::<UnClass>(sent, "class")?.unwrap_or(UnClass::Unclassified);
    let mut handling = match before {
        Some(before) => before.clone().relabelled(tlp, class),
        None => Handling::new(tlp, class),
    };
    handling.audience = match &handling.audience {
        _ if sent.contains_key("everyone") => Audience::Everyone,
        Audience::Everyone => Audience::Only(BTreeSet::new()),
        kept @ Audience::Only(_) => kept.clone(),
    };
    let ids: BTreeSet<String> = text(sent, "licence")
        .split(',')
        .map(str::trim)
        .filter(|id| !id.is_empty())
        .map(str::to_owned)
        .collect();
    let of_licence = ["redistribution", "attribution"];
    if ids.is_empty() {
        if of_licence.iter().any(|name| !text(sent, name).is_empty()) {
            return Err(wrong(
                "licence",
                &"name the licence that is spoken of, or leave what belongs to it empty",
            ));
        }
        handling.licence = Licence::own();
    } else {
        let redistribution = maybe::<Redistribution>(sent, "redistribution")?.unwrap_or(Redistribution::None);
        let attribution = lines(sent, "attribution").map(str::to_owned).collect();
        handling.licence = Licence { ids, redistribution, attribution };
    }
    Ok(Some(handling))
}

#[cfg(test)]
mod tests {
    use domain::Precision;

    use super::*;
    use crate::console::sample_sources::some_sources;

    fn source() -> Source {
        let mut source = some_sources().remove(2);
        let mut handling = Handling::new(Tlp::AmberStrict, UnClass::Confidential);
        handling.chatham_house = true;
        handling.licence = Licence::named("CC-BY-4.0", Redistribution::Derived, "Wire, every day.");
        let mapping = Some(SourceMapping { name: "border-log".into(), version: Some(2) });
        source.form = SourceForm {
            title: "The wire".into(),
            address: Some("https://example.org/rows.csv".into()),
            format: Some(Format::Mapped),
            mapping,
            parameters: SourceParameters {
                countries: vec![Country::REGION[1], Country::REGION[2]],
                lookback_days: Some(30),
                least_magnitude: Some(4.5),
            },
            every_s: 7200,
            handling: Some(handling),
            grade: Some(ReportGrade { reliability: Reliability::C, credibility: Credibility::POSSIBLE }),
            exercise: true,
        };
        source
    }

    #[test]
    fn a_source_goes_into_its_form_and_out_of_it_as_it_was() {
        let source = source();
        let sent = filled(&source);
        assert_eq!((text(&sent, "every"), text(&sent, "unit")), ("2", "h"));
        assert_eq!(read(&sent, Some(&source.form)).unwrap(), source.form);
        let mut other = sent;
        other.insert("mapping".to_owned(), "other-log".to_owned());
        let changed = read(&other, Some(&source.form)).unwrap();
        assert_eq!(changed.mapping, Some(SourceMapping { name: "other-log".into(), version: None }));
    }

    #[test]
    fn another_label_leaves_what_else_binds_it_and_a_licence_can_be_taken_back() {
        let mut source = source();
        let held = source.form.handling.as_mut().unwrap();
        (held.orcon, held.precision_floor) = (true, Precision::Province);
        held.exclude = BTreeSet::from(["oscx".to_owned()]);
        let mut sent = filled(&source);
        sent.insert("tlp".to_owned(), Tlp::Red.to_string());
        let now = read(&sent, Some(&source.form)).unwrap().handling.unwrap();
        assert_eq!(now, source.form.handling.clone().unwrap().relabelled(Tlp::Red, UnClass::Confidential));
        assert!(now.chatham_house && now.orcon && now.exclude.contains("oscx"));
        sent.remove("licence");
        assert!(read(&sent, Some(&source.form)).is_err(), "of which licence?");
        sent.remove("redistribution");
        sent.remove("attribution");
        let own = read(&sent, Some(&source.form)).unwrap().handling.unwrap();
        assert_eq!(own.licence, Licence::own());
    }

    #[test]
    fn an_empty_form_asks_once_a_day_and_says_nothing_of_handling() {
        let form = read(&fresh(), None).unwrap();
        assert_eq!((form.every_s, form.handling, form.grade), (86_400, None, None));
        assert_eq!(every(0), (String::new(), "h"));
        assert_eq!((every(900), every(86_400)), (("15".to_owned(), "min"), ("1".to_owned(), "d")));
        let mut source = source();
        source.form.every_s = 90;
        assert_eq!(
            read(&filled(&source), Some(&source.form)).unwrap().every_s,
            90,
            "it is kept to the second"
        );
    }

    #[test]
    fn what_goes_together_is_asked_for_together() {
        for (name, value, at) in [
            ("licence", "CC-BY-4.0", "tlp"),
            ("everyone", "on", "tlp"),
            ("reliability", "C", "credibility"),
            ("credibility", "3", "reliability"),
            ("every", "often", "every"),
            ("format", "docx", "format"),
        ] {
            let mut sent = fresh();
            sent.insert(name.to_owned(), value.to_owned());
            assert_eq!(read(&sent, None).unwrap_err().errors[0].pointer, at, "{name}");
        }
    }
}
