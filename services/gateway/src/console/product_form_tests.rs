use contracts::analysis::{drafting::Change, products::Part};
use domain::likelihood::Word;

use super::*;
use crate::console::product_change::change;

const PRODUCT: &str =
    include_str!("../../../../shared/contracts/golden/mirab.ask.analysis.product.get.v1.reply.json");

fn fields(pairs: &[(&str, &str)]) -> Fields {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn wish() -> Fields {
    fields(&[
        ("kind", "flash_report"),
        ("language", "ru"),
        ("from", "2026-11-17"),
        ("to", "2026-11-23"),
        ("country-KGZ", "on"),
        ("threat-border_tension", "on"),
        ("province-KG-B", "on"),
        ("province-KG-O", "on"),
        ("tlp", "GREEN"),
        ("audience", "*"),
        ("ceiling", "AMBER"),
        ("tear_line", "on"),
        ("about", ""),
    ])
}

#[test]
fn a_wish_is_read_as_it_is_filled_in() {
    let form = read(&wish()).unwrap();
    assert_eq!((form.kind, form.language), (ProductKind::FlashReport, ProductLanguage::Ru));
    assert_eq!((form.countries.len(), form.provinces.len(), form.threats.len()), (1, 2, 1));
    assert_eq!(
        (form.handling.audience, form.about, form.tear_line, form.exercise),
        (Audience::Everyone, None, true, false)
    );
    assert_eq!(form.ceiling.unwrap().tlp, Tlp::Amber);
    let mut nobody = wish();
    nobody.remove("audience");
    assert_eq!(read(&nobody).unwrap().handling.audience, Audience::Only(std::collections::BTreeSet::new()));
    nobody.insert("for-osce".into(), "on".into());
    assert_eq!(read(&nobody).unwrap().handling.audience, Audience::Only(["osce".to_owned()].into()));
}

#[test]
fn what_cannot_be_read_is_named_by_its_field() {
    for (name, value) in [("tlp", "MAUVE"), ("from", "soon"), ("about", "ob_1"), ("kind", "memo")] {
        let mut sent = wish();
        sent.insert(name.into(), value.into());
        assert_eq!(read(&sent).unwrap_err().errors[0].pointer, name, "{value}");
    }
}

#[test]
fn a_form_makes_one_change_and_keeps_a_likelihood_finer_than_its_word() {
    let mut before: Product = serde_json::from_str(PRODUCT).unwrap();
    before.sections[2].statements[0].likelihood = serde_json::from_str("{\"low\":0.6,\"high\":0.7}").ok();
    let sent = |likelihood| {
        fields(&[
            ("change", "rewrite"),
            ("statement", "3"),
            ("text", "It comes."),
            ("basis", "judgement"),
            ("likelihood", likelihood),
            ("confidence", "low"),
            ("sources", "observation:ob_1\r\n situation:KG-B/border_tension"),
            ("tlp", ""),
        ])
    };
    let of = |likelihood| match change(&before, &sent(likelihood)).unwrap() {
        Change::Rewrite(rewrite) => *rewrite,
        other => panic!("{other:?}"),
    };
    let same = of("likely");
    assert_eq!(same.likelihood, before.sections[2].statements[0].likelihood);
    assert_eq!(same.sources.unwrap()[1].id, "KG-B/border_tension");
    assert_eq!(of("unlikely").likelihood, Some(Word::Unlikely.range()));
    let strike = fields(&[("change", "strike"), ("part", "planned"), ("reason", "none")]);
    assert_eq!(
        change(&before, &strike).unwrap(),
        Change::Strike { part: Part::Planned, reason: "none".into() }
    );
    for wrong in [fields(&[("change", "burn")]), fields(&[("change", "remove"), ("statement", "x")])] {
        assert!(change(&before, &wrong).is_err());
    }
    let bad = fields(&[("change", "rewrite"), ("statement", "3"), ("sources", "ob_1")]);
    assert_eq!(change(&before, &bad).unwrap_err().errors[0].pointer, "sources");
}
