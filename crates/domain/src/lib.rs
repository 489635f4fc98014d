//! What payments, refunds, keys and the ledger are, and every rule about them, as pure commands.
