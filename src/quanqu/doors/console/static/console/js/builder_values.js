// Values as people write them: numbers, amounts in major units, what is left empty.
export const AMOUNT = "revenue_minor";

// Measures of a property; amounts of money among them are in one currency and in major units.
export const OF_SOMETHING = ["sum", "average", "min", "max", "distinct"];
export const isOf = (node) => OF_SOMETHING.includes(node.measure);
export const isMoney = (node) => isOf(node) && node.measure !== "distinct" && node.of === AMOUNT;

export const asMajor = (value, digits) => (typeof value === "number" ? (value / 10 ** digits).toFixed(digits) : value);
export const number = (text) => (text === "" || typeof text === "boolean" || Number.isNaN(Number(text)) ? text : Number(text));
export const asMinor = (value, digits) => {
  const found = number(value);
  return typeof found === "number" ? Math.round(found * 10 ** digits) : found;
};
export const each = (value, work) => (Array.isArray(value) ? value.map(work) : work(value));

// Rates are 0–1 in the grammar and percentages here; one turns back into the other exactly.
export const asPercent = (rate) => (typeof rate === "number" ? Number((rate * 100).toFixed(10)) : rate);
export const asRate = (text) => {
  const found = number(text);
  return typeof found === "number" ? Number((found / 100).toFixed(12)) : found;
};

export const isBlank = (value) => (Array.isArray(value) ? !value.length || value.some((one) => one === "") : value === "" || value === undefined);
