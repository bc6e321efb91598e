// What every box of the canvas has: its frame, its menu, what is wrong with it; windows and conditions.
import { icon } from "./dom.js";
import { make } from "./builder_dom.js";
import { choose, fieldChoice, opsOf, repair, typeKey, valueField } from "./builder_fields.js";
import { gapsOf } from "./builder_gaps.js";
import { newGroup } from "./builder_tree.js";
import { AMOUNT } from "./builder_values.js";

export const FIGURE = { inputmode: "numeric", class: "input small number" };
const copy = (node) => JSON.parse(JSON.stringify(node));

export const button = (text, iconName, work, extra = "") =>
  make("button", { type: "button", class: `btn small ${extra}`, on: { click: work } }, icon(iconName), text);

export const cross = (label, work) => make("button", {
  type: "button", class: "btn quiet icon-only small ends", "aria-label": label, title: label, on: { click: work },
}, icon("x"));

export const comparison = (builder, node, path) =>
  choose(builder, node, "op", opsOf(builder, node).map((op) => [op, builder.words.op_titles[op]]), builder.words.comparison, path, () => repair(builder, node));

// What is wrong with a condition, from the server; what is only not filled in yet is said without alarm.
const problemsAt = (builder, node, path) => [
  ...builder.problems.filter((one) => one.path === path || one.path.startsWith(`${path}.`))
    .map((one) => make("p", { class: "error", "data-problem": one.path }, icon("circle-alert"), one.text)),
  ...[...new Set(gapsOf(node))].map((gap) => make("p", { class: "hint" }, builder.words.gaps[gap])),
];

/* What can be done with a condition or a group: the menu at its end.  The focus goes along. */
export const actions = (builder, node, { siblings, at, trail, outer }) => {
  const { words } = builder;
  const above = trail.slice(0, -1);
  const menuAt = (next) => `[data-menu="${next.join(".")}"]`;
  const item = (title, iconName, work, { isOff = false, to = trail } = {}) =>
    make("button", { type: "button", class: "menu-item", disabled: isOff, on: { click: () => builder.change(work, menuAt(to)) } }, icon(iconName), title);
  const swap = (step) => () => siblings.splice(at + step, 0, ...siblings.splice(at, 1));
  const isAlone = node.is === "group" && node.join === "not" && node.nodes.length === 1;
  const negate = () => siblings.splice(at, 1, isAlone ? node.nodes[0] : { ...newGroup("not"), nodes: [node] });
  const leave = () => {
    siblings.splice(at, 1);
    outer.siblings.splice(outer.at + (siblings.length ? 1 : 0), siblings.length ? 0 : 1, node);
  };
  const left = () => [...above.slice(0, -1), outer.at + (siblings.length > 1 ? 1 : 0)];
  const menu = make("details", { class: "menu" },
    make("summary", { class: "btn quiet icon-only small", "aria-label": words.more, title: words.more, "data-menu": trail.join(".") }, icon("ellipsis")),
    make("div", { class: "menu-panel right" },
      item(words.duplicate, "copy", () => siblings.splice(at + 1, 0, copy(node)), { to: [...above, at + 1] }),
      item(words.up, "arrow-up", swap(-1), { isOff: at === 0, to: [...above, at - 1] }),
      item(words.down, "arrow-down", swap(1), { isOff: at === siblings.length - 1, to: [...above, at + 1] }),
      item(isAlone ? words.affirm : words.negate, "ban", negate),
      item(words.enclose, "layers", () => siblings.splice(at, 1, { ...newGroup("or"), nodes: [node] })),
      outer ? item(words.leave, "log-out", leave, { to: left() }) : undefined));
  const remove = make("button", {
    type: "button", class: "btn quiet icon-only small", "aria-label": words.remove, title: words.remove,
    on: { click: () => builder.change(() => siblings.splice(at, 1), `[data-group="${above.join(".")}"] select`) },
  }, icon("x"));
  return make("span", { class: "ends" }, menu, remove);
};

/* The frame of a condition: its controls, what is wrong, and with `says` the rule in words below. */
export const box = (builder, node, spot, { title, says = false }, head, ...lines) => {
  const errors = problemsAt(builder, node, spot.path);
  const sentence = builder.sentenceOf(node);
  const isWrong = errors.some((one) => one.dataset.problem);
  const element = make("div", { class: `condition${isWrong ? " wrong" : ""}`, role: "group", "aria-label": sentence || title, "data-trail": spot.trail.join(".") },
    make("div", { class: "line" }, ...head, actions(builder, node, spot)), ...lines,
    says ? make("p", { class: "hint says", "data-says": true }, sentence) : undefined, ...errors);
  builder.boxes.push({ element, node, title });
  return element;
};

/* Which days count; `others` are further choices that come first. */
export const windowField = (builder, window, below, others = []) => {
  const { words } = builder;
  const figure = (key, place, label) => typeKey(builder, window, key, label, below, { ...FIGURE, "data-path": `${below}.${place}` });
  const day = (key, label) => typeKey(builder, window, key, label, below, { type: "date" });
  const parts = [choose(builder, window, "kind", [...others, ...words.windows], words.when, below)];
  if (window.kind === "last") parts.push(figure("days", "last_days", words.days), words.days);
  if (window.kind === "between") parts.push(day("from", words.from), words.and_word, day("to", words.to));
  if (window.kind === "ago") parts.push(figure("first", "from_days_ago", words.from), words.to_word, figure("last", "to_days_ago", words.to), words.days_ago);
  if (window.kind === "festival") {
    const backs = words.backs.map((title, at) => [String(at + 1), title]);
    parts.push(choose(builder, window, "back", backs, words.which_time, `${below}.festival`),
      choose(builder, window, "festival", words.festivals, words.festival, below),
      figure("before", "festival.days_before", words.days_before), words.days_before,
      figure("after", "festival.days_after", words.days_after), words.days_after);
  }
  return make("span", { class: "row wrap" }, ...parts);
};

export const currencyField = (builder, node, path) =>
  choose(builder, node, "currency", Object.keys(builder.words.currencies).map((code) => [code, code]), builder.words.currency, path);

/* The conditions on one event, and what adds another. */
export const whereLines = (builder, node, path) => [
  ...node.where.map((one, at) => {
    const below = `${path}.where[${at}]`;
    return make("div", { class: "line where" }, make("span", { class: "muted" }, at ? builder.words.and_word : builder.words.where),
      fieldChoice(builder, one, "field", { fields: builder.words.event_fields, prefix: "properties.", event: node.event, path: below, holder: node }),
      one.field ? comparison(builder, one, below) : undefined, one.field ? valueField(builder, one, node.event, below) : undefined,
      one.field === AMOUNT ? currencyField(builder, node, below) : undefined,
      cross(builder.words.remove, () => builder.change(() => node.where.splice(at, 1))));
  }),
];

export const addWhere = (builder, node) =>
  button(builder.words.add_where, "filter", () => builder.change(() => node.where.push({ is: "where", field: "", op: "eq", value: "" })), "quiet");
