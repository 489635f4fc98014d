//! Spec text in, source files out; a pure function.
