"""Keep the message catalogues complete: collect, merge, compile, check; needs no gettext programs.

python tools/messages.py           rewrite django.po and django.mo from the sources
python tools/messages.py --check   exit 1 when a string is missing, fuzzy, or the .mo is stale
"""

import ast
import re
import struct
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import django
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "quanqu"
CATALOGUE = SOURCE / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"

_SIMPLE = {"gettext", "gettext_lazy", "gettext_noop"}
_PLURAL = {"ngettext", "ngettext_lazy"}
_CONTEXT = {"pgettext", "pgettext_lazy"}
_HEADER = (
    "Content-Type: text/plain; charset=UTF-8\n"
    "Content-Transfer-Encoding: 8bit\n"
    "Language: zh_Hans\n"
    "Plural-Forms: nplurals=1; plural=0;\n"
)
Key = tuple[str, str]


@dataclass
class Message:
    """A string to translate: context, singular, plural, its files, and the translation."""

    context: str
    text: str
    plural: str = ""
    files: set[str] = field(default_factory=set)
    translation: str = ""
    is_fuzzy: bool = False

    @property
    def key(self) -> Key:
        """What tells it apart."""
        return (self.context, self.text)


def collect() -> dict[Key, Message]:
    """Return every string of the sources, Python and templates."""
    found: dict[Key, Message] = {}
    for path in sorted(SOURCE.rglob("*.py")):
        if "migrations" not in path.parts:
            text = path.read_text("utf-8")
            if "django.utils.translation" in text:
                _take(found, path, _from_python(ast.parse(text)))
    for path in sorted(SOURCE.rglob("*.html")):
        text = templatize(path.read_text("utf-8"), origin=str(path))
        _take(found, path, _from_template(text))
    return found


def read_po(text: str) -> dict[Key, Message]:
    """Read a catalogue; only what this tool writes, and plain msgid/msgstr pairs."""
    found: dict[Key, Message] = {}
    for block in re.split(r"\n\s*\n", text):
        parts: dict[str, str] = {}
        name = ""
        for line in block.splitlines():
            match = re.match(r'(msgctxt|msgid_plural|msgid|msgstr(?:\[0\])?)\s+"(.*)"\s*$', line)
            if match:
                name = match[1]
                parts[name] = match[2]
            elif line.startswith('"') and name:
                parts[name] += line.strip()[1:-1]
        if not parts.get("msgid"):
            continue
        plain = {key: _unescape(value) for key, value in parts.items()}
        message = Message(
            plain.get("msgctxt", ""),
            plain["msgid"],
            plain.get("msgid_plural", ""),
            translation=plain.get("msgstr[0]", plain.get("msgstr", "")),
            is_fuzzy=bool(re.search(r"^#,.*fuzzy", block, re.MULTILINE)),
        )
        found[message.key] = message
    return found


def write_po(messages: dict[Key, Message]) -> str:
    """Return a catalogue as text, in order of its strings."""
    lines = ['msgid ""', 'msgstr ""', *(f'"{_escape(row)}\\n"' for row in _HEADER.splitlines())]
    for message in sorted(messages.values(), key=lambda one: (one.text.lower(), one.context)):
        lines += ["", *(f"#: {name}" for name in sorted(message.files))]
        if message.context:
            lines.append(f'msgctxt "{_escape(message.context)}"')
        lines.append(f'msgid "{_escape(message.text)}"')
        if message.plural:
            lines.append(f'msgid_plural "{_escape(message.plural)}"')
        name = "msgstr[0]" if message.plural else "msgstr"
        lines.append(f'{name} "{_escape(message.translation)}"')
    return "\n".join(lines) + "\n"


def compile_mo(messages: dict[Key, Message]) -> bytes:
    """Return the binary catalogue. Source: GNU gettext manual, The Format of GNU MO Files."""
    pairs = {b"": _HEADER.encode()}
    for message in messages.values():
        if message.translation and not message.is_fuzzy:
            name = f"{message.context}\4{message.text}" if message.context else message.text
            name += f"\0{message.plural}" if message.plural else ""
            pairs[name.encode()] = message.translation.encode()
    names = sorted(pairs)
    head = struct.pack("<7I", 0x950412DE, 0, len(names), 28, 28 + 8 * len(names), 0, 0)
    at = 28 + 16 * len(names)
    tables: list[bytes] = []
    bodies = b""
    for texts in (names, [pairs[name] for name in names]):
        rows = b""
        for text in texts:
            rows += struct.pack("<2I", len(text), at + len(bodies))
            bodies += text + b"\0"
        tables.append(rows)
    return head + b"".join(tables) + bodies


def problems() -> list[str]:
    """Return what is wrong with the catalogue: missing, fuzzy, gone or broken strings."""
    wanted, held = collect(), read_po(CATALOGUE.read_text("utf-8"))
    told = [
        f"missing: {key[1]!r}" for key in wanted if not held.get(key, Message("", "")).translation
    ]
    told += [f"fuzzy: {one.text!r}" for one in held.values() if one.is_fuzzy]
    told += [f"in no source: {key[1]!r}" for key in held if key not in wanted]
    told += [
        f"placeholders differ: {one.text!r}"
        for one in held.values()
        if one.translation and _holes(one.plural or one.text) != _holes(one.translation)
    ]
    if CATALOGUE.with_suffix(".mo").read_bytes() != compile_mo(held):
        told.append("django.mo is stale: run python tools/messages.py")
    return told


def main() -> int:
    """Rewrite or check the catalogue."""
    if "--check" in sys.argv:
        told = problems()
        sys.stderr.write("".join(f"{line}\n" for line in told))
        return 1 if told else 0
    held = read_po(CATALOGUE.read_text("utf-8")) if CATALOGUE.exists() else {}
    for path in sys.argv[1:]:
        held |= {k: m for k, m in read_po(Path(path).read_text("utf-8")).items() if m.translation}
    wanted = collect()
    for key, message in wanted.items():
        message.translation = held[key].translation if key in held else ""
    CATALOGUE.write_text(write_po(wanted), "utf-8")
    CATALOGUE.with_suffix(".mo").write_bytes(compile_mo(wanted))
    missing = [message.text for message in wanted.values() if not message.translation]
    sys.stderr.write(f"{len(wanted)} strings, {len(missing)} without a translation\n")
    return 0


def _take(found: dict[Key, Message], path: Path, messages: Iterator[Message]) -> None:
    for message in messages:
        held = found.setdefault(message.key, message)
        held.plural = held.plural or message.plural
        held.files.add(str(path.relative_to(SOURCE)))


def _from_python(tree: ast.Module) -> Iterator[Message]:
    names = _names_of(tree)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        function = names.get(node.func.id)
        texts = [arg.value for arg in node.args if isinstance(arg, ast.Constant)]
        if not function or not texts or not isinstance(texts[0], str):
            continue
        if function in _SIMPLE:
            yield Message("", texts[0])
        elif function in _PLURAL:
            yield Message("", texts[0], str(texts[1]))
        else:
            yield Message(texts[0], str(texts[1]))


def _names_of(tree: ast.Module) -> dict[str, str]:
    known = _SIMPLE | _PLURAL | _CONTEXT
    return {
        alias.asname or alias.name: alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
        if alias.name in known
    }


def _from_template(text: str) -> Iterator[Message]:
    quoted = r"""u?((?:'(?:[^'\\]|\\.)*')|(?:"(?:[^"\\]|\\.)*"))"""
    plural = re.compile(rf"\bngettext\({quoted},\s*{quoted}")
    context = re.compile(rf"\bpgettext\({quoted},\s*{quoted}")
    simple = re.compile(rf"(?<![a-z])(?:gettext|_)\(\s*{quoted}\s*\)")
    for match in plural.finditer(text):
        yield Message("", ast.literal_eval(match[1]), ast.literal_eval(match[2]))
    for match in context.finditer(text):
        yield Message(ast.literal_eval(match[1]), ast.literal_eval(match[2]))
    for match in simple.finditer(text):
        yield Message("", ast.literal_eval(match[1]))


def _holes(text: str) -> set[str]:
    return set(re.findall(r"%\(\w+\)[a-z]", text))


def _escape(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _unescape(text: str) -> str:
    return re.sub(r"\\(.)", lambda match: "\n" if match[1] == "n" else match[1], text)


if not settings.configured and __name__ == "__main__":
    settings.configure(USE_I18N=False)
    django.setup()

if __name__ == "__main__":
    sys.exit(main())
