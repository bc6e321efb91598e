// The rules of version 2 as people edit them, and back: sequences, audiences, birthdays and so on.
import { asPercent, asRate, number } from "./builder_values.js";
import { fromWindow, toWindow } from "./builder_windows.js";

export const newStep = (event) => ({ event, currency: "", where: [], number: "", unit: "days", same: [], without: [] });
export const NOW = "now";

// What a new rule begins with.
export const newRule = {
  sequence: ({ words }) => {
    const [first, second] = ["Product Viewed", "Order Completed"].map((name) => (words.events.some((one) => one.value === name) ? name : ""));
    return { is: "sequence", steps: [newStep(first), { ...newStep(second), number: 7 }], window: fromWindow({ last_days: 90 }) };
  },
  audience: () => ({ is: "audience", audience: "", during: { ...fromWindow(), kind: NOW } }),
  birthday: () => ({ is: "birthday", from_days: 0, to_days: 14 }),
  consent: () => ({ is: "consent", purpose: "marketing", channel: "email", is_reachable: true }),
  near: () => ({ is: "near", by: "place", place: "", latitude: "", longitude: "", within_km: 10 }),
  catchment: () => ({ is: "catchment", by: "place", place: "" }),
  decile: () => ({ is: "decile", field: "", from: 1, to: 1 }),
  split: () => ({ is: "split", salt: "", from: 0, to: 50 }),
};

const READ = {
  sequence: (grammar, node) => ({ is: "sequence", steps: node.steps.map((one) => fromStep(grammar, one)), window: fromWindow(node.window) }),
  audience: (_, node) => ({ is: "audience", audience: node.audience, during: node.during ? fromWindow(node.during) : { ...fromWindow(), kind: NOW } }),
  birthday: (_, node) => ({ is: "birthday", from_days: node.from_days ?? 0, to_days: node.to_days }),
  consent: (_, node) => ({ is: "consent", purpose: node.purpose, channel: node.channel, is_reachable: node.is_reachable ?? false }),
  near: (_, node) => ({
    is: "near", by: node.place ? "place" : "point", place: node.place ?? "", latitude: node.latitude ?? "", longitude: node.longitude ?? "", within_km: node.within_km,
  }),
  catchment: (_, node) => ({ is: "catchment", by: node.is_nearest ? "nearest" : node.place ? "place" : "any", place: node.place ?? "" }),
  decile: (_, node) => ({ is: "decile", field: node.field, from: node.from ?? 1, to: node.to }),
  split: (_, node) => ({ is: "split", salt: node.salt, from: asPercent(node.from ?? 0), to: asPercent(node.to) }),
};

const WRITE = {
  sequence: (grammar, node) => {
    const window = toWindow(node.window);
    return { steps: node.steps.map((one, at) => toStep(grammar, one, at)), ...(window && { window }) };
  },
  audience: (_, node) => ({ audience: node.audience, ...(node.during.kind !== NOW && { during: toWindow(node.during) ?? {} }) }),
  birthday: (_, node) => ({ from_days: number(node.from_days === "" ? 0 : node.from_days), to_days: number(node.to_days) }),
  consent: (_, node) => ({ purpose: node.purpose, channel: node.channel, is_reachable: node.is_reachable === true }),
  near: (_, node) => ({
    within_km: number(node.within_km),
    ...(node.by === "place" ? { place: node.place } : { latitude: number(node.latitude), longitude: number(node.longitude) }),
  }),
  catchment: (_, node) => ({ ...(node.by !== "any" && { place: node.place }), ...(node.by === "nearest" && { is_nearest: true }) }),
  decile: (_, node) => ({ field: node.field, from: number(node.from), to: number(node.to) }),
  split: (_, node) => ({ salt: node.salt, from: asRate(node.from === "" ? 0 : node.from), to: asRate(node.to) }),
};

export const fromRule = (grammar, node) => READ[node.kind](grammar, node);
export const toRule = (grammar, node) => ({ kind: node.is, ...WRITE[node.is](grammar, node) });

const fromStep = (grammar, step) => ({
  ...grammar.fromHappening(step), number: step.within?.number ?? "", unit: step.within?.unit ?? "days", same: step.same ?? [],
  without: (step.without ?? []).map((one) => grammar.fromHappening(one)),
});

// The first step follows nothing.
const toStep = (grammar, step, at) => ({
  ...grammar.toHappening(step),
  ...(at && {
    ...(step.number !== "" && { within: { number: number(step.number), unit: step.unit } }),
    ...(step.same.length && { same: step.same }),
    ...(step.without.length && { without: step.without.map((one) => grammar.toHappening(one)) }),
  }),
});
