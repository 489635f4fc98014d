//! The tests live in `it/`; this package has no library.
