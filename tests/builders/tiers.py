"""Which tests are asked for: the usual ones, or all."""

import os
from typing import Final

IS_USUAL: Final = os.environ.get("QUANQU_TESTS") == "usual"
"""Whether long tests with a quicker one beside them are left out, and fewer examples drawn."""
