// The controls of one condition: which field, how it is compared, with what.
import { icon } from "./dom.js";
import { make } from "./builder_dom.js";
import { AMOUNT } from "./builder_values.js";
import { among, combo } from "./combo.js";

const isEmpty = (op) => op === "exists" || op === "not_exists";
export const isList = (op) => op === "in" || op === "not_in";

export const choose = (builder, node, key, options, label, path, done = () => {}) =>
  make("select", {
    class: "select small", "aria-label": label, "data-path": `${path}.${key}`,
    on: { change: (event) => builder.change(() => { node[key] = event.target.value; done(); }) },
  }, ...options.map(([value, title]) => make("option", { value, selected: value === String(node[key]) }, title)),
  options.some(([value]) => value === String(node[key])) ? undefined : make("option", { value: node[key], selected: true }, String(node[key])));

const type = (builder, value, set, label, path, attrs = {}) =>
  make("input", {
    class: "input small", "aria-label": label, value: value ?? "", type: "text", autocomplete: "off", "data-path": path, ...attrs,
    on: { change: (event) => builder.change(() => set(event.target.value.trim())) },
  });

export const typeKey = (builder, node, key, label, path, attrs) =>
  type(builder, node[key], (value) => { node[key] = value; }, label, `${path}.${key}`, attrs);

export const opsOf = (builder, node) => {
  const { ops, measure_ops: measureOps } = builder.words;
  return node.is === "event" ? measureOps[node.measure] : ops[builder.grammar.kindOf(node)];
};

// After another field or measure: keep the comparison if it still makes sense, and the value's shape with it.
export const repair = (builder, node) => {
  const allowed = opsOf(builder, node);
  if (!allowed.includes(node.op)) node.op = allowed.includes("eq") ? "eq" : allowed[0];
  const kind = builder.grammar.kindOf(node);
  if (isList(node.op)) node.value = [node.value].flat().filter((one) => one !== "");
  else if (node.op === "between") node.value = Array.isArray(node.value) && node.value.length === 2 ? node.value : ["", ""];
  else if (Array.isArray(node.value)) node.value = node.value[0] ?? "";
  if (kind === "flag") node.value = node.value !== "false" && node.value !== false;
};

const spoken = (builder, field, value) => builder.words.names[`${field}:${value}`] ?? String(value);

const suggestions = (builder, node, event) => async (_folded, text) => {
  const found = await builder.found({ what: "values", origin: node.is === "profile" ? "profile" : "event", field: node.field, event, text });
  return (found ?? []).map((one) => ({ value: one.value, title: spoken(builder, node.field, one.value), note: one.note }));
};

const tokens = (builder, node, event, path) => {
  const values = [node.value].flat().filter((one) => one !== "");
  const add = (value) => builder.change(() => {
    const typed = String(value).split(/[,，;；\n]/).map((one) => one.trim()).filter(Boolean);
    node.value = [...new Set([...values.map(String), ...typed])];
  });
  return make("span", { class: "tokens" },
    ...values.map((value, at) => make("span", { class: "chip" }, spoken(builder, node.field, value), make("button", {
      type: "button", class: "chip-x", "aria-label": `${builder.words.remove}: ${spoken(builder, node.field, value)}`,
      on: { click: () => builder.change(() => { node.value = values.filter((_, index) => index !== at); }) },
    }, icon("x")))),
    combo({ value: "", label: builder.words.values, find: suggestions(builder, node, event), pick: add, isFree: true, path: `${path}.value`, placeholder: builder.words.add_value }));
};

const between = (builder, node, path, attrs) => {
  const ends = Array.isArray(node.value) ? node.value : [node.value, ""];
  const end = (at, label) => type(builder, ends[at], (value) => {
    const both = [...ends];
    both[at] = value;
    node.value = both;
  }, label, `${path}.value.${at}`, attrs);
  return make("span", { class: "row" }, end(0, builder.words.from), builder.words.and_word, end(1, builder.words.to));
};

export const valueField = (builder, node, event, path) => {
  const { words, grammar } = builder;
  if (isEmpty(node.op)) return undefined;
  if (["within_last", "within_next", "before_last", "after_next"].includes(node.op)) {
    return make("span", { class: "row" }, typeKey(builder, node, "value", words.value, path, { inputmode: "numeric", class: "input small number" }), words.days);
  }
  const kind = grammar.kindOf(node);
  if (kind === "flag") return choose(builder, node, "value", [["true", words.yes], ["false", words.no]], words.value, path);
  const attrs = kind === "day" ? { type: "date" } : { inputmode: "decimal", class: "input small number" };
  if (node.op === "between") return between(builder, node, path, attrs);
  if (isList(node.op)) return tokens(builder, node, event, path);
  const isAmount = node.field === AMOUNT || node.is === "event";
  const isFigure = kind === "day" || isAmount || (kind === "number" && node.is === "where") || ["gt", "gte", "lt", "lte"].includes(node.op);
  if (isFigure) return typeKey(builder, node, "value", words.value, path, attrs);
  return combo({
    value: String(node.value), title: node.value === "" ? "" : spoken(builder, node.field, node.value), label: words.value,
    find: suggestions(builder, node, event), isFree: true, path: `${path}.value`, placeholder: words.value,
    pick: (value) => builder.change(() => { node.value = value; }),
  });
};

const TAG_VALUES = "tag_values.";
const ownPrefix = (field, prefix) => (field.startsWith(TAG_VALUES) ? TAG_VALUES : prefix);

const titleOf = (builder, fields, prefix, field) => {
  if (fields[field]) return fields[field].title;
  const own = ownPrefix(field, prefix);
  return field.startsWith(own) ? field.slice(own.length) : field;
};

/* A field of the customer, or of an event: what every customer has, then the keys met in the data, then any other by name. */
export const fieldChoice = (builder, node, key, { fields, prefix, event, path, onlyNumbers = false, holder, label, taken, none }) => {
  const { words } = builder;
  const known = Object.entries(fields).map(([value, field]) => ({ value, title: field.title, group: prefix === "traits." ? words.group_profile : words.group_event }));
  const find = async (folded, text) => {
    const keys = await builder.found({ what: "keys", origin: prefix === "traits." ? "profile" : "event", event: event ?? "" });
    const met = (keys ?? []).filter((one) => !onlyNumbers || one.kind === "number").map((one) => {
      words.found_kinds[one.name] ??= one.kind;
      const own = ownPrefix(one.name, prefix);
      const groups = { [TAG_VALUES]: words.group_tag_values, "traits.": words.group_traits };
      return { value: one.name, title: one.name.slice(own.length), note: one.note, group: groups[own] ?? words.group_properties };
    });
    const shown = among([...known, ...met])(folded);
    if (text && !shown.length && !none) shown.push({ value: prefix + text, title: text, group: prefix === "traits." ? words.group_traits : words.group_properties, note: words.not_met });
    return shown;
  };
  return combo({
    value: node[key], title: node[key] ? titleOf(builder, fields, prefix, node[key]) : "", label: label ?? words.field, find, path: `${path}.${key}`, placeholder: label ?? words.field, none,
    pick: (value) => builder.change(() => {
      if (taken) {
        taken(value);
        return;
      }
      node[key] = value;
      if (key === "field" && node.op) node.value = "";
      if (node.op) repair(builder, node);
      if (value === AMOUNT) builder.nameCurrency(holder);
    }),
  });
};
