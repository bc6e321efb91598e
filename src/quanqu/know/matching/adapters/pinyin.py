"""Han names in pinyin, by pypinyin's table of the usual reading."""

from pypinyin import lazy_pinyin

__all__ = ["to_pinyin"]


def to_pinyin(text: str) -> str:
    """Return the syllables without tones and without spaces: 王伟 → wangwei."""
    return "".join(lazy_pinyin(text, v_to_u=False)).lower()
