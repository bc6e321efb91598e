// The builder's canvas as elements: groups, conditions on the profile, conditions on events.
import { icon } from "./dom.js";
import { make } from "./builder_dom.js";
import { choose, fieldChoice, opsOf, repair, typeKey, valueField } from "./builder_fields.js";
import { gapsOf, isMoney, newEvent, newGroup, newProfile, OF_SOMETHING, pathOf } from "./builder_tree.js";
import { among, combo } from "./combo.js";

const DEEPEST = 5;
const copy = (node) => JSON.parse(JSON.stringify(node));

const button = (text, iconName, work, extra = "") =>
  make("button", { type: "button", class: `btn small ${extra}`, on: { click: work } }, icon(iconName), text);

const comparison = (builder, node, path) =>
  choose(builder, node, "op", opsOf(builder, node).map((op) => [op, builder.words.op_titles[op]]), builder.words.comparison, path, () => repair(builder, node));

// What is wrong with a condition, from the server; what is only not filled in yet is said without alarm.
const problemsAt = (builder, node, path) => [
  ...builder.problems.filter((one) => one.path === path || one.path.startsWith(`${path}.`))
    .map((one) => make("p", { class: "error", "data-problem": one.path }, icon("circle-alert"), one.text)),
  ...[...new Set(gapsOf(node))].map((gap) => make("p", { class: "hint" }, builder.words.gaps[gap])),
];

/* What can be done with a condition or a group: the menu at its end. */
const actions = (builder, siblings, at) => {
  const { words } = builder;
  const item = (title, iconName, work, isOff = false) =>
    make("button", { type: "button", class: "menu-item", disabled: isOff, on: { click: () => builder.change(work) } }, icon(iconName), title);
  const swap = (step) => () => siblings.splice(at + step, 0, ...siblings.splice(at, 1));
  const menu = make("details", { class: "menu" },
    make("summary", { class: "btn quiet icon-only small", "aria-label": words.more, title: words.more }, icon("ellipsis")),
    make("div", { class: "menu-panel right" },
      item(words.duplicate, "copy", () => siblings.splice(at + 1, 0, copy(siblings[at]))),
      item(words.up, "arrow-up", swap(-1), at === 0), item(words.down, "arrow-down", swap(1), at === siblings.length - 1),
      item(words.enclose, "layers", () => siblings.splice(at, 1, { ...newGroup("or"), nodes: [siblings[at]] }))));
  const remove = make("button", {
    type: "button", class: "btn quiet icon-only small", "aria-label": words.remove, title: words.remove,
    on: { click: () => builder.change(() => siblings.splice(at, 1)) },
  }, icon("x"));
  return make("span", { class: "ends" }, menu, remove);
};

const profileBox = (builder, node, parent, at, path) => {
  const errors = problemsAt(builder, node, path);
  return make("div", { class: `condition${errors.some((one) => one.dataset.problem) ? " wrong" : ""}`, role: "group", "aria-label": builder.words.add_profile },
    make("div", { class: "line" }, icon("user"),
      fieldChoice(builder, node, "field", { fields: builder.words.fields, prefix: "traits.", path }),
      node.field ? comparison(builder, node, path) : undefined,
      node.field ? valueField(builder, node, "", path) : undefined, actions(builder, parent, at)), ...errors);
};

const windowField = (builder, node, path) => {
  const { words } = builder;
  const window = node.window;
  const below = `${path}.window`;
  const parts = [choose(builder, window, "kind", words.windows, words.when, below)];
  if (window.kind === "last") parts.push(typeKey(builder, window, "days", words.days, below, { inputmode: "numeric", class: "input small number" }), words.days);
  if (window.kind === "between") {
    parts.push(typeKey(builder, window, "from", words.from, below, { type: "date" }), words.and_word, typeKey(builder, window, "to", words.to, below, { type: "date" }));
  }
  const count = (key, label) => typeKey(builder, window, key, label, below, { inputmode: "numeric", class: "input small number" });
  if (window.kind === "ago") parts.push(count("first", words.from), words.to_word, count("last", words.to), words.days_ago);
  if (window.kind === "festival") {
    parts.push(choose(builder, window, "festival", words.festivals, words.festival, below),
      count("before", words.days_before), words.days_before, count("after", words.days_after), words.days_after);
  }
  return make("span", { class: "row wrap" }, ...parts);
};

const currencyField = (builder, node, path) =>
  choose(builder, node, "currency", Object.keys(builder.words.currencies).map((code) => [code, code]), builder.words.currency, path);

const whereBox = (builder, node, path) => (one, at) => {
  const below = `${path}.where[${at}]`;
  one.is = "where";
  return make("div", { class: "line where" }, make("span", { class: "muted" }, at ? builder.words.and_word : builder.words.where),
    fieldChoice(builder, one, "field", { fields: builder.words.event_fields, prefix: "properties.", event: node.event, path: below }),
    one.field ? comparison(builder, one, below) : undefined, one.field ? valueField(builder, one, node.event, below) : undefined,
    one.field === "revenue_minor" ? currencyField(builder, node, below) : undefined,
    make("button", {
      type: "button", class: "btn quiet icon-only small ends", "aria-label": builder.words.remove, title: builder.words.remove,
      on: { click: () => builder.change(() => node.where.splice(at, 1)) },
    }, icon("x")));
};

const measured = (builder, node, path) => {
  const { words } = builder;
  const changed = () => {
    node.of = OF_SOMETHING.includes(node.measure) ? node.of || (node.measure === "distinct" ? "product_ref" : "revenue_minor") : "";
    node.value = words.measure_kinds[node.measure] === "day" ? "" : node.value;
    repair(builder, node);
    builder.nameCurrency(node);
  };
  const isAny = node.measure === "distinct";
  const of = OF_SOMETHING.includes(node.measure)
    ? [fieldChoice(builder, node, "of", { fields: isAny ? words.event_fields : words.sum_fields, prefix: "properties.", event: node.event, path, onlyNumbers: !isAny }), words.of_word] : [];
  return [choose(builder, node, "measure", words.measures, words.measure, path, changed), ...of];
};

const eventBox = (builder, node, parent, at, path) => {
  const { words } = builder;
  const errors = problemsAt(builder, node, path);
  const event = combo({
    value: node.event, title: words.names[`event:${node.event}`] ?? node.event, label: words.event, find: among(words.events), isFree: true,
    path: `${path}.event`, size: "wide", none: words.no_event, pick: (value) => builder.change(() => { node.event = value; }),
  });
  const isAmount = isMoney(node);
  return make("div", { class: `condition${errors.some((one) => one.dataset.problem) ? " wrong" : ""}`, role: "group", "aria-label": words.add_event },
    make("div", { class: "line" }, icon("activity"), ...measured(builder, node, path), event, comparison(builder, node, path),
      valueField(builder, node, node.event, path), isAmount ? currencyField(builder, node, path) : undefined,
      windowField(builder, node, path), actions(builder, parent, at)),
    ...node.where.map(whereBox(builder, node, path)),
    make("div", { class: "line where" }, button(words.add_where, "filter", () => builder.change(() => node.where.push({ is: "where", field: "", op: "eq", value: "" })), "quiet")),
    ...errors);
};

/* A rule that has no form of its own is edited as the grammar writes it. */
const ruleBox = (builder, node, parent, at, path) => {
  const { words } = builder;
  const errors = problemsAt(builder, node, path);
  const read = (event) => {
    try {
      const rule = JSON.parse(event.target.value);
      builder.change(() => { node.rule = rule; });
    } catch {
      event.target.setAttribute("aria-invalid", "true");
    }
  };
  return make("div", { class: `condition${errors.some((one) => one.dataset.problem) ? " wrong" : ""}`, role: "group", "aria-label": words.rule_titles[node.rule.kind] ?? words.add_rule },
    make("div", { class: "line" }, icon("file-text"), make("strong", {}, words.rule_titles[node.rule.kind] ?? words.add_rule), actions(builder, parent, at)),
    make("textarea", { class: "textarea", rows: 6, spellcheck: "false", "aria-label": words.rule_json, "data-path": path, on: { change: read } }, JSON.stringify(node.rule, null, 1)),
    ...errors);
};

const groupBox = (builder, node, trail, parent, at) => {
  const { words } = builder;
  const path = pathOf(builder.tree, trail);
  const children = node.nodes.flatMap((child, index) => {
    const below = [...trail, index];
    const joint = index ? [make("span", { class: "joint", "aria-hidden": "true" }, words.joints[node.join])] : [];
    if (child.is === "group") return [...joint, groupBox(builder, child, below, node.nodes, index)];
    const draw = { profile: profileBox, rule: ruleBox }[child.is] ?? eventBox;
    return [...joint, draw(builder, child, node.nodes, index, pathOf(builder.tree, below))];
  });
  const add = (made) => () => builder.change(() => node.nodes.push(made()));
  const own = node.nodes.length ? [] : [make("p", { class: "hint" }, words.empty_group)];
  return make("div", { class: `rule-group is-${node.join}`, role: "group", "aria-label": words.joins.find(([code]) => code === node.join)[1] },
    make("div", { class: "rule-head" }, choose(builder, node, "join", words.joins, words.join, path), parent ? actions(builder, parent, at) : undefined),
    make("div", { class: "children" }, ...children, ...own),
    make("div", { class: "btn-row mt-2" }, button(words.add_profile, "user", add(newProfile)), button(words.add_event, "activity", add(() => newEvent(words.events[0]?.value))),
      trail.length < DEEPEST ? button(words.add_group, "plus", add(() => newGroup("or"))) : undefined));
};

export const drawTree = (builder) => groupBox(builder, builder.tree, [], null, 0);
