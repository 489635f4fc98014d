-- A customer, and a payment method that is nobody's, may be one merchant's alone. What was there before is the whole account's.

ALTER TABLE customers ADD COLUMN merchant_id BLOB;
CREATE INDEX customers_by_merchant ON customers (account_id, merchant_id, id) WHERE merchant_id IS NOT NULL;
CREATE INDEX customers_by_merchant_email ON customers (account_id, merchant_id, email, id) WHERE merchant_id IS NOT NULL;

ALTER TABLE payment_methods ADD COLUMN merchant_id BLOB;
