//! The whole state machine, as one table.

use std::fmt::Write;

use hedge_domain::payment::{PaymentStatus, Step};

#[test]
fn every_state_meets_every_step_as_pinned() {
    let mut table = String::new();
    for status in PaymentStatus::ALL {
        for step in Step::ALL {
            let after = status.after(step).map_or("-", PaymentStatus::code);
            writeln!(table, "{:<18} {:<10} {after}", status.code(), format!("{step:?}")).expect("writes to memory");
        }
    }
    insta::assert_snapshot!(table);
}

#[test]
fn final_states_stay() {
    for status in [PaymentStatus::Failed, PaymentStatus::Canceled, PaymentStatus::Refunded] {
        assert!(Step::ALL.iter().all(|&step| status.after(step).is_none()), "{status:?}");
    }
}
