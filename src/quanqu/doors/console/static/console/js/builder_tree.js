// Between the grammar of audiences and the tree people edit: a group holds all, any or none.
// In the tree amounts are in major units and lists are arrays; the grammar has minor units.
// A rule that is not changed is given back as it came, so that nothing is lost on the way.
import { fromRule, toRule } from "./builder_leaves.js";
import { AMOUNT, asMajor, asMinor, each, isMoney, isOf, number } from "./builder_values.js";
import { fromWindow, toWindow } from "./builder_windows.js";

export const newGroup = (join = "and") => ({ is: "group", join, nodes: [] });
export const newProfile = () => ({ is: "profile", field: "", op: "eq", value: "" });
export const newEvent = (event = "Order Completed") => ({
  is: "event", event, measure: "count", of: "", op: "gte", value: 1, currency: "",
  where: [], burst: "",
  window: fromWindow({ last_days: 90 }),
});

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

  // From the grammar.  A single rule stands in a bare group that is gone when nothing joins it.
  fromNode(node) {
    if (!node) return newGroup();
    const tree = this.inner(node);
    return tree.is === "group" ? tree : { ...newGroup(), isBare: true, nodes: [tree] };
  }

  inner(node) {
    if (node.kind === "and" || node.kind === "or") return { ...newGroup(node.kind), nodes: node.nodes.map((one) => this.inner(one)) };
    if (node.kind === "not") {
      const below = node.node;
      const isFlat = below.kind === "or" && below.nodes.length > 1;
      return { ...newGroup("not"), nodes: (isFlat ? below.nodes : [below]).map((one) => this.inner(one)) };
    }
    return { ...this.fromLeaf(node), origin: node };
  }

  fromLeaf(node) {
    if (node.kind === "profile") return { is: "profile", field: node.field, op: node.op, value: node.value ?? "" };
    return node.kind === "event" ? this.fromEvent(node) : fromRule(this, node);
  }

  fromEvent(node) {
    const digits = this.digits(this.currencyOf(node)?.value);
    const { where, currency } = this.fromHappening(node);
    const value = node.value ?? 1;
    return {
      is: "event", event: node.event, measure: node.measure ?? "count", of: node.of ?? "", op: node.op ?? "gte",
      value: isMoney(node) && currency ? each(value, (one) => asMajor(one, digits)) : value, currency,
      window: fromWindow(node.window), burst: node.within_any_days ?? "", where,
    };
  }

  // The condition that names the one currency of the amounts; none without amounts.
  currencyOf(node) {
    const where = node.where ?? [];
    const hasAmount = isMoney(node) || where.some((one) => one.field === AMOUNT);
    return hasAmount ? where.find((one) => one.field === "currency" && (one.op ?? "eq") === "eq") : undefined;
  }

  // An event with conditions, as a step of a sequence is too.
  fromHappening(node) {
    const named = this.currencyOf(node);
    const digits = this.digits(named?.value);
    const shown = (field, value) => (field === AMOUNT && named ? each(value, (one) => asMajor(one, digits)) : value);
    const where = (node.where ?? []).filter((one) => one !== named)
      .map((one) => ({ is: "where", field: one.field, op: one.op ?? "eq", value: shown(one.field, one.value ?? "") }));
    return { event: node.event, currency: named?.value ?? "", where };
  }

  // To the grammar.
  toMatch(tree) {
    const nodes = whole(tree.nodes);
    return isBare(tree) ? this.toNode(nodes[0]) : this.toNode(tree);
  }

  toNode(node) {
    if (node.is === "group") {
      const nodes = whole(node.nodes).map((one) => this.toNode(one));
      if (node.join === "not") return { kind: "not", node: nodes.length === 1 ? nodes[0] : { kind: "or", nodes } };
      return { kind: node.join, nodes };
    }
    return this.isAsItCame(node) ? node.origin : this.toLeaf(node);
  }

  isAsItCame(node) {
    if (!node.origin) return false;
    const { origin, ...now } = node;
    return JSON.stringify(now) === JSON.stringify(this.fromLeaf(origin));
  }

  toLeaf(node) {
    if (node.is === "profile") return { kind: "profile", ...this.toRule(node, "") };
    return node.is === "event" ? this.toEvent(node) : toRule(this, node);
  }

  toEvent(node) {
    const amount = isMoney(node) ? node.currency : "";
    const window = toWindow(node.window);
    return {
      kind: "event", ...this.toHappening(node), measure: node.measure, op: node.op,
      value: this.toValue(node, amount), ...(isOf(node) && { of: node.of || null }), ...(node.measure === "count" && node.burst !== "" && { within_any_days: number(node.burst) }), ...(window && { window }),
    };
  }

  toHappening(node) {
    const where = node.where.map((one) => this.toRule(one, one.field === AMOUNT ? node.currency : ""));
    if (usesAmount(node) && node.currency) where.push({ field: "currency", op: "eq", value: node.currency });
    return { event: node.event, ...(where.length && { where }) };
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

// The rules of a definition in reading order.
export const leavesOf = (node) => {
  if (node.kind === "not") return leavesOf(node.node);
  return node.kind === "and" || node.kind === "or" ? node.nodes.flatMap(leavesOf) : [node];
};

// A group without a condition in it says nothing and is left out.
export const isHollow = (node) => node.is === "group" && node.nodes.every(isHollow);
export const isBare = (tree) => tree.isBare === true && tree.join !== "not" && whole(tree.nodes).length === 1;
export const whole = (nodes) => nodes.filter((one) => !isHollow(one));

export const usesAmount = (node) => isMoney(node) || node.where.some((one) => one.field === AMOUNT);

// Where the grammar's JSON path of a node leads in the tree, so that problems stand beside it.
export const pathOf = (tree, trail) => {
  let path = "$.match";
  let at = tree;
  for (const [depth, index] of trail.entries()) {
    const place = whole(at.nodes.slice(0, index)).length;
    if (!depth && isBare(tree)) path += "";
    else if (at.join === "not") path += whole(at.nodes).length === 1 ? ".node" : `.node.nodes[${place}]`;
    else path += `.nodes[${place}]`;
    at = at.nodes[index];
  }
  return path;
};
