//! The migrations are part of the binary, and the macro that reads them cannot tell that one was added.

fn main() {
    println!("cargo::rerun-if-changed=migrations");
}
