//! What a form of a product asks to be changed, as the API takes it.

use contracts::{
    Failure,
    analysis::{
        drafting::{Addition, Change, Rewrite, SourceRef},
        products::Product,
    },
};
use domain::{Handling, Tlp, UnClass, handling::Audience, likelihood::Word};

use super::{
    product_form::{field, maybe, ticks, wrong},
    products::{Fields, text},
};

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
            // a likelihood finer than its word stays while the word does
            let kept = known
                .and_then(|one| one.likelihood)
                .filter(|one| Some(one.word()) == likelihood.map(|new| new.word()));
            let text = Some(text(sent, "text").to_owned());
            // boxes come in no order: what the statement named stays in its own, so that leaving it as it is changes nothing
            let named = |one: &SourceRef| {
                let key = format!("{}:{}", one.kind, one.id);
                known
                    .and_then(|said| said.sources.iter().position(|known| *known == key))
                    .unwrap_or(usize::MAX)
            };
            let mut sources = refs(sent)?;
            sources.sort_by_key(named);
            let sources = Some(sources);
            let likelihood = kept.or(likelihood);
            Change::Rewrite(Box::new(Rewrite {
                statement,
                text,
                basis: maybe(sent, "basis")?,
                likelihood,
                confidence,
                sources,
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

fn refs(sent: &Fields) -> Result<Vec<SourceRef>, Failure> {
    let written = text(sent, "sources").lines().map(str::trim).filter(|line| !line.is_empty());
    let lines = ticks(sent, "source-").chain(written);
    let read = |line: &str| {
        let (kind, id) =
            line.split_once(':').ok_or_else(|| wrong("sources", &format!("{line:?} is not kind:id")))?;
        Ok(SourceRef {
            kind: kind.trim().parse().map_err(|invalid: domain::Invalid| wrong("sources", &invalid))?,
            id: id.trim().to_owned(),
        })
    };
    lines.map(read).collect()
}
