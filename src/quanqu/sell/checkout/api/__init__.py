"""The REST API of live orders."""

from quanqu.sell.checkout.api import edits as _edits  # noqa: F401 - adds its calls
from quanqu.sell.checkout.api import merges as _merges  # noqa: F401 - adds its calls
from quanqu.sell.checkout.api import moves as _moves  # noqa: F401 - adds its calls
from quanqu.sell.checkout.api import parts as _parts  # noqa: F401 - adds its calls
from quanqu.sell.checkout.api import reservations as _reservations  # noqa: F401 - adds its calls
from quanqu.sell.checkout.api import trials as _trials  # noqa: F401 - adds its calls
from quanqu.sell.checkout.api.routes import router

__all__ = ["router"]
