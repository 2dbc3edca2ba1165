//! The form of a mapping: for every field of an observation a column of the file, or a fixed text with columns in it.

use std::collections::{BTreeMap, BTreeSet};

use contracts::{
    Failure,
    intake::mapping::{Field, Mapping, Taken, Tried},
};
use domain::{Handling, Licence, Redistribution, Tlp, UnClass, handling::Audience, text::Invalid};
use maud::{Markup, html};

use super::{
    fields::{self, Fields, choice, text},
    mappings::Seen,
    said::said,
    shell::{self, Page, Reader},
    words::Lang,
};

/// What stands between fields: what the form sends and what is meant.
const DELIMITERS: [(&str, char); 4] = [("comma", ','), ("semicolon", ';'), ("tab", '\t'), ("bar", '|')];
/// Encodings that are offered; any other can be written through the API.
const ENCODINGS: [&str; 5] = ["utf-8", "windows-1251", "windows-1252", "iso-8859-1", "koi8-r"];

fn put(fields: &mut Fields, name: &str, value: impl Into<String>) {
    fields.insert(name.to_owned(), value.into());
}

/// An empty form.
pub(super) fn fresh() -> Fields {
    let mut fields = Fields::new();
    for (name, value) in [
        ("delimiter", "comma"),
        ("encoding", "utf-8"),
        ("header", "yes"),
        ("dates", "YYYY-MM-DD"),
        ("tlp", "AMBER"),
        ("redistribution", "none"),
        ("text-precision", "province"),
        ("text-reliability", "C"),
        ("text-credibility", "3"),
    ] {
        put(&mut fields, name, value);
    }
    fields
}

/// A mapping as the fields of its form.
pub(super) fn fields(mapping: &Mapping) -> Fields {
    let mut fields = Fields::new();
    let delimiter =
        DELIMITERS.iter().find(|(_, sign)| *sign == mapping.delimiter).map_or("comma", |(name, _)| *name);
    put(&mut fields, "name", &mapping.name);
    put(&mut fields, "version", mapping.version.to_string());
    put(&mut fields, "delimiter", delimiter);
    put(&mut fields, "encoding", &mapping.encoding);
    put(&mut fields, "header", if mapping.header { "yes" } else { "" });
    put(&mut fields, "dates", mapping.dates.join("\n"));
    for (field, taken) in &mapping.fields {
        match taken {
            Taken::Column(column) => put(&mut fields, &format!("column-{field}"), column),
            Taken::Constant(said) | Taken::Pattern(said) => put(&mut fields, &format!("text-{field}"), said),
        }
    }
    let meanings = mapping.meanings.iter().flat_map(|(field, words)| {
        words.iter().map(move |(word, meant)| format!("{field}: {word} = {meant}"))
    });
    put(&mut fields, "meanings", meanings.collect::<Vec<_>>().join("\n"));
    put(&mut fields, "tlp", mapping.handling.tlp().as_str());
    put(&mut fields, "everyone", if mapping.handling.audience == Audience::Everyone { "yes" } else { "" });
    put(&mut fields, "licence", mapping.licence.ids.iter().cloned().collect::<Vec<_>>().join(", "));
    put(&mut fields, "redistribution", mapping.licence.redistribution.as_str());
    put(
        &mut fields,
        "attribution",
        mapping.licence.attribution.iter().cloned().collect::<Vec<_>>().join("\n"),
    );
    fields
}

/// What was written, as the API takes it.
pub(super) fn read(sent: &Fields) -> Result<Mapping, Failure> {
    let wrong = |name: &str, invalid: Invalid| {
        Failure::invalid("the mapping cannot be taken as it is written").at(name, invalid)
    };
    let tlp: Tlp = text(sent, "tlp").parse().map_err(|invalid| wrong("tlp", invalid))?;
    let redistribution: Redistribution =
        text(sent, "redistribution").parse().map_err(|invalid| wrong("redistribution", invalid))?;
    let mut handling = Handling::new(tlp, UnClass::Unclassified);
    if text(sent, "everyone") == "yes" {
        handling.audience = Audience::Everyone;
    }
    let set = |name: &str, ends: &[char]| -> BTreeSet<String> {
        let parts = text(sent, name).split(ends).map(str::trim);
        parts.filter(|part| !part.is_empty()).map(str::to_owned).collect()
    };
    let (ids, attribution) = (set("licence", &[',']), set("attribution", &['\n']));
    let delimiter = DELIMITERS.iter().find(|(name, _)| *name == text(sent, "delimiter"));
    Ok(Mapping {
        name: text(sent, "name").to_owned(),
        version: 0,
        delimiter: delimiter.map_or(',', |(_, sign)| *sign),
        encoding: text(sent, "encoding").to_owned(),
        header: text(sent, "header") == "yes",
        fields: Field::ALL.iter().filter_map(|field| Some((*field, taken(sent, *field)?))).collect(),
        dates: text(sent, "dates")
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .map(str::to_owned)
            .collect(),
        meanings: meanings(text(sent, "meanings"))?,
        handling,
        licence: Licence { ids, redistribution, attribution },
        by: String::new(),
        at: None,
    })
}

fn taken(sent: &Fields, field: Field) -> Option<Taken> {
    let (column, said) = (text(sent, &format!("column-{field}")), text(sent, &format!("text-{field}")));
    match (column, said) {
        ("", "") => None,
        ("", said) if said.contains('{') => Some(Taken::Pattern(said.to_owned())),
        ("", said) => Some(Taken::Constant(said.to_owned())),
        (column, _) => Some(Taken::Column(column.to_owned())),
    }
}

/// Lines as `threat: Protest = political_unrest`.
fn meanings(written: &str) -> Result<BTreeMap<Field, BTreeMap<String, String>>, Failure> {
    let mut meanings: BTreeMap<Field, BTreeMap<String, String>> = BTreeMap::new();
    for line in written.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let parts = line.split_once(':').and_then(|(field, rest)| {
            let (word, meant) = rest.rsplit_once('=')?;
            Some((field.trim().parse::<Field>().ok()?, word.trim(), meant.trim()))
        });
        let Some((field, word, meant)) =
            parts.filter(|(_, word, meant)| !word.is_empty() && !meant.is_empty())
        else {
            let why = format!("{line:?} is not written as: threat: Protest = political_unrest");
            return Err(Failure::invalid("the meanings of words cannot be read").at("meanings", why));
        };
        meanings.entry(field).or_default().insert(word.to_owned(), meant.to_owned());
    }
    Ok(meanings)
}

/// The form, with what was written, what the sample becomes and why it was refused.
pub(super) fn page<'a>(reader: &Reader, sent: &Fields, seen: &Seen) -> Page<'a> {
    let t = reader.lang;
    let columns: &[String] = seen.tried.as_ref().map_or(&[], |tried| &tried.columns);
    let body = html! {
        div.sheet {
            p.crumb { a href="/mappings" { "← " (t.say("mapping.title")) } }
            h1 { @if text(sent, "name").is_empty() { (t.say("mapping.new")) } @else { (text(sent, "name")) } }
            p { (t.say("mapping.how")) }
            @if let Some(failure) = &seen.refusal { (shell::refused(t, failure)) }
            form.written method="post" action="/mappings" enctype="multipart/form-data" {
                (fields::sealed(reader))
                @for name in ["version", "sample"] { input type="hidden" name=(name) value=(text(sent, name)); }
                (file(t, sent))
                @if let Some(tried) = &seen.tried { (outcome(t, tried)) }
                (filling(t, sent, columns))
                (limits(t, sent))
                p.buttons {
                    button name="do" value="try" { (t.say("mapping.try")) }
                    button.second name="do" value="save" { (t.say("mapping.save")) }
                }
            }
            @if !text(sent, "version").is_empty() { (run(reader, sent)) }
        }
    };
    Page { title: t.say("mapping.title"), part: "/imports", exercise: false, body }
}

/// The name, the sample and how it is written.
fn file(t: Lang, sent: &Fields) -> Markup {
    html! {
        fieldset {
            legend { (t.say("mapping.file")) }
            label for="name" { (t.say("mapping.name")) }
            input id="name" name="name" type="text" maxlength="60" pattern="[a-z0-9-]{2,60}" required value=(text(sent, "name"))
                readonly[!text(sent, "version").is_empty()];
            label for="file" { (t.say("mapping.sample")) }
            input id="file" name="file" type="file";
            @if !text(sent, "sample").is_empty() { p.meta { (t.say("mapping.sample-kept")) } }
            (choice((t.say("mapping.delimiter"), "delimiter"), text(sent, "delimiter"), DELIMITERS.iter().map(|(name, _)| (*name, t.word("delimiter", name)))))
            (choice((t.say("mapping.encoding"), "encoding"), text(sent, "encoding"), ENCODINGS.iter().map(|name| (*name, (*name).to_owned()))))
            label { input type="checkbox" name="header" value="yes" checked[text(sent, "header") == "yes"]; " " (t.say("mapping.header")) }
            p.buttons { button.second name="do" value="columns" formnovalidate { (t.say("mapping.columns")) } }
        }
    }
}

/// For each field of an observation, whence it is taken.
fn filling(t: Lang, sent: &Fields, columns: &[String]) -> Markup {
    html! {
        fieldset {
            legend { (t.say("mapping.fields")) }
            p.meta { (t.say("mapping.fields-how")) }
            div.scroll tabindex="0" role="region" aria-label=(t.say("mapping.fields")) { table.narrow.stacked {
                thead { tr { th scope="col" { (t.say("mapping.field")) } th scope="col" { (t.say("mapping.column")) } th scope="col" { (t.say("mapping.text")) } } }
                tbody { @for field in Field::ALL { (one_field(t, sent, (*field, columns))) } }
            } }
            label for="dates" { (t.say("mapping.dates")) }
            textarea id="dates" name="dates" rows="2" maxlength="500" { (text(sent, "dates")) }
            label for="meanings" { (t.say("mapping.meanings")) }
            textarea id="meanings" name="meanings" rows="4" maxlength="20000" placeholder="threat: Protest = political_unrest" { (text(sent, "meanings")) }
        }
    }
}

fn one_field(t: Lang, sent: &Fields, (field, columns): (Field, &[String])) -> Markup {
    let (column, said) = (format!("column-{field}"), format!("text-{field}"));
    let chosen = text(sent, &column);
    let known = columns
        .iter()
        .any(|name| name.eq_ignore_ascii_case(chosen) || name.to_lowercase() == chosen.to_lowercase());
    html! {
        tr {
            th scope="row" { (t.word("mapped", field.as_str())) }
            td data-label=(t.say("mapping.column")) {
                select name=(column) aria-label={ (t.word("mapped", field.as_str())) ", " (t.say("mapping.column")) } {
                    option value="" { "—" }
                    @if !chosen.is_empty() && !known { option value=(chosen) selected { (chosen) } }
                    @for name in columns { option value=(name) selected[name.to_lowercase() == chosen.to_lowercase()] { (name) } }
                }
            }
            td data-label=(t.say("mapping.text")) { input type="text" name=(said) maxlength="1000" value=(text(sent, &said)) aria-label={ (t.word("mapped", field.as_str())) ", " (t.say("mapping.text")) }; }
        }
    }
}

/// What may be done with what it brings.
fn limits(t: Lang, sent: &Fields) -> Markup {
    html! {
        fieldset {
            legend { (t.say("mapping.handling")) }
            (choice((t.say("field.tlp"), "tlp"), text(sent, "tlp"), Tlp::ALL.iter().rev().map(|word| (word.as_str(), word.to_string()))))
            label { input type="checkbox" name="everyone" value="yes" checked[text(sent, "everyone") == "yes"]; " " (t.say("mapping.everyone")) }
            label for="licence" { (t.say("mapping.licence")) }
            input id="licence" name="licence" type="text" maxlength="200" required value=(text(sent, "licence"));
            (choice((t.say("mapping.redistribution"), "redistribution"), text(sent, "redistribution"), Redistribution::ALL.iter().rev().map(|word| (word.as_str(), t.word("redistribution", word.as_str())))))
            label for="attribution" { (t.say("mapping.attribution")) }
            textarea id="attribution" name="attribution" rows="2" maxlength="2000" { (text(sent, "attribution")) }
        }
    }
}

/// What the first rows of the sample become.
fn outcome(t: Lang, tried: &Tried) -> Markup {
    let good = tried.rows.iter().filter(|row| row.observation.is_some()).count();
    html! {
        section aria-live="polite" {
            h2 { (t.say("mapping.outcome")) }
            @if tried.rows.is_empty() {
                p { (t.fill("mapping.found-columns", &[("n", &tried.columns.len().to_string())])) " " (tried.columns.join(" · ")) }
            } @else {
                p { (t.fill("mapping.read", &[("good", &good.to_string()), ("all", &tried.rows.len().to_string())])) }
                ol.plain { @for row in &tried.rows { li {
                    span.meta { (t.fill("imports.line", &[("n", &t.count(row.line))])) " " }
                    @if let Some(seen) = &row.observation {
                        b { (seen.title) } " "
                        span.meta { (seen.occurred_from) " · "
                            (seen.place.province.as_ref().map_or_else(|| t.word("precision", seen.place.precision.as_str()), ToString::to_string)) " · "
                            (seen.threats.iter().map(|threat| t.word("threat", threat.as_str())).collect::<Vec<_>>().join(", ")) " · "
                            (t.kind(&seen.kind)) " · " (seen.grade.reliability) (seen.grade.credibility.digit()) }
                    } @else { span.bad { (said(t, &row.reason)) } }
                } } }
            }
        }
    }
}

/// Sends a whole file to be read by the saved mapping.
fn run(reader: &Reader, sent: &Fields) -> Markup {
    let t = reader.lang;
    html! {
        form.written method="post" action="/imports" enctype="multipart/form-data" {
            fieldset {
                legend { (t.say("mapping.run")) }
                p.meta { (t.fill("mapping.run-how", &[("n", text(sent, "version"))])) }
                (fields::sealed(reader))
                input type="hidden" name="format" value="mapped";
                input type="hidden" name="mapping" value=(text(sent, "name"));
                label for="whole" { (t.say("imports.file")) }
                input id="whole" name="file" type="file" required;
                p.buttons { button { (t.say("mapping.run")) } }
            }
        }
    }
}
