"""What the protected bytes of the timeline are bound to."""

from typing import Final

PURPOSE: Final = "timeline.body"
