//! The files that pages link to, compiled in; their addresses change with their contents, so that they may be kept for ever.

use std::sync::LazyLock;

use axum::{
    extract::Path,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use sha2::{Digest, Sha256};

const PAGES: &str = include_str!("../../assets/console.css");
const LIVE: &str = include_str!("../../assets/live.js");
const DRAFT: &str = include_str!("../../assets/draft.js");
const MARK: &str = include_str!("../../assets/mark.svg");

/// The icon of the pages.
pub const ICON: &str = "/assets/mark.svg";

static CSS: LazyLock<(String, String)> = LazyLock::new(|| {
    let text = format!("{}{PAGES}", picture::STYLE);
    (format!("/assets/console-{}.css", mark(&text)), text)
});
static JS: LazyLock<String> = LazyLock::new(|| format!("/assets/live-{}.js", mark(LIVE)));

static DRAFT_JS: LazyLock<String> = LazyLock::new(|| format!("/assets/draft-{}.js", mark(DRAFT)));

fn mark(text: &str) -> String {
    hex::encode(&Sha256::digest(text)[..6])
}

/// Where the stylesheet is.
pub fn css_path() -> &'static str {
    &CSS.0
}
/// Where the script is.
pub fn js_path() -> &'static str {
    &JS
}

/// Where the script is that keeps a form until it is sent.
pub fn draft_path() -> &'static str {
    &DRAFT_JS
}

/// Answers one file.
pub async fn file(Path(name): Path<String>) -> Response {
    let path = format!("/assets/{name}");
    let found = if path == css_path() {
        Some(("text/css; charset=utf-8", CSS.1.as_str()))
    } else if path == js_path() {
        Some(("text/javascript; charset=utf-8", LIVE))
    } else if path == draft_path() {
        Some(("text/javascript; charset=utf-8", DRAFT))
    } else if path == ICON {
        Some(("image/svg+xml", MARK))
    } else {
        None
    };
    let kept = if path == ICON { "public, max-age=86400" } else { "public, max-age=31536000, immutable" };
    match found {
        Some((kind, text)) => {
            ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, kept)], text).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_is_small_and_nothing_is_fetched_from_elsewhere() {
        assert!(LIVE.len() <= 3 * 1024, "{} bytes", LIVE.len());
        assert!(DRAFT.len() <= 2 * 1024, "{} bytes", DRAFT.len());
        for text in [PAGES, LIVE, DRAFT, picture::STYLE] {
            assert!(!text.contains("http:") && !text.contains("https:") && !text.contains("@import"));
        }
    }
}
