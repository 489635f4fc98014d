-- What is never changed may not be, either: the triggers would say so, and where a server runs none the rights do.

REVOKE UPDATE, DELETE, TRUNCATE ON ledger_transfers, balance_transactions FROM CURRENT_USER;
