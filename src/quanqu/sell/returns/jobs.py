"""What returns offer to payments: the worth of a return as a way to pay."""

from quanqu.sell.payments.facade import register_tender
from quanqu.sell.returns.facade import RETURN_CREDIT, ReturnCredit

register_tender(tender=RETURN_CREDIT, house=ReturnCredit())
