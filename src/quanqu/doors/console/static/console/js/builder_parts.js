// The builder's canvas as elements: groups, conditions on the profile, conditions on events.
import { icon } from "./dom.js";
import { make } from "./builder_dom.js";
import { actions, addWhere, box, button, comparison, currencyField, FIGURE, whereLines, windowField } from "./builder_bits.js";
import { choose, fieldChoice, repair, typeKey, valueField } from "./builder_fields.js";
import { newRule } from "./builder_leaves.js";
import { ruleBoxes } from "./builder_rules.js";
import { newEvent, newGroup, newProfile, pathOf } from "./builder_tree.js";
import { isMoney, OF_SOMETHING } from "./builder_values.js";
import { fromWindow } from "./builder_windows.js";
import { among, combo } from "./combo.js";

const DEEPEST = 5;

const profileBox = (builder, node, spot) => box(builder, node, spot, { title: builder.words.add_profile }, [
  icon("user"),
  fieldChoice(builder, node, "field", { fields: builder.words.fields, prefix: "traits.", path: spot.path }),
  node.field ? comparison(builder, node, spot.path) : undefined,
  node.field ? valueField(builder, node, "", spot.path) : undefined,
]);

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
    ? [fieldChoice(builder, node, "of", { fields: isAny ? words.event_fields : words.sum_fields, prefix: "properties.", event: node.event, path, onlyNumbers: !isAny, holder: node }), words.of_word] : [];
  return [choose(builder, node, "measure", words.measures, words.measure, path, changed), ...of];
};

/* A count that must be reached within days in a row, anywhere in the window. */
const burst = (builder, node, path) => {
  const { words } = builder;
  if (node.measure !== "count" || node.burst === "") return [];
  return [make("div", { class: "line where" }, make("span", { class: "muted" }, words.burst),
    typeKey(builder, node, "burst", words.burst, path, { ...FIGURE, "data-path": `${path}.within_any_days` }), words.burst_days,
    button(words.remove, "x", () => builder.change(() => { node.burst = ""; }), "quiet"))];
};

const eventBox = (builder, node, spot) => {
  const { words } = builder;
  const { path } = spot;
  const event = combo({
    value: node.event, title: words.names[`event:${node.event}`] ?? node.event, label: words.event, find: among(words.events), isFree: true,
    path: `${path}.event`, size: "wide", none: words.no_event, pick: (value) => builder.change(() => { node.event = value; }),
  });
  const canBurst = node.measure === "count" && node.op === "gte" && node.burst === "" && Number(node.value) >= 2;
  return box(builder, node, spot, { title: words.add_event }, [
    icon("activity"), ...measured(builder, node, path), event, comparison(builder, node, path),
    valueField(builder, node, node.event, path), isMoney(node) ? currencyField(builder, node, path) : undefined,
    windowField(builder, node.window, `${path}.window`),
  ], ...burst(builder, node, path), ...whereLines(builder, node, path),
  make("div", { class: "line where" }, addWhere(builder, node),
    canBurst ? button(words.add_burst, "clock", () => builder.change(() => { node.burst = 30; }), "quiet") : undefined));
};

const BOXES = { profile: profileBox, event: eventBox, ...ruleBoxes };

const aroundFestival = (builder) => ({
  ...newEvent(builder.words.events.some((one) => one.value === "Order Completed") ? "Order Completed" : builder.words.events[0]?.value),
  window: fromWindow({ festival: { code: "shopping_festival", days_before: 3, days_after: 3 } }),
});

/* Further conditions: one list, opened by a button, worked by keyboard. */
const otherConditions = (builder, add) => {
  const { words } = builder;
  const made = { ...newRule, festival: () => aroundFestival(builder) };
  return make("details", { class: "menu" },
    make("summary", { class: "btn small" }, icon("plus"), words.add_rule, icon("chevron-down")),
    make("div", { class: "menu-panel" }, ...words.rule_choices.map(([kind, iconName, title, text]) => make("button", {
      type: "button", class: "menu-item", on: { click: add(() => made[kind](builder)) },
    }, icon(iconName), make("span", {}, title, make("span", { class: "sub" }, text))))));
};

const groupBox = (builder, node, spot) => {
  const { words } = builder;
  const { path, trail } = spot;
  const children = node.nodes.flatMap((child, at) => {
    const below = [...trail, at];
    const joint = at ? [make("span", { class: "joint", "aria-hidden": "true" }, words.joints[node.join])] : [];
    const place = { siblings: node.nodes, at, trail: below, path: pathOf(builder.tree, below), outer: spot.siblings ? spot : undefined };
    return [...joint, (BOXES[child.is] ?? groupBox)(builder, child, place)];
  });
  const add = (begun) => () => builder.change(() => node.nodes.push(begun()), `[data-trail="${[...trail, node.nodes.length].join(".")}"] :is(input,select)`);
  const own = node.nodes.length ? [] : [make("p", { class: "hint" }, words.empty_group)];
  return make("div", { class: `rule-group is-${node.join}`, role: "group", "aria-label": words.joins.find(([code]) => code === node.join)[1], "data-group": trail.join("."), "data-trail": trail.join(".") },
    make("div", { class: "rule-head" }, choose(builder, node, "join", words.joins, words.join, path), spot.siblings ? actions(builder, node, spot) : undefined),
    make("div", { class: "children" }, ...children, ...own),
    make("div", { class: "btn-row mt-2" }, button(words.add_profile, "user", add(newProfile)), button(words.add_event, "activity", add(() => newEvent(words.events[0]?.value))),
      otherConditions(builder, add), trail.length < DEEPEST ? button(words.add_group, "plus", add(() => newGroup("or"))) : undefined));
};

export const drawTree = (builder) => groupBox(builder, builder.tree, { trail: [], path: "$.match" });
