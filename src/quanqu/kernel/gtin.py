"""GTIN barcodes: the check digit of GS1 General Specifications, section 7.9."""

__all__ = ["check_digit", "is_valid_gtin"]

_LENGTHS = frozenset({8, 12, 13, 14})


def check_digit(body: str) -> int:
    """Return the check digit of a GTIN without it: weights 3 and 1 from the right."""
    weighted = (int(digit) * (3 if at % 2 == 0 else 1) for at, digit in enumerate(reversed(body)))
    return -sum(weighted) % 10


def is_valid_gtin(text: str) -> bool:
    """Tell whether the text is a GTIN-8, -12, -13 or -14 with a right check digit."""
    if len(text) not in _LENGTHS or not (text.isascii() and text.isdigit()):
        return False
    return check_digit(text[:-1]) == int(text[-1])
