"""The decisions of payments: what may be asked, where answers lead, how refunds are split."""
