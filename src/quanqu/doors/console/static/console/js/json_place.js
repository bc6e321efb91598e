// Where a text stops being JSON (RFC 8259): browsers tell it in their own words, or not at all.
const TOKEN = /([{}[\],:])|("(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")|(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)/y;
const BLANK = /[ \t\n\r]*/y;
const CLOSES = { "}": "{", "]": "[" };

// What may come next: a value, a key, a colon, what follows a value, nothing; the first of a list or object may be its end.
const step = (wants, token, open) => {
  const after = () => (open.length ? "more" : "nothing");
  if (token in CLOSES) {
    const isRight = open.at(-1) === CLOSES[token] && (wants === "more" || (wants === "first value" && token === "]") || (wants === "first key" && token === "}"));
    if (!isRight) return undefined;
    open.pop();
    return after();
  }
  if (wants.endsWith("key")) return token === "text" ? "colon" : undefined;
  if (wants === "colon") return token === ":" ? "value" : undefined;
  if (wants === "more") return token === "," ? (open.at(-1) === "{" ? "key" : "value") : undefined;
  if (wants === "nothing" || token === "," || token === ":") return undefined;
  if (token !== "{" && token !== "[") return after();
  open.push(token);
  return token === "{" ? "first key" : "first value";
};

export const placeOfFault = (text) => {
  const open = [];
  let wants = "value";
  let at = 0;
  while (wants) {
    BLANK.lastIndex = at;
    at += BLANK.exec(text)[0].length;
    TOKEN.lastIndex = at;
    const found = TOKEN.exec(text);
    wants = found ? step(wants, found[1] ?? (found[2] ? "text" : "value"), open) : undefined;
    if (wants) at = TOKEN.lastIndex;
  }
  const before = text.slice(0, at).split("\n");
  return { line: before.length, column: before.at(-1).length + 1 };
};
