// Between the grammar of audiences and the tree people edit: a group holds all, any or none.
// In the tree amounts are in major units and lists are arrays; the grammar has minor units.
export const AMOUNT = "revenue_minor";
export const newGroup = (join = "and") => ({ is: "group", join, nodes: [] });
export const newProfile = () => ({ is: "profile", field: "", op: "eq", value: "" });
export const newEvent = (event = "Order Completed") => ({
  is: "event", event, measure: "count", of: "", op: "gte", value: 1, currency: "",
  where: [], burst: "",
  window: fromWindow({ last_days: 90 }),
});

// Measures of a property; amounts of money among them are in one currency and in major units.
export const OF_SOMETHING = ["sum", "average", "min", "max", "distinct"];
const isOf = (node) => OF_SOMETHING.includes(node.measure);
export const isMoney = (node) => isOf(node) && node.measure !== "distinct" && node.of === AMOUNT;

const asMajor = (value, digits) => (typeof value === "number" ? (value / 10 ** digits).toFixed(digits) : value);
const number = (text) => (text === "" || typeof text === "boolean" || Number.isNaN(Number(text)) ? text : Number(text));
const asMinor = (value, digits) => {
  const found = number(value);
  return typeof found === "number" ? Math.round(found * 10 ** digits) : found;
};
const each = (value, work) => (Array.isArray(value) ? value.map(work) : work(value));

export class Grammar {
  constructor(words) {
    this.words = words;
  }

  digits(currency) {
    return this.words.currencies[currency] ?? 2;
  }

  kindOf(node) {
    const { fields, event_fields: eventFields, measure_kinds: measureKinds, found_kinds: found } = this.words;
    if (node.is === "event") return measureKinds[node.measure];
    const known = node.is === "profile" ? fields : eventFields;
    return known[node.field]?.kind ?? found[node.field] ?? "any";
  }

  // From the grammar.
  fromNode(node) {
    if (!node) return newGroup();
    const tree = this.inner(node);
    return tree.is === "group" ? tree : { ...newGroup(), nodes: [tree] };
  }

  inner(node) {
    if (node.kind === "and" || node.kind === "or") return { ...newGroup(node.kind), nodes: node.nodes.map((one) => this.inner(one)) };
    if (node.kind === "not") {
      const below = node.node;
      return { ...newGroup("not"), nodes: (below.kind === "or" ? below.nodes : [below]).map((one) => this.inner(one)) };
    }
    if (node.kind === "profile") return { is: "profile", field: node.field, op: node.op, value: node.value ?? "" };
    return node.kind === "event" ? this.fromEvent(node) : { is: "rule", rule: node };
  }

  fromEvent(node) {
    const where = node.where ?? [];
    const hasAmount = isMoney(node) || where.some((one) => one.field === AMOUNT);
    const named = hasAmount ? where.find((one) => one.field === "currency" && (one.op ?? "eq") === "eq") : undefined;
    const digits = this.digits(named?.value);
    const shown = (field, value) => (field === AMOUNT && named ? each(value, (one) => asMajor(one, digits)) : value);
    return {
      is: "event", event: node.event, measure: node.measure ?? "count", of: node.of ?? "", op: node.op ?? "gte",
      value: shown(isMoney(node) ? AMOUNT : "", node.value ?? 1), currency: named?.value ?? "",
      window: fromWindow(node.window), burst: node.within_any_days ?? "",
      where: where.filter((one) => one !== named)
        .map((one) => ({ is: "where", field: one.field, op: one.op ?? "eq", value: shown(one.field, one.value ?? "") })),
    };
  }

  // To the grammar.
  toNode(node) {
    if (node.is === "group") {
      const nodes = whole(node.nodes).map((one) => this.toNode(one));
      if (node.join === "not") return { kind: "not", node: nodes.length === 1 ? nodes[0] : { kind: "or", nodes } };
      return { kind: node.join, nodes };
    }
    if (node.is === "rule") return node.rule;
    return node.is === "profile" ? { kind: "profile", ...this.toRule(node, "") } : this.toEvent(node);
  }

  toEvent(node) {
    const amount = isMoney(node) ? node.currency : "";
    const where = node.where.map((one) => this.toRule(one, one.field === AMOUNT ? node.currency : ""));
    if (usesAmount(node) && node.currency) where.push({ field: "currency", op: "eq", value: node.currency });
    const window = toWindow(node.window);
    return {
      kind: "event", event: node.event, measure: node.measure, op: node.op,
      value: this.toValue(node, amount), ...(isOf(node) && { of: node.of || null }), ...(node.measure === "count" && node.burst && { within_any_days: number(node.burst) }), ...(window && { window }), where,
    };
  }

  toRule(node, currency) {
    const value = this.toValue(node, currency);
    return { field: node.field, op: node.op, ...(value !== undefined && { value }) };
  }

  toValue(node, currency) {
    const { op, value } = node;
    if (op === "exists" || op === "not_exists") return undefined;
    if (["within_last", "within_next", "before_last", "after_next"].includes(op)) return number(value);
    const kind = this.kindOf(node);
    const isOrder = ["gt", "gte", "lt", "lte", "between"].includes(op);
    const plain = kind === "number" || (kind === "any" && isOrder) ? number : (one) => one;
    const turned = currency ? (one) => asMinor(one, this.digits(currency)) : plain;
    if (op === "in" || op === "not_in" || op === "between") {
      return (Array.isArray(value) ? value : [value]).filter((one) => one !== "" || op === "between").map(turned);
    }
    return kind === "flag" ? value === true || value === "true" : turned(Array.isArray(value) ? value[0] ?? "" : value);
  }
}

// A group without a condition in it says nothing and is left out.
export const isHollow = (node) => node.is === "group" && node.nodes.every(isHollow);
const whole = (nodes) => nodes.filter((one) => !isHollow(one));

// What is not filled in yet, by the key of the control: nothing wrong, only not finished.
const isBlank = (value) => (Array.isArray(value) ? !value.length || value.some((one) => one === "") : value === "" || value === undefined);
const gapsOfRule = (node) => {
  if (!node.field) return ["field"];
  return !["exists", "not_exists"].includes(node.op) && isBlank(node.value) ? ["value"] : [];
};
export const gapsOf = (node) => {
  if (node.is === "rule") return [];
  if (node.is !== "event") return gapsOfRule(node);
  const window = node.window.kind === "last" && isBlank(node.window.days) ? ["days"] : [];
  return [...(node.event ? [] : ["event"]), ...(isOf(node) && !node.of ? ["of"] : []), ...(isBlank(node.value) ? ["value"] : []),
    ...window, ...node.where.flatMap(gapsOfRule)];
};
export const hasGap = (node) => (node.is === "group" ? node.nodes.some(hasGap) : gapsOf(node).length > 0);

export const usesAmount = (node) => isMoney(node) || node.where.some((one) => one.field === AMOUNT);

const fromWindow = (window = {}) => {
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
const toWindow = (window) => {
  if (window.kind === "last") return { last_days: number(window.days) };
  if (window.kind === "ago") return { ...(window.first !== "" && { from_days_ago: number(window.first) }), to_days_ago: asNumber(window.last) };
  if (window.kind === "festival") {
    return { festival: { code: window.festival, back: asNumber(window.back), days_before: asNumber(window.before), days_after: asNumber(window.after) } };
  }
  if (window.kind === "ever") return undefined;
  return { ...(window.from && { from: window.from }), ...(window.to && { to: window.to }) };
};

// Where the grammar's JSON path of a node leads in the tree, so that problems stand beside it.
export const pathOf = (tree, trail) => {
  let path = "$.match";
  let at = tree;
  for (const index of trail) {
    const place = whole(at.nodes.slice(0, index)).length;
    if (at.join === "not") path += whole(at.nodes).length === 1 ? ".node" : `.node.nodes[${place}]`;
    else path += `.nodes[${place}]`;
    at = at.nodes[index];
  }
  return path;
};
