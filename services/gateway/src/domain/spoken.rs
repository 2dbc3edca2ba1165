//! Levels that cannot be spoken of: where too little is known and nobody set one, the API tells none. What the rule gives by the
//! little that is known stands beside it, so that who reads the level alone is never told calm (ANALYSIS 7.8).

use contracts::analysis::levels::AttentionRule;
use serde::{Deserialize, de::IgnoredAny};
use serde_json::value::RawValue;

/// What decides whether the level of a situation is told, and where it is written.
#[derive(Deserialize)]
struct Spoken<'a> {
    #[serde(borrow)]
    level: &'a RawValue,
    coverage: Coverage,
    #[serde(default, rename = "override")]
    set: Option<IgnoredAny>,
    #[serde(default, borrow)]
    attention: Option<Attention<'a>>,
}

/// How much attention is called for: by the level itself it is no more known than that.
#[derive(Deserialize)]
struct Attention<'a> {
    #[serde(borrow)]
    level: &'a RawValue,
    rule: AttentionRule,
}

#[derive(Deserialize)]
struct Coverage {
    sufficient: bool,
}

/// These written situations with `level` null and `computed` beside it wherever a level cannot be spoken of, and the level of
/// `attention` null there where no other rule calls for any; all else stays as it is written. A list is read for the places of a
/// few words and not built anew: the map has megabytes.
///
/// # Errors
/// When it is no list of situations.
pub fn only_levels_known(text: &str) -> Result<String, serde_json::Error> {
    let each: Vec<Spoken<'_>> = serde_json::from_str(text)?;
    let (mut told, mut from) = (String::with_capacity(text.len() + each.len() * 32), 0);
    for Spoken { level, coverage, set, attention } in each {
        if coverage.sufficient || set.is_some() {
            continue;
        }
        // all are parts of the same text
        let at = |part: &RawValue| part.get().as_ptr().addr() - text.as_ptr().addr();
        let by_level = attention.filter(|attention| attention.rule == AttentionRule::Level);
        let mut untold = vec![(at(level), level, true)];
        untold.extend(by_level.map(|attention| (at(attention.level), attention.level, false)));
        untold.sort_unstable_by_key(|(at, ..)| *at);
        for (at, level, own) in untold {
            told.push_str(text.get(from..at).unwrap_or_default());
            told.push_str("null");
            if own {
                told.push_str(",\"computed\":");
                told.push_str(level.get());
            }
            from = at + level.get().len();
        }
    }
    told.push_str(text.get(from..).unwrap_or_default());
    Ok(told)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn told(items: &Value) -> Value {
        serde_json::from_str(&only_levels_known(&items.to_string()).unwrap()).unwrap()
    }

    #[test]
    fn where_too_little_is_known_no_level_is_told_and_the_computed_one_stands_beside_it() {
        let one = |level: &str, sufficient: bool| {
            json!({ "province": "KG-B", "level": level, "attention": { "level": level, "rule": "level" },
                "coverage": { "sufficient": sufficient }, "incidents": [{ "title": "\"level\":\"calm\" was said" }] })
        };
        let mut set = one("calm", false);
        set["override"] = json!({ "level": "high" });
        let mut unusual = one("low", false);
        unusual["attention"] = json!({ "level": "high", "rule": "trend" });
        let mut bare = one("low", false);
        bare.as_object_mut().unwrap().remove("attention");
        let all = json!([one("calm", false), one("calm", true), set, one("low", false), unusual, bare]);
        let told = told(&all);
        assert_eq!(told[0]["level"], Value::Null);
        assert_eq!((&told[0]["computed"], &told[0]["incidents"]), (&json!("calm"), &all[0]["incidents"]));
        assert_eq!((&told[1], &told[2]), (&all[1], &all[2]), "what is known, and what a person set");
        assert_eq!((&told[3]["level"], &told[3]["computed"]), (&Value::Null, &json!("low")));
        for at in [0, 3] {
            let attention = json!({ "level": null, "rule": "level" });
            assert_eq!(told[at]["attention"], attention, "who sorts by attention is told no calm either");
        }
        assert_eq!(told[4]["attention"], all[4]["attention"], "another rule calls for it");
        assert_eq!((&told[5]["level"], told[5].get("attention")), (&Value::Null, None));
        // `attention` may stand before `level`
        let turned =
            r#"[{"attention":{"rule":"level","level":"low"},"coverage":{"sufficient":false},"level":"low"}]"#;
        assert_eq!(
            only_levels_known(turned).unwrap(),
            r#"[{"attention":{"rule":"level","level":null},"coverage":{"sufficient":false},"level":null,"computed":"low"}]"#
        );
        assert_eq!(self::told(&json!([])), json!([]));
    }

    #[test]
    fn what_is_no_list_of_situations_is_refused() {
        for wrong in [json!({}), json!([{ "level": "calm" }]), json!([1])] {
            assert!(only_levels_known(&wrong.to_string()).is_err(), "{wrong}");
        }
    }
}
