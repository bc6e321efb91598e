// Which days count: between the grammar's windows and what people choose.
import { number } from "./builder_values.js";

export const fromWindow = (window = {}) => {
  const blank = { kind: "ever", days: 90, from: "", to: "", first: "", last: "", festival: "shopping_festival", before: 0, after: 0, back: 1 };
  if (window.last_days) return { ...blank, kind: "last", days: window.last_days };
  if (window.from_days_ago !== undefined || window.to_days_ago !== undefined) {
    return { ...blank, kind: "ago", first: window.from_days_ago ?? "", last: window.to_days_ago ?? 0 };
  }
  if (window.festival) {
    const { code, days_before: before = 0, days_after: after = 0, back = 1 } = window.festival;
    return { ...blank, kind: "festival", festival: code, before, after, back };
  }
  const from = window.from ?? "";
  const to = window.to ?? "";
  return { ...blank, kind: from || to ? "between" : "ever", from, to };
};

const asNumber = (value) => number(value === "" ? 0 : value);
export const toWindow = (window) => {
  if (window.kind === "last") return { last_days: number(window.days) };
  if (window.kind === "ago") return { ...(window.first !== "" && { from_days_ago: number(window.first) }), to_days_ago: asNumber(window.last) };
  if (window.kind === "festival") {
    return { festival: { code: window.festival, back: asNumber(window.back), days_before: asNumber(window.before), days_after: asNumber(window.after) } };
  }
  if (window.kind === "ever") return undefined;
  return { ...(window.from && { from: window.from }), ...(window.to && { to: window.to }) };
};
