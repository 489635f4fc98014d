//! Developer commands: `cargo xtask codegen|tidy|test|bench`.
fn main() {}
