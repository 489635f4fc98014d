//! Moves money: a trait, and the sandbox that simulates card networks.
