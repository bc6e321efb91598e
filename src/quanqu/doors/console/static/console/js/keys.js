// Two keys in a row go somewhere: g and then the letter a link of the navigation names.
import { isTyping } from "./dom.js";

const WAIT_MS = 1500;

export const initKeys = () => {
  let since = 0;
  document.addEventListener("keydown", (event) => {
    if (isTyping(event.target) || event.metaKey || event.ctrlKey || event.altKey) return;
    if (document.querySelector("dialog[open]")) return;
    if (event.key === "g") {
      since = event.timeStamp;
      return;
    }
    const isSecond = since && event.timeStamp - since < WAIT_MS;
    since = 0;
    if (!isSecond || !/^[a-z]$/.test(event.key)) return;
    const link = document.querySelector(`.shell-nav [data-go="${event.key}"]`);
    if (!link) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    location.href = link.href;
  });
};
