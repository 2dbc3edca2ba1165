//! What a form of a product asks to be changed, as the API takes it.

use contracts::{
    Failure,
    analysis::{
        drafting::{Addition, Change, Rewrite, SourceRef},
        products::{Product, Statement},
    },
};
use domain::{
    Handling, Tlp, UnClass,
    handling::Audience,
    likelihood::{Likelihood, Word},
};

use super::fields::{Fields, field, lines, maybe, text, ticks, wrong};

/// The change that a form asks for.
pub(super) fn change(before: &Product, sent: &Fields) -> Result<Change, Failure> {
    let number = || text(sent, "statement").parse::<u32>().map_err(|_| wrong("statement", &"is no number"));
    let likelihood: Option<Word> = maybe(sent, "likelihood")?;
    let likelihood = likelihood.map(Word::range);
    let confidence = maybe(sent, "confidence")?;
    // a wish limits its label alone: everyone may still have it as far as its sources allow
    let wish = |tlp: Tlp| {
        let mut wish = Handling::new(tlp, UnClass::Unclassified);
        wish.audience = Audience::Everyone;
        wish
    };
    let handling = maybe(sent, "tlp")?.map(wish);
    Ok(match text(sent, "change") {
        "rewrite" => {
            let statement = number()?;
            let known = before.statements().find(|one| one.number == statement);
            Change::Rewrite(Box::new(Rewrite {
                statement,
                text: Some(text(sent, "text").to_owned()),
                basis: maybe(sent, "basis")?,
                likelihood: finer(known, likelihood),
                confidence,
                sources: Some(in_order(known, refs(sent)?)),
                handling,
            }))
        }
        "add" => Change::Add(Box::new(Addition {
            part: field(sent, "part")?,
            text: text(sent, "text").to_owned(),
            basis: field(sent, "basis")?,
            likelihood,
            confidence,
            sources: refs(sent)?,
            handling,
        })),
        "remove" => Change::Remove { statement: number()? },
        "strike" => Change::Strike { part: field(sent, "part")?, reason: text(sent, "reason").to_owned() },
        "restore" => Change::Restore { part: field(sent, "part")? },
        "retitle" => Change::Retitle { title: text(sent, "title").to_owned() },
        "mark" => Change::Mark { handling: Box::new(wish(field(sent, "tlp")?)) },
        "renew" => Change::Renew { source: text(sent, "source").to_owned() },
        other => return Err(wrong("change", &format!("{other:?} is no change"))),
    })
}

/// A likelihood finer than its word stays while the word does.
fn finer(known: Option<&Statement>, word: Option<Likelihood>) -> Option<Likelihood> {
    let kept = known.and_then(|said| said.likelihood);
    kept.filter(|kept| Some(kept.word()) == word.map(|new| new.word())).or(word)
}

/// Boxes come in no order: what the statement named stays in its own, so that leaving it as it is changes nothing.
fn in_order(known: Option<&Statement>, mut sources: Vec<SourceRef>) -> Vec<SourceRef> {
    let place = |one: &SourceRef| {
        let key = format!("{}:{}", one.kind, one.id);
        known.and_then(|said| said.sources.iter().position(|known| *known == key)).unwrap_or(usize::MAX)
    };
    sources.sort_by_key(place);
    sources
}

fn refs(sent: &Fields) -> Result<Vec<SourceRef>, Failure> {
    let read = |line: &str| {
        let (kind, id) =
            line.split_once(':').ok_or_else(|| wrong("sources", &format!("{line:?} is not kind:id")))?;
        let kind = kind.trim().parse().map_err(|invalid: domain::Invalid| wrong("sources", &invalid))?;
        Ok(SourceRef { kind, id: id.trim().to_owned() })
    };
    ticks(sent, "source-").chain(lines(sent, "sources")).map(read).collect()
}
