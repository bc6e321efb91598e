"""What know.matching offers."""

from quanqu.know.matching.queries.files import match_file
from quanqu.know.matching.queries.people import match_people

__all__ = ["match_file", "match_people"]
