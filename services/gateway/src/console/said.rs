//! What services answer, in the words of the reader: their reasons are written in English once, and told in Russian by the table
//! beside; a place in a form is told by the name of its field. What no table knows is told as it came.

use domain::{Country, Precision, Threat, UnClass, likelihood::Word};

use super::{said_ru::SAID, words::Lang};

/// A reason, in the language of the reader.
pub(super) fn said(t: Lang, english: &str) -> String {
    match t {
        Lang::En => english.to_owned(),
        Lang::Ru => {
            // what holds several reasons is one sentence only where a template says so
            let whole = |template: &str| template.contains(APART);
            let told = sentence(t, english, whole);
            told.unwrap_or_else(|| pieces(t, english, |template| !whole(template)))
        }
    }
}

/// Between reasons that stand behind one another.
const APART: &str = "; ";

/// Reasons behind one another, each by itself.
fn pieces(t: Lang, english: &str, of: impl Fn(&str) -> bool + Copy) -> String {
    let one = |piece: &str| sentence(t, piece, of).unwrap_or_else(|| piece.to_owned());
    english.split(APART).map(one).collect::<Vec<String>>().join(APART)
}

fn sentence(t: Lang, english: &str, of: impl Fn(&str) -> bool) -> Option<String> {
    SAID.iter().filter(|(template, _)| of(template)).find_map(|(template, russian)| {
        let held = held(template, english)?;
        let mut told = (*russian).to_owned();
        for (number, value) in held.iter().enumerate() {
            told = told.replace(&format!("{{{number}}}"), &value_of(t, value));
        }
        Some(told)
    })
}

/// What stands in the holes of a template, where the text is one of it.
fn held<'t>(template: &str, text: &'t str) -> Option<Vec<&'t str>> {
    let mut parts = template.split("{}").peekable();
    let mut rest = text.strip_prefix(parts.next()?)?;
    let mut held = Vec::new();
    while let Some(part) = parts.next() {
        let end =
            if parts.peek().is_none() { rest.strip_suffix(part).map(str::len)? } else { rest.find(part)? };
        let (value, behind) = rest.split_at_checked(end)?;
        held.push(value);
        rest = behind.strip_prefix(part)?;
    }
    rest.is_empty().then_some(held)
}

/// What stands in a hole: a list of words of the field, a reason again, or a name.
fn value_of(t: Lang, text: &str) -> String {
    let all: Vec<&str> = text.split(", ").flat_map(|one| one.split(" and ")).collect();
    let words: Option<Vec<String>> = all.iter().map(|one| word(t, one)).collect();
    match words {
        Some(words) if words.len() > 1 => {
            let (last, before) = words.split_last().map_or((String::new(), &[][..]), |(l, b)| (l.clone(), b));
            format!("{} и {last}", before.join(", "))
        }
        Some(words) => words.concat(),
        None => said(t, text),
    }
}

fn word(t: Lang, text: &str) -> Option<String> {
    if let Ok(threat) = text.parse::<Threat>() {
        return Some(t.word("threat", threat.as_str()).to_lowercase());
    }
    match text {
        "product" => return Some(t.say("said-kind.product").to_owned()),
        "warning" => return Some(t.say("said-kind.warning").to_owned()),
        _ => {}
    }
    if let Ok(class) = text.parse::<UnClass>() {
        return Some(t.word("class", class.as_str()));
    }
    if let Ok(precision) = text.parse::<Precision>() {
        return Some(t.word("precision", precision.as_str()));
    }
    if let Ok(word) = text.parse::<Word>() {
        return Some(t.word("likelihood", word.as_str()));
    }
    text.parse::<Country>()
        .ok()
        .filter(|country| country.in_region())
        .map(|country| t.country(country.as_str()))
}

/// A place in a form by the name of its field, and the id of the field on its page; nothing where it is none of these.
pub(super) fn place(t: Lang, pointer: &str) -> Option<(String, String)> {
    let parts: Vec<&str> = pointer.trim_start_matches('/').split('/').collect();
    match parts[..] {
        ["judgements", number, part] => {
            let number = number.parse::<u32>().ok()? + 1;
            judgement(t, part, number)
        }
        ["judgements"] => Some((t.fill("judgement.title", &[("n", "1")]), "statement-1".to_owned())),
        ["sections", part] => Some((t.word("part", part), format!("part-{part}"))),
        ["statements", number, ..] => {
            Some((format!("{} {number}", t.say("product.statement")), format!("s-{number}")))
        }
        ["form", name] | [name] => match name.split_once('-').map(|(part, number)| (part, number.parse())) {
            Some((part, Ok(number))) => judgement(t, part, number),
            _ => Some((label(t, name)?.to_owned(), name.to_owned())),
        },
        _ => None,
    }
}

fn judgement(t: Lang, part: &str, number: u32) -> Option<(String, String)> {
    let title = t.fill("judgement.title", &[("n", &number.to_string())]);
    Some((format!("{title} · {}", label(t, part)?), format!("{part}-{number}")))
}

/// What the field of this name is called.
fn label(t: Lang, name: &str) -> Option<&'static str> {
    Some(match name {
        "statement" => t.say("judgement.statement"),
        "likelihood" => t.say("judgement.likelihood"),
        "low" => t.say("judgement.low"),
        "high" => t.say("judgement.high"),
        "confidence" => t.say("judgement.confidence"),
        "basis" => t.say("judgement.basis"),
        "evidence" => t.say("field.evidence"),
        "alternatives" => t.say("judgement.alternatives"),
        "would_change" => t.say("judgement.would-change"),
        "due" => t.say("judgement.due"),
        "title" => t.say("field.title"),
        "question" => t.say("field.question"),
        "summary" => t.say("field.summary"),
        "tlp" | "handling" => t.say("field.tlp"),
        "supersedes" => t.say("field.supersedes"),
        "from" => t.say("product.from"),
        "to" => t.say("product.to"),
        "about" => t.say("product.about"),
        "countries" => t.say("product.countries"),
        "provinces" => t.say("product.provinces"),
        "ceiling" => t.say("product.ceiling"),
        "text" => t.say("product.text"),
        "note" => t.say("said.note"),
        "approve" => t.say("said.review"),
        "publish" => t.say("said.publication"),
        "pages" => t.say("said.length"),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_told_in_russian_with_the_words_of_the_field_and_an_unknown_one_as_it_came() {
        let told = |english: &str| said(Lang::Ru, english);
        assert_eq!(
            told(
                "Mandate: outside the mandate of osce: it covers border_tension in KGZ and TJK, not drug_trafficking in AFG"
            ),
            format!(
                "Мандат: вне мандата организации osce: он охватывает {} (Кыргызстан и Таджикистан), а не {} (Афганистан)",
                Lang::Ru.word("threat", "border_tension").to_lowercase(),
                Lang::Ru.word("threat", "drug_trafficking").to_lowercase()
            )
        );
        assert_eq!(
            told(
                "Handling: TLP:RED is above the agreement's TLP:GREEN; Handling: no agreement sets a TLP ceiling"
            ),
            "Режим обращения: TLP:RED выше предела соглашения – TLP:GREEN; Режим обращения: ни одно соглашение не устанавливает предел по TLP"
        );
        assert_eq!(told("the sky fell"), "the sky fell");
        assert_eq!(said(Lang::En, "is missing"), "is missing");
    }

    #[test]
    fn reasons_behind_one_another_are_told_each_by_itself() {
        let told = said(
            Lang::Ru,
            "Handling: no agreement sets a TLP ceiling; Agreement: no agreement with osce covers a product; Mandate: outside the mandate of osce: it covers border_tension in KGZ, not drug_trafficking and displacement in AFG",
        );
        assert!(!told.contains("agreement") && !told.contains("mandate"), "{told}");
        assert!(
            told.contains("с организацией osce не распространяется на такие материалы (документ)"),
            "{told}"
        );
        assert!(told.contains("(Афганистан)"), "{told}");
    }

    #[test]
    fn no_template_is_shadowed_by_one_before_it_and_each_says_all_that_it_holds() {
        for (number, (template, russian)) in SAID.iter().enumerate() {
            let text = template.replace("{}", "x y");
            let first = SAID.iter().position(|(other, _)| held(other, &text).is_some());
            assert_eq!(first, Some(number), "{template}");
            for hole in 0..template.matches("{}").count() {
                assert!(russian.contains(&format!("{{{hole}}}")), "{template}: {russian}");
            }
            assert!(!russian.is_ascii(), "{template}");
        }
    }

    #[test]
    fn a_place_is_told_by_its_field_and_leads_there() {
        let of = |pointer: &str| place(Lang::En, pointer);
        assert_eq!(of("/judgements/0/due"), of("due-1"));
        assert_eq!(of("due-1").unwrap().1, "due-1");
        assert!(of("/judgements/1/likelihood").unwrap().0.contains('2'));
        assert_eq!(of("/sections/recommended").unwrap().1, "part-recommended");
        assert_eq!(of("/statements/7/sources").unwrap().1, "s-7");
        assert_eq!(of("/something/else"), None);
    }
}
