//! What the texts in a CAP document must look like. Each refusal says what is wrong and what would be right.

use domain::Timestamp;

use super::schema::Text;

/// Refuses a text that is not what stands there.
pub(super) fn judge(kind: &Text, text: &str) -> Result<(), String> {
    match kind {
        Text::Filled if text.trim().is_empty() => Err("it is empty: say what it is".to_owned()),
        Text::Any | Text::Filled => Ok(()),
        Text::Name => name(text),
        Text::Time => time(text.trim()).map(|_| ()),
        Text::OneOf(words) if words.contains(&text) => Ok(()),
        Text::OneOf(words) => {
            Err(format!("{} is not allowed: write one of {}", quoted(text), words.join(", ")))
        }
        // An empty language is the schema's default, en-US.
        Text::Language if text.trim().is_empty() => Ok(()),
        Text::Language => language(text.trim()),
        Text::Uri => uri(text.trim(), false),
        Text::WebAddress => uri(text.trim(), true),
        Text::Integer => whole(text.trim()),
        Text::Decimal => number(text).map(|_| ()),
        Text::Polygon => polygon(text),
        Text::Circle => circle(text),
        Text::References => references(text).map(|_| ()),
    }
}

/// A text for a message: quoted, escaped, at most sixty characters of it.
pub(super) fn quoted(text: &str) -> String {
    let start: String = text.chars().take(60).collect();
    if start.len() < text.len() { format!("{start:?}…") } else { format!("{start:?}") }
}

/// Whether XML 1.0 admits the character.
pub(super) const fn admitted(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..='\u{10FFFF}')
}

/// Whether the character may not stand in an identifier or sender.
pub(super) fn breaks_a_name(c: char) -> bool {
    c.is_whitespace() || matches!(c, ',' | '<' | '&') || !admitted(c)
}

fn name(text: &str) -> Result<(), String> {
    match text.chars().find(|c| breaks_a_name(*c)) {
        _ if text.is_empty() => {
            Err("it is empty: give a name that no other message or sender has".to_owned())
        }
        Some(c) => Err(format!("{} holds {c:?}: leave out spaces, commas, < and &", quoted(text))),
        None => Ok(()),
    }
}

/// Reads a moment in CAP's pattern.
pub(super) fn time(text: &str) -> Result<Timestamp, String> {
    let pattern = b"dddd-dd-ddTdd:dd:dd+dd:dd";
    let fits = text.len() == pattern.len()
        && text.bytes().zip(pattern).all(|(byte, shape)| match shape {
            b'd' => byte.is_ascii_digit(),
            b'+' => matches!(byte, b'+' | b'-'),
            other => byte == *other,
        });
    let moment = if fits { text.parse().ok() } else { None };
    moment.ok_or_else(|| {
        format!(
            "{} is not a time: write it as 2026-11-23T07:30:00-00:00, without fraction or Z",
            quoted(text)
        )
    })
}

/// Refuses what is not shaped as a language tag.
pub(super) fn language(text: &str) -> Result<(), String> {
    let fits = text.split('-').enumerate().all(|(at, part)| {
        (1..=8).contains(&part.len())
            && part.bytes().all(|b| b.is_ascii_alphabetic() || (at > 0 && b.is_ascii_digit()))
    });
    if fits { Ok(()) } else { Err(format!("{} is not a language: write a tag as en or ru", quoted(text))) }
}

/// Whether a URI names its scheme and so needs no base.
pub(super) fn is_absolute(text: &str) -> bool {
    text.split_once(':').is_some_and(|(scheme, rest)| {
        !rest.is_empty()
            && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b))
    })
}

fn uri(text: &str, absolute: bool) -> Result<(), String> {
    if text.contains(char::is_whitespace) {
        Err(format!("{} holds a space: write %20 for it", quoted(text)))
    } else if absolute && !is_absolute(text) {
        Err(format!("{} is not a full address: write it as https://example.org/page", quoted(text)))
    } else {
        Ok(())
    }
}

fn whole(text: &str) -> Result<(), String> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) {
        Ok(())
    } else {
        Err(format!("{} is not a whole number: write digits only", quoted(text)))
    }
}

/// Reads a decimal number: digits, a sign, a point.
pub(super) fn number(text: &str) -> Result<f64, String> {
    let text = text.trim();
    let plain = text.bytes().all(|b| b.is_ascii_digit() || b"+-.".contains(&b));
    let value = if plain { text.parse().ok() } else { None };
    value.ok_or_else(|| format!("{} is not a number: write digits with a point, as 39.85", quoted(text)))
}

fn point(text: &str) -> Result<(f64, f64), String> {
    let wrong =
        || format!("{} is not a point: write latitude,longitude in degrees, as 39.85,70.58", quoted(text));
    let (lat, lon) = text.split_once(',').ok_or_else(wrong)?;
    let (lat, lon) = (number(lat).map_err(|_| wrong())?, number(lon).map_err(|_| wrong())?);
    if (-90.0..=90.0).contains(&lat) && (-180.0..=180.0).contains(&lon) {
        Ok((lat, lon))
    } else {
        Err(wrong())
    }
}

fn polygon(text: &str) -> Result<(), String> {
    let points = text.split_whitespace().map(point).collect::<Result<Vec<_>, _>>()?;
    if points.len() < 4 {
        Err(format!(
            "{} points are not a polygon: give four or more, the last the same as the first",
            points.len()
        ))
    } else if points.first() != points.last() {
        Err("the polygon is open: end it with the point it begins with".to_owned())
    } else {
        Ok(())
    }
}

fn circle(text: &str) -> Result<(), String> {
    let wrong = || {
        format!("{} is not a circle: write latitude,longitude radius in km, as 39.85,70.58 25", quoted(text))
    };
    let mut words = text.split_whitespace();
    let (Some(centre), Some(radius_km), None) = (words.next(), words.next(), words.next()) else {
        return Err(wrong());
    };
    point(centre)?;
    match number(radius_km) {
        Ok(km) if km >= 0.0 => Ok(()),
        _ => Err(wrong()),
    }
}

/// Reads references: for each its identifier and the time it was sent.
pub(super) fn references(text: &str) -> Result<Vec<(&str, Timestamp)>, String> {
    let read = |reference| {
        let parts: Vec<&str> = str::split(reference, ',').collect();
        match parts[..] {
            [sender, identifier, sent] if !sender.is_empty() && !identifier.is_empty() => {
                Ok((identifier, time(sent)?))
            }
            _ => Err(format!("{} is not a reference: write sender,identifier,sent", quoted(reference))),
        }
    };
    let named = text.split_whitespace().map(read).collect::<Result<Vec<_>, _>>()?;
    if named.is_empty() {
        return Err("it is empty: name the earlier messages, or leave the element out".to_owned());
    }
    Ok(named)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_judged_as_the_standard_has_them() {
        for (kind, text, right) in [
            (Text::Time, "2026-11-23T07:30:00-00:00", true),
            (Text::Time, "2026-11-23T07:30:00+05:00", true),
            (Text::Time, "2026-11-23T07:30:00Z", false),
            (Text::Time, "2026-11-23T07:30:00.5-00:00", false),
            (Text::Time, "2026-02-30T07:30:00-00:00", false),
            (Text::Time, "2026-11-23T07:30:00,00:00", false),
            (Text::Name, "wa_1-v2", true),
            (Text::Name, "two words", false),
            (Text::Name, "a,b", false),
            (Text::Name, "", false),
            (Text::OneOf(&["Actual"]), "Actual", true),
            (Text::OneOf(&["Actual"]), " Actual", false),
            (Text::Language, "tg-Cyrl", true),
            (Text::Language, "", true),
            (Text::Language, "en_GB", false),
            (Text::WebAddress, "https://example.org/a", true),
            (Text::WebAddress, "a/b", false),
            (Text::Uri, "a/b", true),
            (Text::Integer, "12", true),
            (Text::Integer, "12.5", false),
            (Text::Decimal, "-1.5", true),
            (Text::Decimal, "NaN", false),
            (Text::Circle, "39.85,70.58 25", true),
            (Text::Circle, "39.85 70.58 25", false),
            (Text::Circle, "139.85,70.58 25", false),
            (Text::Circle, "39.85,70.58 -1", false),
            (Text::Polygon, "1,1 1,2 2,2 1,1", true),
            (Text::Polygon, "1,1 1,2 2,2 2,1", false),
            (Text::Polygon, "1,1 1,2 1,1", false),
            (Text::Polygon, "", false),
            (Text::References, "a@b,1,2026-11-23T07:30:00-00:00 a@b,2,2026-11-24T07:30:00-00:00", true),
            (Text::References, "a@b,1", false),
            (Text::References, " ", false),
        ] {
            assert_eq!(judge(&kind, text).is_ok(), right, "{text:?}");
        }
    }
}
