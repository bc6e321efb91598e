"""Why a row is rejected: stable codes; the words are in `reasons.py` of the room."""

from enum import StrEnum

__all__ = ["Reason"]


class Reason(StrEnum):
    """The engine's own reasons; a mapping may add its own codes with its own words."""

    MISSING_VALUE = "missing_value"
    NOT_A_NUMBER = "not_a_number"
    NOT_A_WHOLE_NUMBER = "not_a_whole_number"
    TOO_MANY_DECIMALS = "too_many_decimals"
    NUMBER_TOO_LARGE = "number_too_large"
    NEGATIVE_VALUE = "negative_value"
    NEGATIVE_PRICE = "negative_price"
    NOT_A_TIME = "not_a_time"
    NOT_A_DATE = "not_a_date"
    NOT_A_YES_OR_NO = "not_a_yes_or_no"
    UNKNOWN_VALUE = "unknown_value"
    BAD_CURRENCY = "bad_currency"
    DUPLICATE_ID = "duplicate_id"
    WRONG_COLUMN_COUNT = "wrong_column_count"
    NO_RULE_MATCHES = "no_rule_matches"
    ORPHAN_ROW = "orphan_row"
    PARENT_REJECTED = "parent_rejected"
    NOT_AN_OBJECT = "not_an_object"
    REFUSED_PAYLOAD = "refused_payload"
    UNKNOWN_PAYLOAD = "unknown_payload"
    INCOMPLETE_GROUP = "incomplete_group"
    REFUSED_BY_ROOM = "refused_by_room"
