-- Customers, which so far were any text on a payment or payment method, and the keys that client tokens are signed with.

CREATE TABLE customers (
    id BLOB PRIMARY KEY,
    account_id BLOB NOT NULL,
    email TEXT NOT NULL,
    name TEXT,
    phone TEXT,
    description TEXT,
    metadata TEXT, -- a JSON object of strings; NULL when empty
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX customers_by_account ON customers (account_id, id);
CREATE INDEX customers_by_email ON customers (account_id, email, id);

-- A text that payments name becomes a customer, known by the bits of the first such payment's id. What only a payment
-- method names has no email to make a customer of, and is nobody's from here on.
INSERT INTO customers (id, account_id, email, metadata, created_at, updated_at, version)
SELECT min(id), account_id, customer_email, json_object('previous_id', customer), created_at, created_at, 1
FROM payments WHERE customer IS NOT NULL GROUP BY account_id, customer;

ALTER TABLE payments ADD COLUMN customer_id BLOB;
UPDATE payments SET customer_id = (
    SELECT customers.id FROM customers WHERE customers.account_id = payments.account_id
        AND json_extract(customers.metadata, '$.previous_id') = payments.customer
) WHERE customer IS NOT NULL;
DROP INDEX payments_by_customer;
ALTER TABLE payments DROP COLUMN customer;
-- Without it the list of one customer would read the account's whole history.
CREATE INDEX payments_by_customer ON payments (account_id, customer_id, id) WHERE customer_id IS NOT NULL;

ALTER TABLE payment_methods ADD COLUMN customer_id BLOB;
UPDATE payment_methods SET customer_id = (
    SELECT customers.id FROM customers WHERE customers.account_id = payment_methods.account_id
        AND json_extract(customers.metadata, '$.previous_id') = payment_methods.customer
) WHERE customer IS NOT NULL;
ALTER TABLE payment_methods DROP COLUMN customer;
CREATE INDEX payment_methods_by_customer ON payment_methods (account_id, customer_id, id) WHERE customer_id IS NOT NULL;

CREATE TABLE signing_keys (
    id BLOB PRIMARY KEY,
    public BLOB NOT NULL,
    sealed BLOB NOT NULL, -- the private half, encrypted under the server secret
    created_at INTEGER NOT NULL,
    activates_at INTEGER NOT NULL,
    retires_at INTEGER,
    version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
