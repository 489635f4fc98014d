//! Runs commands durably, in batches, on SQLite, Postgres or memory; the only SQL.
