//! The printed code of the fixtures, one module each.

macro_rules! fixtures {
    ($($path:literal $name:ident;)*) => {$(
        #[rustfmt::skip]
        #[allow(clippy::all, dead_code, unexpected_cfgs, unused_imports, reason = "generated code is judged by its generator")]
        #[path = $path]
        pub mod $name;
    )*};
}

fixtures! {
    "../snapshots/snapshots__additional.snap.rs" additional;
    "../snapshots/snapshots__all_of.snap.rs" all_of;
    "../snapshots/snapshots__bodies.snap.rs" bodies;
    "../snapshots/snapshots__collections.snap.rs" collections;
    "../snapshots/snapshots__defaults.snap.rs" defaults;
    "../snapshots/snapshots__deprecated.snap.rs" deprecated;
    "../snapshots/snapshots__enums.snap.rs" enums;
    "../snapshots/snapshots__extensions.snap.rs" extensions;
    "../snapshots/snapshots__formats.snap.rs" formats;
    "../snapshots/snapshots__lists.snap.rs" lists;
    "../snapshots/snapshots__names.snap.rs" names;
    "../snapshots/snapshots__nullable.snap.rs" nullable;
    "../snapshots/snapshots__numbers.snap.rs" numbers;
    "../snapshots/snapshots__one_of.snap.rs" one_of;
    "../snapshots/snapshots__parameters.snap.rs" parameters;
    "../snapshots/snapshots__recursive.snap.rs" recursive;
    "../snapshots/snapshots__security.snap.rs" security;
    "../snapshots/snapshots__statuses.snap.rs" statuses;
    "../snapshots/snapshots__tags.snap.rs" tags;
    "../snapshots/snapshots__texts.snap.rs" texts;
}
