// One key presses the button that names it: s, d, u and z on the review of pairs.
import { isTyping } from "./dom.js";

export const initPress = () => {
  document.addEventListener("keydown", (event) => {
    if (isTyping(event.target) || event.metaKey || event.ctrlKey || event.altKey) return;
    if (event.defaultPrevented || document.querySelector("dialog[open]")) return;
    if (!/^[a-z]$/.test(event.key)) return;
    const button = document.querySelector(`[data-press="${event.key}"]`);
    if (!button) return;
    event.preventDefault();
    button.click();
  });
};
