"""Which encoding a text file is in, decided by its bytes alone."""

import re
from collections import Counter
from collections.abc import Callable
from typing import Final

__all__ = ["UTF_8", "detect_encoding"]

UTF_8: Final = "utf-8"
_MARKS: Final = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_TAIL: Final = 3
_LOOK: Final = 64 << 10
_HIGH_LINE: Final = re.compile(rb"[^\n]*[\x80-\xff][^\n]*")
_ZEROS, _FEW = 0.3, 0.05
_ODD: Final = 0.5  # full-width letters, kana, boxes: there is such text, but it is rare
# marks of running text, and signs that stand at amounts in files of any language
_SIGNS: Final = frozenset(
    "、。·—…‘’“”〔〕〈〉《》「」『』【】！（），．：；？％＃＠＆＊＋－／＝～　±×÷°℃"
    "￥¥€£¢§№★☆●○→\u00a0"
)
# The syllables and characters that running text and the heads of tables are made of.
_KOREAN: Final = frozenset(
    "이다의는에을가고하지한로은도를서기사리자어인나시대그아제정스일해수보부전라으상장원주구게여있것들만면적"
    "조우성동마용방소관국연중과무안명미번호품문량금액단객합계세트차화선색배송비매출할와거래점포코드날짜처결"
    "총주소카홍녹룡민"
)
_CHINESE: Final = frozenset(
    "的一是不了在人有我他这中大来上个国和地到说们时为子要你出就会可下而以生年天能对自学家多小心好都月日"
    "编号名称订单商品客户数量价格金额总价实付款日期时间手机电话地址省市区县镇街路会员店铺收货物流快递状态"
    "退类目品牌规格颜色备注成交支买卖双合计用运费优惠折扣税发票姓性别张王李刘陈杨赵黄周吴元件条套箱瓶茶衣"
)
_FEW_SYLLABLES: Final = 3

Judge = Callable[[str], float]


def detect_encoding(sample: bytes) -> str:
    """Name the encoding of a sample.

    A mark decides, then valid UTF-8, then zero bytes (UTF-16); the older encodings accept nearly
    any bytes, so what the sample would read as in each decides: common characters count for it.
    """
    for mark, name in _MARKS:
        if sample.startswith(mark):
            return name
    wide = _without_mark(sample)
    if wide:
        return wide
    if _decodes(sample, UTF_8) or _mostly_utf8(sample):
        return UTF_8
    odd = b"\n".join(_HIGH_LINE.findall(sample[: 4 * _LOOK]))[:_LOOK]
    odd = odd or b"\n".join(_HIGH_LINE.findall(sample))[:_LOOK]
    scores = {name: _score(odd, name, judge) for name, judge in _JUDGES.items()}
    best = max(scores, key=lambda name: scores[name])
    return best if scores[best] > 0 else "latin-1"


def _without_mark(sample: bytes) -> str:
    """Tell UTF-16 without its mark by the zero bytes of its Western letters and line ends."""
    head = sample[:_LOOK]
    half = max(len(head) // 2, 1)
    even, odd = head[::2].count(0) / half, head[1::2].count(0) / half
    if odd > _ZEROS and even < _FEW:
        return "utf-16-le"
    return "utf-16-be" if even > _ZEROS and odd < _FEW else ""


def _decodes(sample: bytes, encoding: str) -> bool:
    try:
        sample.decode(encoding)
    except UnicodeDecodeError as error:
        return error.start >= len(sample) - _TAIL and error.reason == "unexpected end of data"
    return True


def _mostly_utf8(sample: bytes) -> bool:
    """Tell whether the high bytes are UTF-8 but for few: then the file is damaged, not old."""
    broken = sample.decode(UTF_8, errors="replace").count("\ufffd")
    good = len(re.findall(rb"[\xc2-\xf4][\x80-\xbf]", sample))
    return good > 4 * broken


def _score(odd: bytes, encoding: str, judge: Judge) -> float:
    """Return how well the lines with high bytes read in an encoding: 0 not at all, 1 fluently."""
    try:
        text = odd.decode(encoding)
    except UnicodeDecodeError as error:
        if error.start < len(odd) - _TAIL:
            return 0.0
        text = odd.decode(encoding, errors="ignore")
    return judge(text)


def _share(text: str, is_common: Callable[[str], float]) -> float:
    counts = Counter(char for char in text if char > "\x7f")
    total = sum(counts.values())
    return sum(is_common(char) * count for char, count in counts.items()) / total if total else 0.0


def _lead(char: str, charset: str) -> int:
    try:
        found = char.encode(charset)
    except UnicodeEncodeError:
        return 0
    return found[0] if len(found) > 1 else 0


def _han(char: str, charset: str, first: int, last: int) -> float:
    """Return 1 for the charset's common characters and for signs, less for its odd ones."""
    lead = _lead(char, charset)
    if char in _SIGNS or first <= lead <= last:
        return 1.0
    return _ODD if 0xA1 <= lead < first else 0.0


def _simplified(text: str) -> float:
    return _share(text, lambda char: _han(char, "gb2312", 0xB0, 0xD7))


def _traditional(text: str) -> float:
    return 0.97 * _share(text, lambda char: _han(char, "big5", 0xA4, 0xC6))


def _japanese(text: str) -> float:
    """Half-width katakana are what others look like; without kana it is hardly Japanese."""
    kana = any("\u3041" <= char <= "\u30fe" for char in text)
    common = _share(text, lambda char: float(0x81 <= _lead(char, "cp932") <= 0x97))
    return common if kana else 0.8 * common


def _korean(text: str) -> float:
    """Every Korean syllable would be a common Chinese character too: which of them are frequent
    in their language tells the two apart."""
    share = _share(text, lambda char: _han(char, "euc_kr", 0xB0, 0xC8))
    syllables = set(text) & _KOREAN
    characters = set(text.encode("cp949", "ignore").decode("gb18030", "ignore")) & _CHINESE
    is_korean = len(syllables) >= _FEW_SYLLABLES and len(syllables) > len(characters)
    return 1.01 * share if share == 1.0 and is_korean else 0.6 * share


def _western(text: str) -> float:
    """Accented letters stand one by one among plain ones; runs of them are another encoding."""
    runs = re.findall(r"[À-ÖØ-öø-ÿŒœŠšŽžŸ]+", text)
    letters = sum(len(run) for run in runs if len(run) == 1) + 0.4 * sum(
        len(run) for run in runs if len(run) == 2
    )
    signs = len(re.findall(r"[€£¥¢°’‘“”–—…«»ªº¿¡ß®™\u00a0§·]", text))
    total = sum(char > "\x7f" for char in text)
    return min(0.95 * (letters + signs) / total, 0.95) if total else 0.0


def _central(text: str) -> float:
    """Count only letters of words that the Western encoding lacks beside those both have."""
    own = len(re.findall(r"(?<!\d)[ąćęłńśźżĄĆĘŁŃŚŹŻčďěňřšťůžČĎĚŇŘŠŤŮŽőűŐŰăşţ](?!\d)", text))
    both = len(re.findall(r"[áéíóúýäöüßÁÉÍÓÚÝÄÖÜçâî€\u00a0–“”„]", text))
    total = sum(char > "\x7f" for char in text)
    return 0.94 * (own + both) / total if total and own else 0.0


def _cyrillic(text: str) -> float:
    """Cyrillic words hold no Latin letters and change their case only after the first."""
    letters = len(re.findall(r"[А-Яа-яЁёІіЇїЄє]", text))
    jumps = len(re.findall(r"[а-яё][А-ЯЁ]|[A-Za-z][А-яЁё]|[А-яЁё][A-Za-z]", text))
    total = sum(char > "\x7f" for char in text)
    return 0.94 * max(letters - 3 * jumps, 0) / total if total else 0.0


_JUDGES: Final[dict[str, Judge]] = {
    "gb18030": _simplified,
    "cp950": _traditional,
    "cp932": _japanese,
    "cp949": _korean,
    "cp1251": _cyrillic,
    "cp1252": _western,
    "cp1250": _central,
}
