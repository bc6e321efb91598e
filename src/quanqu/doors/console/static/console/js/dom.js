// Small pieces used by several modules.
export const all = (selector, root = document) => [...root.querySelectorAll(selector)];

export const once = (element, name) => {
  const key = `wired${name}`;
  if (element.dataset[key]) return false;
  element.dataset[key] = "1";
  return true;
};

const PRESSED = /^(checkbox|radio|button|submit|range|file)$/;
export const isTyping = (target) =>
  target instanceof HTMLElement &&
  (target.isContentEditable || (/^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) && !PRESSED.test(target.type)));

export const csrf = () => JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];

export const icon = (name) => {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${document.body.dataset.icons}#${name}`);
  svg.append(use);
  return svg;
};
