//! What falls due at a time that stands in its row, by the time of its account.
//!
//! A query for what is due has two halves: accounts without a test clock go by real time, the others each by their own.

/// An account with a clock of its own has one part in so many of what is worked on at a time: it may have thousands due at
/// once, and whatever else is asked meanwhile waits for a batch of them.
pub(crate) const CLOCKED_SHARE: u32 = 16;

/// Rows whose time is up.
pub(crate) struct Due {
    pub table: &'static str,
    /// The column of their time.
    pub at: &'static str,
    /// Which rows have one.
    pub condition: &'static str,
    /// The index that SQLite walks.
    pub index: &'static str,
    /// The same for one account.
    pub by_account: &'static str,
    /// What is looked at of those that are due.
    pub unless: &'static str,
}

/// Pending payments whose time is up.
pub(crate) const UNPAID: Due = Due {
    table: "payments",
    at: "expires_at",
    condition: "status = 'pending'",
    index: "payments_unpaid",
    by_account: "payments_unpaid_by_account",
    unless: "",
};

/// Open sessions whose time is up, but for those with a payment on its way: those wait for what comes of it.
pub(crate) const EXPIRED: Due = Due {
    table: "checkout_sessions",
    at: "expires_at",
    condition: "status = 'open'",
    index: "checkout_sessions_open",
    by_account: "checkout_sessions_open_by_account",
    unless: "JOIN checkout_sessions s ON s.id = due.id WHERE NOT EXISTS (SELECT 1 FROM payments
        WHERE payments.id = s.payment_id AND payments.status IN ('initiated', 'processing'))",
};

/// Merchants whose payout is due.
pub(crate) const TO_PAY_OUT: Due = Due {
    table: "merchants",
    at: "next_payout_at",
    condition: "next_payout_at IS NOT NULL",
    index: "merchants_paid_out",
    by_account: "merchants_paid_out_by_account",
    unless: "",
};
