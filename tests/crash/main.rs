//! The crash test: the real binary, killed at random moments under load, loses nothing that it acknowledged.
