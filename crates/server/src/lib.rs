//! Speaks the API families: authenticates, converts, runs a command, converts; config, workers and main.
