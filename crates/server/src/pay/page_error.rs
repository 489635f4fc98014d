//! Why a request to the page got no page, and how that reads to a payer.

use axum::response::{IntoResponse, Response};
use hedge_store::StoreError;
use http::{HeaderValue, StatusCode, header};

use super::view;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PageError {
    /// No such session, or no such page.
    Unknown,
    Method,
    /// A form of somebody else's page.
    Foreign,
    /// Not what our form sends.
    Malformed,
    ContentType,
    TooLarge,
    TooMany {
        retry_after: i64,
    },
    TimedOut,
    /// The merchant cannot be paid now.
    Closed,
    /// Nothing was done.
    Unavailable,
    /// It may have been done.
    Uncertain,
}

impl PageError {
    pub const fn status(self) -> StatusCode {
        match self {
            Self::Unknown => StatusCode::NOT_FOUND,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::Foreign => StatusCode::FORBIDDEN,
            Self::Malformed => StatusCode::BAD_REQUEST,
            Self::ContentType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::TimedOut => StatusCode::REQUEST_TIMEOUT,
            Self::Closed => StatusCode::CONFLICT,
            Self::Unavailable | Self::Uncertain => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    pub const fn title(self) -> &'static str {
        match self {
            Self::Unknown => "There is nothing to pay here",
            Self::Method | Self::Malformed | Self::ContentType | Self::TooLarge => "That did not work",
            Self::Foreign => "Please start on this page",
            Self::TooMany { .. } => "A little slower, please",
            Self::TimedOut => "That took too long",
            Self::Closed => "This cannot be paid just now",
            Self::Unavailable | Self::Uncertain => "We cannot be reached just now",
        }
    }

    pub const fn text(self) -> &'static str {
        match self {
            Self::Unknown => "The link is incomplete or wrong. Please go back to the shop and try again from there.",
            Self::Method | Self::Malformed | Self::ContentType | Self::TooLarge => {
                "Your browser sent something that we do not understand. Nothing was charged. Please go back and try again."
            }
            Self::Foreign => {
                "This payment was started from another website, so we stopped it. Nothing was charged. Please open the \
                 payment link again."
            }
            Self::TooMany { .. } => "There were too many attempts in a short time. Please wait a minute and try again.",
            Self::TimedOut => "We did not receive the whole form in time. Please go back and try again.",
            Self::Closed => "The shop cannot take this payment at the moment. Nothing was charged.",
            Self::Unavailable => "Nothing was charged. Please wait a moment and try again.",
            Self::Uncertain => {
                "We do not know yet whether your payment went through. Please open the payment link again in a moment: it \
                 will tell, and you will not be charged twice."
            }
        }
    }
}

impl From<StoreError> for PageError {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "a checkout page has to wait");
        match error {
            StoreError::Busy
            | StoreError::Unavailable(_)
            | StoreError::Fault(_)
            | StoreError::TooLong
            | StoreError::Closed => Self::Unavailable,
            StoreError::Unknown(_) => Self::Uncertain,
        }
    }
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        let mut response = view::error(self);
        let wait = match self {
            Self::TooMany { retry_after } => Some(retry_after),
            Self::Unavailable | Self::Uncertain => Some(1),
            Self::Unknown
            | Self::Method
            | Self::Foreign
            | Self::Malformed
            | Self::ContentType
            | Self::TooLarge
            | Self::TimedOut
            | Self::Closed => None,
        };
        if let Some(seconds) = wait {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
