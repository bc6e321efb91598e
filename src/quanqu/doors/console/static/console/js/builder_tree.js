// Between the grammar of audiences and the tree people edit: a group holds all, any or none.
// In the tree amounts are in major units and lists are arrays; the grammar has minor units.
export const AMOUNT = "revenue_minor";
export const newGroup = (join = "and") => ({ is: "group", join, nodes: [] });
export const newProfile = () => ({ is: "profile", field: "", op: "eq", value: "" });
export const newEvent = (event = "Order Completed") => ({
  is: "event", event, measure: "count", of: "", op: "gte", value: 1, currency: "",
  where: [], window: { kind: "last", days: 90, from: "", to: "" },
});

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
    return this.fromEvent(node);
  }

  fromEvent(node) {
    const where = node.where ?? [];
    const hasAmount = node.of === AMOUNT || where.some((one) => one.field === AMOUNT);
    const named = hasAmount ? where.find((one) => one.field === "currency" && (one.op ?? "eq") === "eq") : undefined;
    const digits = this.digits(named?.value);
    const shown = (field, value) => (field === AMOUNT && named ? each(value, (one) => asMajor(one, digits)) : value);
    return {
      is: "event", event: node.event, measure: node.measure ?? "count", of: node.of ?? "", op: node.op ?? "gte",
      value: shown(node.measure === "sum" ? node.of : "", node.value ?? 1), currency: named?.value ?? "",
      window: fromWindow(node.window),
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
    return node.is === "profile" ? { kind: "profile", ...this.toRule(node, "") } : this.toEvent(node);
  }

  toEvent(node) {
    const isSum = node.measure === "sum";
    const amount = isSum && node.of === AMOUNT ? node.currency : "";
    const where = node.where.map((one) => this.toRule(one, one.field === AMOUNT ? node.currency : ""));
    if (usesAmount(node) && node.currency) where.push({ field: "currency", op: "eq", value: node.currency });
    const window = toWindow(node.window);
    return {
      kind: "event", event: node.event, measure: node.measure, op: node.op,
      value: this.toValue(node, amount), ...(isSum && { of: node.of || null }), ...(window && { window }), where,
    };
  }

  toRule(node, currency) {
    const value = this.toValue(node, currency);
    return { field: node.field, op: node.op, ...(value !== undefined && { value }) };
  }

  toValue(node, currency) {
    const { op, value } = node;
    if (op === "exists" || op === "not_exists") return undefined;
    if (op === "within_last") return number(value);
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
  if (node.is !== "event") return gapsOfRule(node);
  const window = node.window.kind === "last" && isBlank(node.window.days) ? ["days"] : [];
  return [...(node.event ? [] : ["event"]), ...(node.measure === "sum" && !node.of ? ["of"] : []), ...(isBlank(node.value) ? ["value"] : []),
    ...window, ...node.where.flatMap(gapsOfRule)];
};
export const hasGap = (node) => (node.is === "group" ? node.nodes.some(hasGap) : gapsOf(node).length > 0);

export const usesAmount = (node) => (node.measure === "sum" && node.of === AMOUNT) || node.where.some((one) => one.field === AMOUNT);

const fromWindow = (window = {}) => {
  if (window.last_days) return { kind: "last", days: window.last_days, from: "", to: "" };
  const from = window.from ?? "";
  const to = window.to ?? "";
  return { kind: from || to ? "between" : "ever", days: 90, from, to };
};

const toWindow = (window) => {
  if (window.kind === "last") return { last_days: number(window.days) };
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
