//! What services answer, in the words of the reader: their reasons are written in English once, and told in Russian by the table
//! beside; a place in a form is told by the name of its field. What no table knows is told as it came.

use contracts::{
    Failure,
    intake::{ReportAction, ReportState},
    reason::{APART, apart, held},
};
use domain::{Country, Precision, Threat, UnClass, likelihood::Word};

use super::{
    said_ru::SAID,
    said_ru_documents::DOCUMENTS,
    said_ru_intake::{AROUND, ROWS, WORDS},
    said_ru_line::LINE,
    said_ru_reports::REPORTS,
    words::Lang,
};

/// A reason, in the language of the reader.
pub(super) fn said(t: Lang, english: &str) -> String {
    match t {
        Lang::En => english.to_owned(),
        Lang::Ru => apart(english).into_iter().map(|one| told(t, one)).collect::<Vec<String>>().join(APART),
    }
}

/// What the release rule says, with threats by their names: nobody has to write the codes there.
pub(super) fn fact(t: Lang, english: &str) -> String {
    let codes = Threat::ALL.iter().filter(|threat| threat.as_str().contains('_'));
    codes.fold(said(t, english), |text, threat| {
        text.replace(threat.as_str(), &t.word("threat", threat.as_str()).to_lowercase())
    })
}

/// A refusal with all its reasons, in the language of the reader; places stay as they are.
pub(crate) fn failure(t: Lang, mut refused: Failure) -> Failure {
    refused.detail = said(t, &refused.detail);
    for error in &mut refused.errors {
        error.detail = said(t, &error.detail);
    }
    refused
}

/// One reason: what stands around it, then what is said; of several behind one another each by itself.
fn told(t: Lang, english: &str) -> String {
    if let Some(told) = filled(t, AROUND.iter(), english) {
        return told;
    }
    let parts: Vec<&str> = english.split(APART).collect();
    let (mut told, mut from) = (Vec::new(), 0);
    while let Some(one) = parts.get(from) {
        let behind = parts.get(from..).unwrap_or_default();
        // what holds a semicolon is one sentence only where a template says so
        let of_length = (1..=behind.len().min(LONGEST)).rev().find_map(|length| {
            let text = behind.get(..length)?.join(APART);
            Some((sentence(t, &text, |template| template.matches(APART).count() + 1 == length)?, length))
        });
        let whole =
            || Some((sentence(t, &behind.join(APART), |template| template.contains(APART))?, behind.len()));
        let (text, length) = of_length.or_else(whole).unwrap_or_else(|| ((*one).to_owned(), 1));
        told.push(text);
        from += length;
    }
    told.join(APART)
}

/// How many parts between semicolons the longest template has.
const LONGEST: usize = 4;

fn sentence(t: Lang, english: &str, of: impl Fn(&str) -> bool) -> Option<String> {
    filled(t, all().filter(|(template, _)| of(template)), english)
}

/// Every template that is told by itself.
fn all() -> impl Iterator<Item = &'static (&'static str, &'static str)> {
    SAID.iter().chain(LINE).chain(ROWS).chain(DOCUMENTS).chain(REPORTS).chain(WORDS)
}

/// The first of these that the text is one of, with what stands in its holes: `{0}` a word of the field or a reason, `{:0}` codes or
/// a reason, `{=0}` as it came.
fn filled<'t>(
    t: Lang,
    mut all: impl Iterator<Item = &'t (&'t str, &'t str)>,
    english: &str,
) -> Option<String> {
    all.find_map(|(template, russian)| {
        let held = held(template, english)?;
        // in one go: what stands in a hole may look like a hole itself
        let mut told = String::new();
        let mut rest = *russian;
        while let Some((before, hole, behind)) = next_hole(rest) {
            told.push_str(before);
            told.push_str(&in_hole(t, hole, &held));
            rest = behind;
        }
        told.push_str(rest);
        Some(told)
    })
}

/// What stands before the next hole of a template, what is written in the hole, and what stands behind it.
fn next_hole(russian: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = russian.split_once('{')?;
    let (hole, behind) = rest.split_once('}')?;
    Some((before, hole, behind))
}

fn in_hole(t: Lang, hole: &str, held: &[&str]) -> String {
    let digits = hole.trim_start_matches([':', '=']);
    let value = digits.parse::<usize>().ok().and_then(|number| held.get(number).copied()).unwrap_or_default();
    match hole.strip_suffix(digits) {
        Some("=") => value.to_owned(),
        Some(":") => codes(t, value).unwrap_or_else(|| said(t, value)),
        _ => value_of(t, value),
    }
}

/// Codes with their meanings in brackets, or units with their names: `1 (town), 2 (near) or 3 (region)`.
fn codes(t: Lang, text: &str) -> Option<String> {
    if all().any(|(template, _)| held(template, text).is_some()) {
        return None;
    }
    let code = |piece: &str| match piece.strip_suffix(')').and_then(|piece| piece.split_once(" (")) {
        Some((code, means)) => match geography::province(code) {
            Some(_) => format!("{code} ({})", t.province(code)),
            None => format!("{code} ({})", value_of(t, means)),
        },
        None => piece.to_owned(),
    };
    let either: Vec<String> = text
        .split(" or ")
        .map(|list| list.split(", ").map(code).collect::<Vec<String>>().join(", "))
        .collect();
    Some(either.join(" или "))
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
        None if text.ends_with(')') => codes(t, text).unwrap_or_else(|| said(t, text)),
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
    if let Ok(state) = text.parse::<ReportState>() {
        return Some(t.word("report-state", state.as_str()));
    }
    if let Ok(action) = text.parse::<ReportAction>() {
        return Some(t.word("report-action", action.as_str()).to_lowercase());
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
        ["judgements", number, part, ..] => {
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
        "sources" => t.say("field.sources"),
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
        "what" => t.say("happened.what"),
        "place" => t.say("happened.place"),
        "day" => t.say("happened.day"),
        "severity" => t.say("happened.severity"),
        "deaths" => t.say("happened.deaths"),
        "source" => t.say("happened.source-name"),
        "contact" => t.say("happened.source-contact"),
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
    fn the_release_rule_names_threats_and_no_codes_in_both_languages() {
        let english =
            "outside the mandate of osce: it covers border_tension in KGZ, not drug_trafficking in AFG";
        for (t, name) in [(Lang::En, "drug trafficking"), (Lang::Ru, "наркоторговля")] {
            let told = fact(t, english);
            assert!(!told.contains('_') && told.contains(name), "{told}");
        }
        assert!(
            said(Lang::En, english).contains("drug_trafficking"),
            "where codes are to be written they stand"
        );
    }

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
        let around: Vec<_> = AROUND.iter().collect();
        for table in [all().collect(), around] {
            for (number, (template, russian)) in table.iter().enumerate() {
                let text = template.replace("{}", "x y");
                let first = table.iter().position(|(other, _)| held(other, &text).is_some());
                assert_eq!(first, Some(number), "{template}");
                for hole in 0..template.matches("{}").count() {
                    let marks = ["", ":", "="].map(|mark| format!("{{{mark}{hole}}}"));
                    assert!(marks.iter().any(|mark| russian.contains(mark)), "{template}: {russian}");
                }
                assert!(!russian.is_ascii(), "{template}");
                assert!(template.matches(APART).count() < LONGEST, "{template}");
            }
        }
    }

    #[test]
    fn every_reason_of_intake_has_russian_words() {
        let english =
            |table: &[(&'static str, &str)]| table.iter().map(|(template, _)| *template).collect::<Vec<_>>();
        assert_eq!(english(AROUND), contracts::reason::AROUND);
        assert_eq!(
            [english(ROWS), english(DOCUMENTS), english(REPORTS)].concat(),
            contracts::reason::REASONS
        );
        assert_eq!(english(WORDS), contracts::reason::WORDS);
    }

    #[test]
    fn everything_said_of_an_assessment_has_russian_words() {
        for template in contracts::reason::ASSESSMENTS {
            assert!(all().any(|(english, _)| english == template), "{template}");
        }
    }

    #[test]
    fn a_record_in_quarantine_is_told_in_russian_with_its_columns_and_codes_as_they_are() {
        for (english, russian) in [
            (
                "column date_prec: \"9\" is none; expected 1 (the day), 2 (2 to 6 days) or 5 (more than a month); column id: is empty and must not be",
                "столбец date_prec: значения \"9\" нет; ожидается 1 (день), 2 (от 2 до 6 дней) или 5 (больше месяца); столбец id: пусто, а значение обязательно",
            ),
            (
                "column province: \"Ош\" may mean KG-GO (Osh City) or KG-O (Osh Region); write the code of the one meant",
                "столбец province: \"Ош\" может означать KG-GO (Город Ош) или KG-O (Ошская область); укажите код нужной провинции",
            ),
            (
                "column best: low 5, best 3, high 4 do not rise; correct the one that is wrong",
                "столбец best: low 5, best 3, high 4 не возрастают; исправьте неверное значение",
            ),
            (
                "column severity: \"great\" is not a severity; expected minor, notable, serious, grave",
                "столбец severity: \"great\" – неверное значение (тяжесть); ожидается minor, notable, serious, grave",
            ),
            (
                "alert/info[1]/severity: \"Huge\" is none of Extreme, Severe",
                "в сообщении, alert/info[1]/severity: \"Huge\" нет среди допустимых значений: Extreme, Severe",
            ),
            (
                "the report is accepted; verify cannot be done there, but nothing: this is final",
                "состояние сообщения – «принято»; действие «подтвердить» там невозможно, возможно: ничего – это окончательно",
            ),
            (
                "record 2 of this line: column id: \"{0}\" is none of {1}",
                "запись 2 этой строки: столбец id: \"{0}\" нет среди допустимых значений: {1}",
            ),
            (
                "the file cannot be unpacked: it holds more than 5 bytes unpacked; send it in parts",
                "файл нельзя распаковать: в распакованном виде в нём больше 5 байт; пришлите по частям",
            ),
            (
                "not taken to triage by itself: the title is empty; no province \"x\" is known in KGZ; write its ISO 3166-2 code, as KG-B, or a name of it",
                "само в разбор не взято: пусто поле «заголовок»; провинция \"x\" неизвестна (Кыргызстан); укажите её код по ISO 3166-2, например KG-B, или название",
            ),
        ] {
            assert_eq!(said(Lang::Ru, english), russian);
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
