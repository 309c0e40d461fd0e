"""Paper of prepayments: the payment request and the statement."""
