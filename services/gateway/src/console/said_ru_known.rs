//! The reasons and remarks of intake in Russian on what is known already and stays: see `contracts::reason`.

/// The reasons.
pub(super) const KNOWN: &[(&str, &str)] = &[
    (
        "the messages of this chain came along another road (by another source, or by hand), and nothing tells that this one is of the same sender: leave it where it is not; send it as its own correction where it is, and the chain goes on along this road",
        "сообщения этой цепочки пришли другим путём (от другого источника или вручную), и ничто не говорит, что у этого тот же отправитель: если нет – оставьте; если да – отправьте его как исправление самого себя, и дальше цепочка пойдёт этим путём",
    ),
    (
        "its handling is wider than what is known of the same under this id: of both the stricter holds, in label, audience, licence and precision; no file widens it",
        "её режим обращения шире, чем у уже известного под этим идентификатором: из двух действует более строгий – по грифу, кругу получателей, лицензии и точности места; файл его не расширяет",
    ),
    (
        "it says otherwise than what is known under this id, which its source has settled or edited later: this one is of an older edition and changes nothing",
        "говорит иное, чем уже известное под этим идентификатором, которое источник утвердил или изменил позже: запись из более старого выпуска и ничего не меняет",
    ),
];
