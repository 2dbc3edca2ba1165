use proptest::prelude::*;

use super::*;

const CANARY: &[u8] = b"canary-41.0123N";

/// A segment of a JPEG.
fn segment(marker: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len() + 2).unwrap().to_be_bytes();
    [&[0xFF, marker], length.as_slice(), content].concat()
}

/// An Exif block in this order of bytes that says which way up, and where.
fn exif(big: bool, orientation: u8) -> Vec<u8> {
    let mut tiff: Vec<u8> = Vec::new();
    let short = |tiff: &mut Vec<u8>, value: u16| {
        tiff.extend(if big { value.to_be_bytes() } else { value.to_le_bytes() });
    };
    let long = |tiff: &mut Vec<u8>, value: u32| {
        tiff.extend(if big { value.to_be_bytes() } else { value.to_le_bytes() });
    };
    tiff.extend(if big { b"MM" } else { b"II" });
    short(&mut tiff, 42);
    long(&mut tiff, 8);
    short(&mut tiff, 1);
    short(&mut tiff, 0x0112);
    short(&mut tiff, 3);
    long(&mut tiff, 1);
    short(&mut tiff, u16::from(orientation));
    short(&mut tiff, 0);
    long(&mut tiff, 0);
    [b"Exif\0\0".as_slice(), &tiff, CANARY].concat()
}

/// A JPEG whose every corner tells where it was made; drawn by tables and two scans.
fn told() -> Vec<u8> {
    [
        &[0xFF, 0xD8][..],
        &segment(0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0"),
        &segment(0xE1, &exif(false, 6)),
        &segment(0xE1, &[b"http://ns.adobe.com/xap/1.0/\0", CANARY].concat()),
        &segment(0xED, CANARY),
        &segment(0xFE, CANARY),
        &segment(0xDB, b"table"),
        &segment(0xC2, b"frame"),
        &segment(0xDA, b"head"),
        b"coded\xFF\x00data\xFF\xD0more",
        &segment(0xFE, CANARY),
        &segment(0xC4, b"table"),
        &segment(0xDA, b"head"),
        b"second scan\xFF\xD9",
        CANARY,
        &[0xFF, 0xD8],
        &segment(0xE1, CANARY),
    ]
    .concat()
}

fn holds(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}

#[test]
fn a_jpeg_keeps_what_draws_it_and_which_way_up_it_is() {
    let picture = clean(told().into()).unwrap();
    assert_eq!(picture.media_type, "image/jpeg");
    let expected = [
        &[0xFF, 0xD8][..],
        &segment(0xE1, &turned(6)),
        &segment(0xDB, b"table"),
        &segment(0xC2, b"frame"),
        &segment(0xDA, b"head"),
        b"coded\xFF\x00data\xFF\xD0more",
        &segment(0xC4, b"table"),
        &segment(0xDA, b"head"),
        b"second scan\xFF\xD9",
    ]
    .concat();
    assert_eq!(picture.bytes, expected);
    assert_eq!(clean(picture.bytes.clone()).unwrap(), picture, "clean is clean");
}

#[test]
fn which_way_up_is_read_in_either_order_of_bytes_and_nonsense_is_not() {
    let of = |big, value| orientation(&JpegSegment::new_with_contents(0xE1, exif(big, value).into()));
    assert_eq!((of(true, 3), of(false, 8), of(true, 1), of(true, 9)), (Some(3), Some(8), None, None));
    let own = JpegSegment::new_with_contents(0xE1, turned(5));
    assert_eq!(orientation(&own), Some(5));
}

#[test]
fn a_jpeg_that_broke_off_is_named_so() {
    let whole = told();
    let end = whole.windows(2).position(|two| two == [0xFF, 0xD9]).unwrap();
    assert_eq!(clean(whole[..end].to_vec().into()), Err(Unfit::Broken("image/jpeg")));
}

/// A chunk of a PNG.
fn chunk(kind: [u8; 4], content: &[u8]) -> Vec<u8> {
    img_parts::png::PngChunk::new(kind, content.to_vec().into()).encoder().bytes().to_vec()
}

fn png_with(chunks: &[(&[u8; 4], &[u8])]) -> Bytes {
    let body: Vec<u8> = chunks.iter().flat_map(|(kind, content)| chunk(**kind, content)).collect();
    [b"\x89PNG\r\n\x1a\n".as_slice(), &body, CANARY].concat().into()
}

#[test]
fn a_png_keeps_what_draws_it() {
    let told = png_with(&[
        (b"IHDR", &[0; 13]),
        (b"tEXt", CANARY),
        (b"eXIf", CANARY),
        (b"iCCP", CANARY),
        (b"tIME", CANARY),
        (b"prVt", CANARY),
        (b"IDAT", b"coded"),
        (b"IEND", b""),
    ]);
    let picture = clean(told).unwrap();
    assert!(picture.media_type == "image/png" && !holds(&picture.bytes, CANARY));
    assert!(holds(&picture.bytes, b"IDATcoded"));
    let moving = png_with(&[(b"IHDR", &[0; 13]), (b"acTL", &[0; 8]), (b"IEND", b"")]);
    assert_eq!(clean(moving), Err(Unfit::Moves));
    assert_eq!(clean(png_with(&[(b"IHDR", &[0; 13])])), Err(Unfit::Broken("image/png")));
}

/// A WebP of these chunks.
fn webp_of(chunks: &[(&[u8; 4], &[u8])]) -> Bytes {
    let chunks = chunks
        .iter()
        .map(|(id, content)| RiffChunk::new(**id, RiffContent::Data(Bytes::copy_from_slice(content))));
    let list = RiffContent::List { kind: Some(*b"WEBP"), subchunks: chunks.collect() };
    RiffChunk::new(*b"RIFF", list).encoder().bytes()
}

#[test]
fn a_webp_keeps_what_draws_it_and_its_flags_say_so() {
    let told = webp_of(&[
        (b"VP8X", b"\x3c\0\0\0\0\0\0\0\0\0"),
        (b"ICCP", CANARY),
        (b"VP8 ", b"coded!"),
        (b"EXIF", CANARY),
        (b"XMP ", CANARY),
    ]);
    let picture = clean(told).unwrap();
    assert_eq!(picture.media_type, "image/webp");
    assert_eq!(picture.bytes, webp_of(&[(b"VP8X", b"\x10\0\0\0\0\0\0\0\0\0"), (b"VP8 ", b"coded!")]));
    assert_eq!(clean(webp_of(&[(b"ANIM", b"123456"), (b"ANMF", b"frames")])), Err(Unfit::Moves));
}

#[test]
fn what_is_no_picture_is_refused_by_its_content_whatever_it_is_called() {
    for (bytes, named) in [
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>".as_slice(), "of no known type"),
        (b"<!DOCTYPE html><html></html>", "text/html"),
        (b"%PDF-1.7 author", "application/pdf"),
        (b"PK\x03\x04zip zip zip zip zip", "application/zip"),
        (b"", "of no known type"),
    ] {
        let unfit = clean(Bytes::copy_from_slice(bytes)).unwrap_err().to_string();
        assert!(unfit.contains(named) || unfit.contains("text/"), "{unfit}");
        assert!(unfit.contains("image/jpeg"), "{unfit}");
    }
}

proptest! {
    #[test]
    fn whatever_comes_is_cleaned_or_refused_and_nothing_panics(
        cut in 0_usize..400, at in 0_usize..400, byte in any::<u8>(), noise in proptest::collection::vec(any::<u8>(), 0..60),
    ) {
        let mut bytes = told();
        let (cut, at) = (cut.min(bytes.len()), at.min(bytes.len() - 1));
        bytes[at] = byte;
        drop(clean(bytes[..cut].to_vec().into()));
        bytes.extend(&noise);
        drop(clean(bytes.into()));
        for start in [b"\x89PNG\r\n\x1a\n".as_slice(), b"RIFF\x20\0\0\0WEBPVP8 ", &[0xFF, 0xD8, 0xFF]] {
            drop(clean([start, &noise].concat().into()));
        }
    }

    #[test]
    fn nothing_outside_of_the_coded_picture_survives(marker in 0xE0_u8..=0xFE, where_it_stands in 0_usize..3) {
        let hidden = segment(marker, CANARY);
        let mut bytes = told();
        let spots = [2, bytes.windows(4).position(|w| w == b"more").unwrap() + 4, bytes.len()];
        let spot = spots[where_it_stands];
        bytes.splice(spot..spot, hidden);
        let picture = clean(bytes.into()).unwrap();
        prop_assert!(!holds(&picture.bytes, CANARY));
    }
}
