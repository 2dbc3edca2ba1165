use async_compression::tokio::bufread::GzipEncoder;
use async_zip::{Compression, ZipEntryBuilder, base::write::ZipFileWriter};

use super::*;

const ROOM: Limit = Limit(1 << 20);

async fn all(file: &[u8], limit: Limit) -> io::Result<(Vec<u8>, Seal)> {
    let (mut unpacked, seal) = Unpacked::open(io::Cursor::new(file.to_vec()), limit).await?;
    let (mut bytes, mut chunk) = (Vec::new(), vec![0; 1000]);
    loop {
        match unpacked.read(&mut chunk).await? {
            0 => return Ok((bytes, seal)),
            read => bytes.extend_from_slice(&chunk[..read]),
        }
    }
}

async fn why(file: &[u8], limit: Limit) -> String {
    let why = Broken::of(&all(file, limit).await.unwrap_err()).unwrap();
    assert!(contracts::reason::is_told(&why), "{why}");
    why
}

async fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = Vec::new();
    GzipEncoder::new(bytes).read_to_end(&mut packed).await.unwrap();
    packed
}

/// An archive as tools make it that do not know the sizes beforehand: with data descriptors.
async fn zip(files: &[(&str, &[u8])], how: Compression) -> Vec<u8> {
    let mut writer = ZipFileWriter::new(Vec::new());
    for (name, bytes) in files {
        writer.write_entry_whole(ZipEntryBuilder::new((*name).into(), how), bytes).await.unwrap();
    }
    writer.close().await.unwrap()
}

/// Text that does not repeat itself too soon.
fn text(lines: u32) -> Vec<u8> {
    (0..lines).flat_map(|n| format!("{n},{}\n", n.wrapping_mul(2_654_435_761)).into_bytes()).collect()
}

#[tokio::test]
async fn what_is_packed_comes_out_as_it_went_in_and_is_sealed_as_it_came() {
    let bytes = text(20_000);
    let twice = [gzip(&bytes[..1000]).await, gzip(&bytes[1000..]).await].concat();
    let folder = [("data/", &b""[..]), ("data/rows.csv", &bytes), ("__MACOSX/._rows.csv", b"x")];
    for file in [
        bytes.clone(),
        gzip(&bytes).await,
        twice,
        zip(&[("rows.csv", &bytes)], Compression::Deflate).await,
        zip(&folder, Compression::Stored).await,
    ] {
        let (unpacked, seal) = all(&file, ROOM).await.unwrap();
        assert!(unpacked == bytes);
        assert_eq!(seal.sha256(), hex::encode(Sha256::digest(&file)));
        assert_eq!(seal.bytes(), file.len() as u64);
    }
}

#[tokio::test]
async fn what_is_cut_short_or_damaged_says_so() {
    let bytes = text(20_000);
    let packed = gzip(&bytes).await;
    assert!(why(&packed[..packed.len() / 2], ROOM).await.contains("cut short"));
    assert!(why(&packed[..packed.len() - 3], ROOM).await.contains("cut short"));
    let mut damaged = packed.clone();
    damaged[packed.len() / 2] ^= 0xff;
    let told = why(&damaged, ROOM).await;
    assert!(told.contains("send it again"), "{told}");
    let archive = zip(&[("rows.csv", &bytes)], Compression::Deflate).await;
    let told = why(&archive[..archive.len() / 2], ROOM).await;
    assert!(told.contains("cut short"), "{told}");
    assert!(why(b"PK\x03\x04 and then nothing of an archive at all", ROOM).await.contains("pack"));
    assert!(why(b"PK but no archive", ROOM).await.contains("pack it anew"));
}

#[tokio::test]
async fn an_archive_of_anything_but_one_table_is_refused() {
    let two = zip(&[("a.csv", b"1"), ("b.csv", b"2")], Compression::Deflate).await;
    assert!(why(&two, ROOM).await.contains("a.csv, b.csv"));
    let none = zip(&[("folder/", b"")], Compression::Stored).await;
    assert!(why(&none, ROOM).await.contains("holds no file"));
    let workbook = zip(&[("[Content_Types].xml", b"<Types/>")], Compression::Deflate).await;
    assert!(why(&workbook, ROOM).await.contains("save it as CSV"));
}

#[tokio::test]
async fn a_bomb_is_given_up_at_the_limit() {
    let bomb = gzip(&vec![b' '; 4 << 20]).await;
    assert!(bomb.len() < 20_000);
    assert!(why(&bomb, ROOM).await.contains("more than 1048576 bytes"));
}

/// Gives so many bytes and then fails.
struct Failing(io::Cursor<Vec<u8>>);

impl AsyncRead for Failing {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let read = Pin::new(&mut self.0).poll_read(cx, buf);
        if buf.filled().len() == before {
            Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()))
        } else {
            read
        }
    }
}

#[tokio::test]
async fn what_could_not_be_fetched_is_not_taken_for_damaged() {
    let bytes = text(20_000);
    for file in [gzip(&bytes).await, zip(&[("rows.csv", &bytes)], Compression::Deflate).await, bytes.clone()]
    {
        let half = Failing(io::Cursor::new(file[..file.len() / 2].to_vec()));
        let (mut unpacked, _) = Unpacked::open(half, ROOM).await.unwrap();
        let mut chunk = vec![0; 1000];
        let error = loop {
            match unpacked.read(&mut chunk).await {
                Ok(read) => assert!(read > 0, "it did not fail"),
                Err(error) => break error,
            }
        };
        assert_eq!((Broken::of(&error), error.kind()), (None, io::ErrorKind::ConnectionReset));
    }
}

#[tokio::test]
async fn an_archive_whose_extra_field_claims_more_than_there_is_is_told_broken() {
    let mut archive = zip(&[("rows.csv", b"1")], Compression::Stored).await;
    // the first entry's header ends with the lengths of name and extra field; the field claims 200 bytes and has 8
    archive[28..30].copy_from_slice(&8_u16.to_le_bytes());
    let behind = 30 + "rows.csv".len();
    archive.splice(behind..behind, [1, 0, 200, 0, 0, 0, 0, 0]);
    let told = why(&archive, ROOM).await;
    assert!(told.contains("pack it anew"), "{told}");
}

#[test]
fn any_packed_file_comes_out_within_its_limit_or_is_told_broken() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let few = text(40);
    let seeds = runtime.block_on(async {
        let folder = [("data/", &b""[..]), ("data/rows.csv", &few), ("__MACOSX/._rows.csv", b"x")];
        vec![
            gzip(&few).await,
            [gzip(&few[..100]).await, gzip(&few[100..]).await].concat(),
            gzip(&[b' '; 9000]).await,
            zip(&[("rows.csv", &few)], Compression::Deflate).await,
            zip(&folder, Compression::Stored).await,
            zip(&[("a.csv", b"1"), ("b.csv", b"2")], Compression::Deflate).await,
            zip(&[("spaces.csv", &[b' '; 9000])], Compression::Deflate).await,
        ]
    });
    let tokens = [
        "PK\u{3}\u{4}",
        "PK\u{1}\u{2}",
        "PK\u{5}\u{6}",
        "PK\u{7}\u{8}",
        "\u{1f}",
        "\0\0\0\0",
        "\u{7f}\u{7f}",
        "../x",
    ];
    let seeds = testkit::fuzz::Seeds::new(&seeds, &tokens);
    let limit = Limit(8 * 1024);
    testkit::fuzz!(|script| {
        let (file, _) = seeds.play(script);
        match runtime.block_on(all(&file, limit)) {
            Ok((bytes, seal)) => {
                let packed = file.starts_with(&[0x1f, 0x8b]) || file.starts_with(b"PK");
                assert!(bytes.len() as u64 <= limit.0 || !packed, "{} bytes", bytes.len());
                assert_eq!(seal.bytes(), file.len() as u64, "the whole file was seen");
            }
            Err(error) => {
                let why = Broken::of(&error).unwrap_or_else(|| panic!("no words for {error:?}"));
                assert!(!why.is_empty() && why.len() < 4096, "{} bytes: {why}", why.len());
            }
        }
    });
}

#[tokio::test]
async fn an_archive_that_is_its_end_alone_holds_no_file() {
    // as tools write an archive of nothing: no entry, and the end of the directory
    let file = [b"PK\x05\x06".as_slice(), &[0; 18]].concat();
    assert_eq!(why(&file, ROOM).await, "the archive holds no file");
}
