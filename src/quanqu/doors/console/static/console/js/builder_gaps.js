// What is not filled in yet, by the key of the control: nothing wrong, only not finished.
import { NOW } from "./builder_leaves.js";
import { isBlank, isOf } from "./builder_values.js";

const gapsOfField = (node) => {
  if (!node.field) return ["field"];
  return !["exists", "not_exists"].includes(node.op) && isBlank(node.value) ? ["value"] : [];
};

const gapsOfWindow = (window) => {
  if (window.kind === "last") return isBlank(window.days) ? ["days"] : [];
  if (window.kind === "between") return window.from || window.to ? [] : ["day"];
  return [];
};

const gapsOfHappening = (one) => [...(one.event ? [] : ["event"]), ...one.where.flatMap(gapsOfField)];

const GAPS = {
  profile: gapsOfField,
  event: (node) => [
    ...(node.event ? [] : ["event"]), ...(isOf(node) && !node.of ? ["of"] : []), ...(isBlank(node.value) ? ["value"] : []),
    ...gapsOfWindow(node.window), ...node.where.flatMap(gapsOfField),
  ],
  sequence: (node) => [...node.steps.flatMap((step) => [...gapsOfHappening(step), ...step.without.flatMap(gapsOfHappening)]), ...gapsOfWindow(node.window)],
  audience: (node) => [...(node.audience ? [] : ["audience"]), ...(node.during.kind === NOW ? [] : gapsOfWindow(node.during))],
  birthday: (node) => (isBlank(node.to_days) ? ["days"] : []),
  near: (node) => {
    const isMissing = node.by === "place" ? !node.place : isBlank(node.latitude) || isBlank(node.longitude);
    return [...(isMissing ? [node.by] : []), ...(isBlank(node.within_km) ? ["distance"] : [])];
  },
  catchment: (node) => (node.by === "any" || node.place ? [] : ["place"]),
  decile: (node) => (node.field ? [] : ["number_field"]),
  split: (node) => [...(node.salt ? [] : ["salt"]), ...(isBlank(node.to) ? ["share"] : [])],
};

export const gapsOf = (node) => GAPS[node.is]?.(node) ?? [];
export const hasGap = (node) => (node.is === "group" ? node.nodes.some(hasGap) : gapsOf(node).length > 0);
