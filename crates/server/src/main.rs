//! The `hedge` binary.
fn main() {}
