use testkit::{fuzz, fuzz::Seeds};

use super::*;

const CANARY: &[u8] = b"canary-41.0123N";

fn holds(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}

/// A box of MP4.
fn part(kind: &[u8], content: &[u8]) -> Vec<u8> {
    [&(content.len() as u32 + 8).to_be_bytes()[..], kind, content].concat()
}

fn numbers(all: &[u32]) -> Vec<u8> {
    all.iter().flat_map(|number| number.to_be_bytes()).collect()
}

/// A track whose only chunk, of two samples, lies here.
fn track(kind: &[u8], at: usize, sample: u32) -> Vec<u8> {
    let header = [&[0; 8][..], kind, b"appl", &[0; 8], CANARY].concat();
    let times = numbers(&[0, 0xDDDD_DDDD, 0xDDDD_DDDD, 600, 600, 0, 0, 0]);
    let table = [
        part(b"stsd", &[0; 8]),
        part(b"stts", &[0; 8]),
        part(b"stsc", &numbers(&[0, 1, 1, 2, 1])),
        part(b"stsz", &numbers(&[0, 0, 2, sample, sample])),
        part(b"stco", &numbers(&[0, 1, at as u32])),
        part(b"sgpd", CANARY),
    ];
    let media =
        [part(b"vmhd", &[0; 12]), part(b"dinf", &part(b"dref", &[0; 8])), part(b"stbl", &table.concat())]
            .concat();
    let media = [part(b"mdhd", &times), part(b"hdlr", &header), part(b"minf", &media)].concat();
    part(b"trak", &[part(b"tkhd", &times), part(b"udta", CANARY), part(b"mdia", &media)].concat())
}

/// A film that tells in every corner where and by what it was made, and in a track of its own where it was at each moment.
fn film(brand: &[u8], picture: &[u8]) -> Vec<u8> {
    let begin = part(b"ftyp", &[brand, &[0; 4], brand].concat());
    let (shown, told) = (begin.len() + 8, begin.len() + 8 + 10);
    let data = part(b"mdat", &[b"1234567890", CANARY, CANARY].concat());
    let head = numbers(&[0, 0xDDDD_DDDD, 0xDDDD_DDDD, 600, 600, 0, 0, 0]);
    let moov = [
        part(b"mvhd", &head),
        track(picture, shown, 5),
        track(b"meta", told, CANARY.len() as u32),
        part(b"udta", &part(b"\xA9xyz", CANARY)),
        part(b"meta", CANARY),
    ];
    [begin, data, part(b"moov", &moov.concat()), part(b"uuid", CANARY), part(b"free", CANARY)].concat()
}

#[test]
fn a_film_keeps_picture_and_sound_and_tells_neither_where_nor_when_nor_by_what() {
    for (brand, picture, wanted) in [
        (b"isom", b"vide", "video/mp4"),
        (b"qt  ", b"vide", "video/quicktime"),
        (b"3gp4", b"vide", "video/3gpp"),
        (b"M4A ", b"soun", "audio/mp4"),
    ] {
        let film = film(brand, picture);
        let kept = clean(film.clone().into()).unwrap();
        assert_eq!((kept.media_type, kept.bytes.len()), (wanted, film.len()), "nothing moves");
        assert!(
            holds(&kept.bytes, b"1234567890") && !holds(&kept.bytes, CANARY) && !holds(&kept.bytes, b"\xDD")
        );
        assert!(!holds(&kept.bytes, b"appl") && holds(&kept.bytes, b"stco") && holds(&kept.bytes, b"tkhd"));
        assert_eq!(clean(kept.bytes.clone()), Ok(kept), "clean is clean");
    }
}

#[test]
fn a_film_that_is_cut_short_or_comes_in_fragments_is_refused() {
    let film = film(b"isom", b"vide");
    for end in [12, 40, film.len() / 2, film.len() - 1] {
        assert!(matches!(clean(film[..end].to_vec().into()), Err(Unfit::Broken(_))), "{end}");
    }
    assert_eq!(clean([film, part(b"moof", b"")].concat().into()), Err(Unfit::Fragments));
}

#[test]
fn an_mp3_keeps_its_frames_alone() {
    let frame = [&b"\xFF\xFB\x90\x00"[..], &[7; 413]].concat();
    let tag = [&b"ID3\x04\0\0\0\0\0\x0F"[..], CANARY].concat();
    let song = [&tag[..], &tag, &frame, &frame, b"TAG", CANARY].concat();
    let kept = clean(song.into()).unwrap();
    assert_eq!((kept.media_type, kept.bytes.len()), ("audio/mpeg", 834));
    assert!(matches!(clean(tag.into()), Err(Unfit::Broken("audio/mpeg"))));
}

#[test]
fn a_voice_recording_is_walked_to_its_end() {
    let voice = [&b"#!AMR\n"[..], &[0x3C], &[1; 31], &[0x7C]].concat();
    assert_eq!(clean(voice.clone().into()).unwrap().media_type, "audio/amr");
    assert_eq!(clean(voice[..20].to_vec().into()), Err(Unfit::Broken("audio/amr")));
    let wide = [&b"#!AMR-WB\n"[..], &[0x04], &[1; 17]].concat();
    assert_eq!(clean(wide.into()).unwrap().media_type, "audio/amr");
}

#[test]
fn a_wav_keeps_its_samples_and_their_form() {
    let chunk = |kind: &[u8; 4], data: &[u8]| [&kind[..], &(data.len() as u32).to_le_bytes(), data].concat();
    let of = |parts: &[Vec<u8>]| [&b"RIFF\0\0\0\0WAVE"[..], &parts.concat()].concat();
    let whole =
        of(&[chunk(b"fmt ", &[1; 16]), chunk(b"LIST", &[CANARY, b"1"].concat()), chunk(b"data", b"abcd")]);
    let kept = clean(whole.clone().into()).unwrap();
    assert_eq!(kept.media_type, "audio/wav");
    assert!(holds(&kept.bytes, b"abcd") && !holds(&kept.bytes, CANARY));
    assert_eq!(clean(kept.bytes.clone()), Ok(kept));
    assert_eq!(clean(whole[..whole.len() - 1].to_vec().into()), Err(Unfit::Broken("audio/wav")));
}

/// A page of Ogg: flags, and packets that end in it.
fn page(flags: u8, packets: &[&[u8]]) -> Vec<u8> {
    let lengths: Vec<u8> = packets
        .iter()
        .flat_map(|packet| [vec![255; packet.len() / 255], vec![(packet.len() % 255) as u8]].concat())
        .collect();
    let head = [&b"OggS\0"[..], &[flags], &[0; 8], b"ser1", &[0; 8], &[lengths.len() as u8]].concat();
    [head, lengths, packets.concat()].concat()
}

#[test]
fn a_message_in_opus_says_nothing_of_who_made_it() {
    let tags = [&b"OpusTags\x0F\0\0\0"[..], CANARY, &[0; 400]].concat();
    let said = [page(2, &[b"OpusHead\x01\x01"]), page(0, &[&tags]), page(4, &[b"coded", b"more"])].concat();
    let kept = clean(said.clone().into()).unwrap();
    assert_eq!((kept.media_type, kept.bytes.len()), ("audio/ogg", said.len()));
    assert!(
        holds(&kept.bytes, b"codedmore")
            && holds(&kept.bytes, b"OpusTags\0\0\0\0\0\0\0\0")
            && !holds(&kept.bytes, CANARY)
    );
    assert_eq!(clean(kept.bytes.clone()), Ok(kept));
    assert_eq!(clean(said[..said.len() - 1].to_vec().into()), Err(Unfit::Broken("audio/ogg")));
    let other = page(2, &[b"\x80theora"]);
    assert!(matches!(clean(other.into()), Err(Unfit::Other(_))));
}

#[test]
fn a_document_is_kept_as_it_came_and_what_is_not_taken_is_told() {
    let document = b"%PDF-1.7\n/Author (x)\n%%EOF\n".to_vec();
    let kept = clean(document.clone().into()).unwrap();
    assert_eq!((kept.media_type, kept.bytes.as_ref()), ("application/pdf", document.as_slice()));
    assert!(!is_cleaned(kept.media_type) && is_cleaned("image/png"));
    assert_eq!(clean(document[..20].to_vec().into()), Err(Unfit::Broken("application/pdf")));
    for (wrong, told) in [
        (&b"<html>"[..], "text/html"),
        (b"MZ\0\0", "executable"),
        (b"hello", "no known type"),
        (b"PK\x03\x04", "zip"),
        (b"", "no known type"),
    ] {
        let why = clean(wrong.to_vec().into()).unwrap_err().to_string();
        assert!(why.contains(told) && why.contains("application/pdf"), "{why}");
    }
}

#[test]
fn any_recording_or_film_is_cleaned_for_good_or_refused() {
    let tags = [&b"OpusTags\x0F\0\0\0"[..], CANARY, &[0; 300]].concat();
    let ogg = [page(2, &[b"OpusHead\x01\x01"]), page(0, &[&tags]), page(4, &[b"coded", b"more"])].concat();
    let mp3 = [
        &b"ID3\x04\0\0\0\0\0\x0F"[..],
        CANARY,
        b"\xFF\xFB\x90\x00",
        &[7; 413],
        b"\xFF\xF3\x40\xC4",
        &[0; 200],
    ]
    .concat();
    let amr = [&b"#!AMR\n"[..], &[0x3C], &[1; 31], &[0x7C, 0x24], &[2; 15]].concat();
    let wav = [&b"RIFF\0\0\0\0WAVEfmt \x02\0\0\0abLIST\x03\0\0\0abc\0data\x04\0\0\0abcd"[..]].concat();
    let document = b"%PDF-1.7\n1 0 obj\n%%EOF".to_vec();
    let seeds = [film(b"isom", b"vide"), film(b"M4A ", b"soun"), ogg, mp3, amr, wav, document];
    let tokens = [
        "moov",
        "trak",
        "stsz",
        "stsc",
        "co64",
        "mdat",
        "uuid",
        "OggS",
        "OpusTags",
        "ID3",
        "data",
        "%%EOF",
        "\u{0}\u{0}\u{0}\u{1}",
        "\u{7f}\u{7f}\u{7f}\u{7f}",
    ];
    let seeds = Seeds::new(&seeds, &tokens);
    fuzz!(|script| {
        let (file, _) = seeds.play(script);
        let most = file.len() + 64;
        match clean(file.into()) {
            Ok(kept) => {
                assert!(kept.bytes.len() <= most && KINDS.iter().any(|(kind, _)| *kind == kept.media_type));
                assert_eq!(clean(kept.bytes.clone()), Ok(kept), "clean is clean");
            }
            Err(unfit) => assert!(unfit.to_string().len() > 20),
        }
    });
}
