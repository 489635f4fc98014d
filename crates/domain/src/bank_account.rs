//! Bank accounts in the United States, as somebody to pay to.
//!
//! What a newcomer looks for and does not find is the account number: it is here only sealed, and nothing in this crate
//! can open it.

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BankAccount {
    pub routing_number: RoutingNumber,
    pub kind: BankAccountKind,
    /// The last four digits of the account number.
    pub last4: String,
    pub number: SealedNumber,
}

/// An account number that only the server can open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SealedNumber(pub Vec<u8>);

/// Nine digits that pass the checksum of the American Bankers Association.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoutingNumber(String);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BankAccountKind {
    Checking,
    Savings,
}

impl BankAccountKind {
    pub const ALL: [Self; 2] = [Self::Checking, Self::Savings];

    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Checking => "checking",
            Self::Savings => "savings",
        }
    }
}

impl RoutingNumber {
    /// `None` for what is no routing number. The digits weigh 3, 7 and 1 in turn, and come to a multiple of ten.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits: Vec<u32> = text.chars().map(|letter| letter.to_digit(10)).collect::<Option<_>>()?;
        let weighed: u32 = digits.iter().zip([3, 7, 1].into_iter().cycle()).map(|(digit, weight)| digit * weight).sum();
        (digits.len() == 9 && weighed > 0 && weighed.is_multiple_of(10)).then(|| Self(text.to_owned()))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn routing_numbers_pass_the_checksum() {
        for good in ["011401533", "110000000", "021000021", "122105278"] {
            assert!(RoutingNumber::parse(good).is_some(), "{good}");
        }
        for bad in ["", "000000000", "011401534", "01140153", "0114015330", "01140153a", "٠١١٤٠١٥٣٣", "111000000"]
        {
            assert!(RoutingNumber::parse(bad).is_none(), "{bad}");
        }
    }
}
