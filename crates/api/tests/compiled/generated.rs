//! The printed code of the fixtures, one module each.

macro_rules! fixtures {
    ($($path:literal $name:ident;)*) => {$(
        #[rustfmt::skip]
        #[allow(clippy::all, dead_code, unused_imports, reason = "generated code is judged by its generator")]
        #[path = $path]
        pub mod $name;
    )*};
}

fixtures! {
    "../../../codegen/tests/snapshots/snapshots__additional.snap.rs" additional;
    "../../../codegen/tests/snapshots/snapshots__all_of.snap.rs" all_of;
    "../../../codegen/tests/snapshots/snapshots__bodies.snap.rs" bodies;
    "../../../codegen/tests/snapshots/snapshots__clashes.snap.rs" clashes;
    "../../../codegen/tests/snapshots/snapshots__collections.snap.rs" collections;
    "../../../codegen/tests/snapshots/snapshots__defaults.snap.rs" defaults;
    "../../../codegen/tests/snapshots/snapshots__deprecated.snap.rs" deprecated;
    "../../../codegen/tests/snapshots/snapshots__enums.snap.rs" enums;
    "../../../codegen/tests/snapshots/snapshots__extensions.snap.rs" extensions;
    "../../../codegen/tests/snapshots/snapshots__formats.snap.rs" formats;
    "../../../codegen/tests/snapshots/snapshots__lists.snap.rs" lists;
    "../../../codegen/tests/snapshots/snapshots__names.snap.rs" names;
    "../../../codegen/tests/snapshots/snapshots__nullable.snap.rs" nullable;
    "../../../codegen/tests/snapshots/snapshots__numbers.snap.rs" numbers;
    "../../../codegen/tests/snapshots/snapshots__one_of.snap.rs" one_of;
    "../../../codegen/tests/snapshots/snapshots__parameters.snap.rs" parameters;
    "../../../codegen/tests/snapshots/snapshots__recursive.snap.rs" recursive;
    "../../../codegen/tests/snapshots/snapshots__secrets.snap.rs" secrets;
    "../../../codegen/tests/snapshots/snapshots__security.snap.rs" security;
    "../../../codegen/tests/snapshots/snapshots__statuses.snap.rs" statuses;
    "../../../codegen/tests/snapshots/snapshots__tags.snap.rs" tags;
    "../../../codegen/tests/snapshots/snapshots__texts.snap.rs" texts;
}
