//! The page's own files: one style, one script, one icon. They are in the binary, so a server needs no folder of them.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use http::header;

use super::color::Color;
use super::{Name, PageError, brand};

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");
const ICON: &str = include_str!("icon.svg");

/// Addresses carry what the file is, so a browser may keep it for ever.
const FOR_EVER: &str = "public, max-age=31536000, immutable";

pub static STYLE_PATH: LazyLock<String> = LazyLock::new(|| versioned("page.css", STYLE));
pub static SCRIPT_PATH: LazyLock<String> = LazyLock::new(|| versioned("page.js", SCRIPT));
pub static ICON_PATH: LazyLock<String> = LazyLock::new(|| versioned("icon.svg", ICON));

fn versioned(name: &str, content: &str) -> String {
    let hash = blake3::hash(content.as_bytes()).to_hex();
    format!("/pay/assets/{name}?v={}", &hash[..12])
}

pub fn brand_path(color: Color) -> String {
    format!("/pay/assets/brand/{color}.css")
}

pub async fn serve(name: Name) -> Response {
    let Ok(Path(name)) = name else {
        return PageError::Unknown.into_response();
    };
    match name.as_str() {
        "page.css" => file("text/css; charset=utf-8", STYLE),
        "page.js" => file("text/javascript; charset=utf-8", SCRIPT),
        "icon.svg" => file("image/svg+xml", ICON),
        _ => PageError::Unknown.into_response(),
    }
}

/// The colours are in the name, and nothing else is.
pub async fn serve_brand(name: Name) -> Response {
    let color = name.ok().and_then(|Path(name)| Color::parse(name.strip_suffix(".css")?));
    match color {
        Some(color) => file("text/css; charset=utf-8", brand::stylesheet(color)),
        None => PageError::Unknown.into_response(),
    }
}

fn file(kind: &'static str, content: impl IntoResponse) -> Response {
    ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, FOR_EVER)], content).into_response()
}
