//! What a request says of a merchant, checked as far as only a catalogue can: countries, time zones, wallets, banks.

use chrono_tz::Tz;
use hedge_api::hedge::types;
use hedge_domain::bank_account::{BankAccount, BankAccountKind, RoutingNumber};
use hedge_domain::merchant::{
    Branding, BrandingChange, Color, Merchant, MerchantChange, NewMerchant, PayoutSchedule, Settlement,
    SettlementChange,
};
use hedge_domain::metadata::Metadata;
use hedge_store::StoreError;

use super::super::{Error, convert};
use super::render;
use crate::country;
use crate::platform::Platform;
use crate::public_url::check_return_url;

pub fn new_merchant(body: &types::CreateMerchantRequest, platform: &Platform) -> Result<NewMerchant, Error> {
    Error::checked_name("name", &body.name)?;
    let known = NewMerchant::named(&body.name);
    let settlement = settlement(body.settlement.clone(), platform)?;
    Ok(NewMerchant {
        email: body.email.clone(),
        country: body.country.clone().map(checked_country).transpose()?,
        default_currency: body.default_currency.map_or(known.default_currency, convert::to_currency),
        statement_descriptor: body.statement_descriptor.clone().unwrap_or(known.statement_descriptor),
        time_zone: body.time_zone.clone().map(checked_time_zone).transpose()?.unwrap_or(known.time_zone),
        settlement: settlement.applied_to(&Settlement::default()),
        branding: branding(body.branding.clone(), platform)?.applied_to(&Branding::default()),
        metadata: Metadata::new(body.metadata.clone().unwrap_or_default())?,
        name: known.name,
    })
}

pub fn change(body: types::UpdateMerchantRequest, platform: &Platform) -> Result<MerchantChange, Error> {
    if let Some(name) = &body.name {
        Error::checked_name("name", name)?;
    }
    Ok(MerchantChange {
        name: body.name,
        email: body.email,
        country: cleared_or(body.country, checked_country)?,
        default_currency: body.default_currency.map(convert::to_currency),
        statement_descriptor: body.statement_descriptor,
        time_zone: body.time_zone.map(checked_time_zone).transpose()?,
        settlement: settlement(body.settlement, platform)?,
        branding: branding(body.branding, platform)?,
        metadata: convert::to_metadata_change(body.metadata),
    })
}

/// An account that is named again is the one that is known: sealed anew it would look like another.
pub fn keep_known_account(change: &mut MerchantChange, known: &Merchant, platform: &Platform) -> Result<(), Error> {
    let asked = change.settlement.bank_account.as_mut().and_then(Option::as_mut);
    if let (Some(asked), Some(known)) = (asked, &known.settlement.bank_account) {
        let open = |account: &BankAccount| platform.secret.open_account_number(&account.number);
        let number = |account: &BankAccount| open(account).map_err(|error| StoreError::Fault(error.to_string()));
        if number(asked)? == number(known)? {
            asked.number = known.number.clone();
        }
    }
    Ok(())
}

/// Checks what is set; what is cleared or left out needs no check.
fn cleared_or<T, U>(
    field: Option<Option<T>>,
    check: impl Fn(T) -> Result<U, Error>,
) -> Result<Option<Option<U>>, Error> {
    field.map(|value| value.map(&check).transpose()).transpose()
}

fn settlement(asked: Option<types::SettlementSettings>, platform: &Platform) -> Result<SettlementChange, Error> {
    let Some(asked) = asked else {
        return Ok(SettlementChange::default());
    };
    Ok(SettlementChange {
        method: asked.method.map(render::to_method),
        solana_wallet: cleared_or(asked.solana_wallet, checked_wallet)?,
        auto_settle: asked.auto_settle,
        bank_account: cleared_or(asked.bank_account, |details| bank_account(&details, platform))?,
        schedule: asked.schedule.map(|schedule| match schedule {
            types::PayoutSchedule::Daily => PayoutSchedule::Daily,
            types::PayoutSchedule::Weekly => PayoutSchedule::Weekly,
            types::PayoutSchedule::Manual => PayoutSchedule::Manual,
        }),
    })
}

fn branding(asked: Option<types::BrandingSettings>, platform: &Platform) -> Result<BrandingChange, Error> {
    let Some(asked) = asked else {
        return Ok(BrandingChange::default());
    };
    let logo = |url: String| match check_return_url(&url, platform.environment) {
        Ok(()) => Ok(url),
        Err(problem) => Err(Error::invalid_value("branding.logo_url", &format!("branding.logo_url {problem}."))),
    };
    // Their form was checked against the same rule before.
    let color = |field: &'static str| {
        move |text: String| Color::parse(&text).ok_or_else(|| Error::invalid_value(field, "A color reads as #1a2b3c."))
    };
    Ok(BrandingChange {
        logo_url: cleared_or(asked.logo_url, logo)?,
        primary_color: cleared_or(asked.primary_color, color("branding.primary_color"))?,
        secondary_color: cleared_or(asked.secondary_color, color("branding.secondary_color"))?,
    })
}

fn checked_country(code: String) -> Result<String, Error> {
    if country::is_one(&code) {
        return Ok(code);
    }
    Err(Error::invalid_value("country", "country must be a code of ISO 3166-1 alpha-2, as US."))
}

fn checked_time_zone(name: String) -> Result<String, Error> {
    if name.parse::<Tz>().is_ok() {
        return Ok(name);
    }
    Err(Error::invalid_value("time_zone", "time_zone must be a name of the IANA database, as America/New_York."))
}

/// An address on Solana is a public key: 32 bytes.
fn checked_wallet(text: String) -> Result<String, Error> {
    match bs58::decode(&text).into_vec() {
        Ok(bytes) if bytes.len() == 32 => Ok(text),
        Ok(_) | Err(_) => {
            let field = "settlement.solana_wallet";
            Err(Error::invalid_value(field, "settlement.solana_wallet must be an address on Solana."))
        }
    }
}

fn bank_account(details: &types::BankAccountDetails, platform: &Platform) -> Result<BankAccount, Error> {
    let routing_number = RoutingNumber::parse(&details.routing_number).ok_or_else(|| {
        let message = "The routing number does not pass its checksum.";
        Error::invalid_value("settlement.bank_account.routing_number", message)
    })?;
    let number = platform.secret.seal_account_number(&details.account_number);
    let from = details.account_number.len().saturating_sub(4);
    Ok(BankAccount {
        routing_number,
        kind: match details.account_type {
            types::BankAccountType::Checking => BankAccountKind::Checking,
            types::BankAccountType::Savings => BankAccountKind::Savings,
        },
        last4: details.account_number[from..].to_owned(),
        number: number.map_err(|error| StoreError::Fault(error.to_string()))?,
    })
}
