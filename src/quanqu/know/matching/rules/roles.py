"""Which column plays which part: guessed from its name, then from what stands in it."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from quanqu.know.matching.rules.names import fold_latin

__all__ = ["ROLES", "guess_roles"]

# in the order they claim a column; the first pattern that fits wins
_PATTERNS: Final = {
    "email": r"e_?mail|邮箱|电子邮件",
    "phone": r"phone|mobile|cell|telephone|^tel$|手机|电话",
    "national_id": (
        r"soc_?sec|^ssn|national_?id|passport|id_?(card|number|no)$|tax_?id|identity|身份证|证件号"
    ),
    "date_of_birth": r"date_?of_?birth|birth_?da(te|y)|^dob|^bday|生日|出生日期",
    "postcode": r"post_?(al)?_?code|zip|邮编|邮政编码",
    "given_name": r"given|first_?name|fore_?name|^fname|^名$|名字",
    "surname": r"sur_?name|last_?name|family_?name|^lname|^姓$|姓氏",
    "full_name": r"full_?name|^name$|customer_?name|person_?name|姓名|客户名",
    "street_number": r"street_?n(o|um)|house_?n(o|um)|门牌",
    "street": r"^street|street_?name|address_?(line_?)?1|^addr_?1|街道|路名",
    "street_2": r"address_?(line_?)?2|^addr_?2",
    "address": r"^address$|full_?address|^addr$|地址|住址",
    "locality": r"city|town|suburb|locality|birth_?place|district|municipal|城市|市区|区县",
    "region": r"state|province|region|county|省",
    "gender": r"gender|^sex$|性别",
    "attribute": r"occupation|profession|job|employer|company|nationality|职业",
}
ROLES: Final = tuple(_PATTERNS)
# a column whose values never repeat and have no known name cannot help to compare two rows
_IGNORED: Final = re.compile(
    r"cluster|group|label|truth|(^|_)(uu|u|rec|row|record|unique)?_?id$|first_and_surname|created|updated"
)


def guess_roles(columns: Sequence[str]) -> dict[str, str]:
    """Return column → role for every column that has one; each role is given once.

    A second column of the same role stays unused, but `attribute`, which may be several.
    """
    roles: dict[str, str] = {}
    for role, pattern in _PATTERNS.items():
        for column in columns:
            name = fold_latin(column).strip().replace(" ", "_").replace("-", "_")
            if column in roles or not re.search(pattern, name):
                continue
            if _IGNORED.search(name) and role not in {"national_id"}:
                continue
            if role != "attribute" and role in roles.values():
                continue
            roles[column] = role
    return roles


def refuse_roles(roles: Mapping[str, str], columns: Sequence[str]) -> str:
    """Return what is wrong with given roles, or an empty text."""
    for column, role in roles.items():
        if column not in columns:
            return f"there is no column {column}"
        if role not in ROLES:
            return f"{role} is not a role; roles are {', '.join(ROLES)}"
    return ""
