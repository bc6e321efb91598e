// The newer conditions as small forms: events in order, audiences, birthdays, consent, places, ranks, shares.
import { icon } from "./dom.js";
import { make } from "./builder_dom.js";
import { addWhere, box, button, cross, FIGURE, whereLines, windowField } from "./builder_bits.js";
import { choose, fieldChoice, typeKey } from "./builder_fields.js";
import { newStep, NOW } from "./builder_leaves.js";
import { among, combo } from "./combo.js";

const MOST_STEPS = 5;
const MOST_SAME = 3;
const MOST_WITHOUT = 5;

const figure = (builder, node, key, label, path) => typeKey(builder, node, key, label, path, FIGURE);
const title = (text) => make("strong", {}, text);
const muted = (text) => make("span", { class: "muted" }, text);

const eventChoice = (builder, node, path) => combo({
  value: node.event, title: builder.words.names[`event:${node.event}`] ?? node.event, label: builder.words.event, find: among(builder.words.events), isFree: true,
  path: `${path}.event`, size: "wide", none: builder.words.no_event, placeholder: builder.words.event,
  pick: (value) => builder.change(() => { node.event = value; }),
});

// One of a known list; what is not in it any more is shown as it is written.
const choice = (builder, node, key, options, { label, path, none }) => combo({
  value: node[key], title: options.find((one) => one.value === node[key])?.title ?? node[key], label, find: among(options), size: "wide",
  path: `${path}.${key}`, placeholder: label, none, pick: (value) => builder.change(() => { node[key] = value; }),
});

const fieldTitle = (builder, field) => builder.words.event_fields[field]?.title ?? field.replace(/^properties\./, "");

/* "with the same product": the values that a step shares with the one before. */
const sameFields = (builder, step, path) => {
  const { words } = builder;
  const chips = step.same.map((field, at) => make("span", { class: "chip" }, fieldTitle(builder, field), make("button", {
    type: "button", class: "chip-x", "aria-label": `${words.remove}: ${fieldTitle(builder, field)}`,
    on: { click: () => builder.change(() => step.same.splice(at, 1)) },
  }, icon("x"))));
  const blank = { field: "" };
  const more = step.same.length < MOST_SAME
    ? fieldChoice(builder, blank, "field", { fields: words.event_fields, prefix: "properties.", event: step.event, path: `${path}.same`, label: words.same_field, taken: (field) => { if (!step.same.includes(field)) step.same.push(field); } }) : undefined;
  return make("div", { class: "line where" }, muted(words.same), make("span", { class: "tokens" }, ...chips, more));
};

const withoutLines = (builder, step, path) => step.without.flatMap((one, at) => {
  const below = `${path}.without[${at}]`;
  return [
    make("div", { class: "line where" }, muted(builder.words.without), eventChoice(builder, one, below), muted(builder.words.in_between), addWhere(builder, one),
      cross(builder.words.remove, () => builder.change(() => step.without.splice(at, 1)))),
    ...whereLines(builder, one, below),
  ];
});

const stepLines = (builder, node, path) => (step, at) => {
  const { words } = builder;
  const below = `${path}.steps[${at}]`;
  const within = at ? [make("span", { class: "row" }, muted(words.within), typeKey(builder, step, "number", words.within, `${below}.within`, { ...FIGURE, placeholder: words.any_time }),
    choose(builder, step, "unit", words.units, words.unit, `${below}.within`))] : [];
  const head = make("div", { class: "line" }, muted(at ? words.then : words.first_step), eventChoice(builder, step, below), ...within,
    node.steps.length > 2 ? cross(words.remove_step, () => builder.change(() => {
      node.steps.splice(at, 1);
      if (!at) Object.assign(node.steps[0], { number: "", same: [], without: [] });
    })) : undefined);
  const add = make("div", { class: "line where" }, addWhere(builder, step), ...(at ? [
    step.without.length < MOST_WITHOUT ? button(words.add_without, "ban", () => builder.change(() => step.without.push({ event: "", currency: "", where: [] }), `[data-path="${below}.without[${step.without.length}].event"]`), "quiet") : undefined,
    step.same.length || step.isSame ? undefined : button(words.add_same, "link", () => builder.change(() => { step.isSame = true; }), "quiet"),
  ] : []));
  return [head, ...whereLines(builder, step, below), ...withoutLines(builder, step, below), ...(at && (step.same.length || step.isSame) ? [sameFields(builder, step, below)] : []), add];
};

const sequenceBox = (builder, node, spot) => {
  const { words } = builder;
  return box(builder, node, spot, { title: words.rule_titles.sequence, says: true },
    [icon("list-checks"), title(words.rule_titles.sequence), windowField(builder, node.window, `${spot.path}.window`)],
    ...node.steps.map(stepLines(builder, node, spot.path)).flat(),
    node.steps.length < MOST_STEPS ? make("div", { class: "line where" }, button(words.add_step, "plus", () => builder.change(() => node.steps.push(newStep(""))), "quiet")) : undefined);
};

const audienceBox = (builder, node, spot) => {
  const { words } = builder;
  return box(builder, node, spot, { title: words.rule_titles.audience, says: true }, [
    icon("target"), muted(node.during.kind === NOW ? words.is_in : words.was_in),
    choice(builder, node, "audience", words.audiences, { label: words.audience, path: spot.path, none: words.no_audience }),
    windowField(builder, node.during, `${spot.path}.during`, [[NOW, words.now]]),
  ]);
};

const birthdayBox = (builder, node, spot) => {
  const { words } = builder;
  return box(builder, node, spot, { title: words.rule_titles.birthday, says: true }, [
    icon("cake"), muted(words.birthday_from), figure(builder, node, "from_days", words.from_days, spot.path),
    words.to_word, figure(builder, node, "to_days", words.to_days, spot.path), words.days,
  ]);
};

const consentBox = (builder, node, spot) => {
  const { words } = builder;
  const { path } = spot;
  const channels = words.consents[node.purpose] ?? [];
  const fit = () => {
    const codes = (words.consents[node.purpose] ?? []).map(([code]) => code);
    if (!codes.includes(node.channel)) [node.channel] = codes;
    if (!words.reaching.includes(node.channel)) node.is_reachable = false;
  };
  const reach = words.reaching.includes(node.channel) || node.is_reachable ? make("label", { class: "check" }, make("input", {
    type: "checkbox", checked: node.is_reachable, "data-path": `${path}.is_reachable`,
    on: { change: (event) => builder.change(() => { node.is_reachable = event.target.checked; }) },
  }), words.is_reachable) : undefined;
  return box(builder, node, spot, { title: words.rule_titles.consent, says: true }, [
    icon("shield-check"), muted(words.allows), choose(builder, node, "purpose", words.purposes, words.purpose, path, fit),
    muted(words.through), choose(builder, node, "channel", channels, words.channel, path, fit), reach,
  ]);
};

const nearBox = (builder, node, spot) => {
  const { words } = builder;
  const { path } = spot;
  const point = () => [figure(builder, node, "latitude", words.latitude, path), figure(builder, node, "longitude", words.longitude, path)];
  const target = node.by === "place" ? [choice(builder, node, "place", words.places, { label: words.place, path, none: words.no_place })] : point();
  return box(builder, node, spot, { title: words.rule_titles.near, says: true }, [
    icon("map-pin"), muted(words.lives_within), typeKey(builder, node, "within_km", words.kilometres, path, { ...FIGURE, inputmode: "decimal" }), words.km_of,
    choose(builder, node, "by", [["place", words.a_place], ["point", words.a_point]], words.distance_of, path), ...target,
  ]);
};

const catchmentBox = (builder, node, spot) => {
  const { words } = builder;
  const { path } = spot;
  const [options, none] = node.by === "nearest" ? [words.stores, words.no_store] : [words.serving_places, words.no_place];
  return box(builder, node, spot, { title: words.rule_titles.catchment, says: true }, [
    icon("store"), muted(words.lives_in),
    choose(builder, node, "by", [["place", words.own_catchment], ["any", words.any_catchment], ["nearest", words.nearest_catchment]], words.catchment_of, path),
    node.by === "any" ? undefined : choice(builder, node, "place", options, { label: words.place, path, none }),
  ]);
};

const percents = (from) => Array.from({ length: 10 }, (_, at) => [String(at + 1), `${(at + 1 - from) * 10}%`]);

const decileBox = (builder, node, spot) => {
  const { words } = builder;
  const { path } = spot;
  return box(builder, node, spot, { title: words.rule_titles.decile, says: true }, [
    icon("chart-column"), fieldChoice(builder, node, "field", { fields: words.rank_fields, prefix: "traits.", path, onlyNumbers: true, none: words.no_number }),
    muted(words.among_highest), choose(builder, node, "from", percents(1), words.from, path), words.to_word, choose(builder, node, "to", percents(0), words.to, path),
  ]);
};

const splitBox = (builder, node, spot) => {
  const { words } = builder;
  const { path } = spot;
  return box(builder, node, spot, { title: words.rule_titles.split, says: true }, [
    icon("shuffle"), muted(words.share_from), typeKey(builder, node, "from", words.from, path, FIGURE), words.to_word,
    typeKey(builder, node, "to", words.to, path, FIGURE), muted(words.share_of), typeKey(builder, node, "salt", words.salt, path, { placeholder: words.salt, maxlength: 80 }),
  ]);
};

export const ruleBoxes = {
  sequence: sequenceBox, audience: audienceBox, birthday: birthdayBox, consent: consentBox, near: nearBox, catchment: catchmentBox, decile: decileBox, split: splitBox,
};
