// A tail that refreshes itself every two seconds until it is paused or out of sight; what is new shows for a moment.
import { all, once } from "./dom.js";

const EVERY_MS = 2000;
const newestOf = (tail) => Math.max(0, ...all("[data-event]", tail).map((row) => Number(row.dataset.event)));

const mark = (tail) => {
  let newest = newestOf(tail);
  tail.addEventListener("htmx:afterSwap", () => {
    for (const row of all("[data-event]", tail)) row.classList.toggle("is-new", Number(row.dataset.event) > newest);
    newest = Math.max(newest, newestOf(tail));
  });
};

export const initLive = (root) => {
  for (const tail of root.querySelectorAll("[data-live]")) {
    if (!once(tail, "Live")) continue;
    mark(tail);
    const button = document.querySelector("[data-live-toggle]");
    let running = true;
    const show = () => {
      tail.classList.toggle("is-live", running);
      button.setAttribute("aria-pressed", String(!running));
      for (const part of button.querySelectorAll("[data-when]")) part.hidden = (part.dataset.when === "running") !== running;
    };
    button.addEventListener("click", () => {
      running = !running;
      show();
    });
    show();
    const timer = setInterval(() => {
      if (!tail.isConnected) return clearInterval(timer);
      if (running && !document.hidden) window.htmx.trigger(tail, "tick");
    }, EVERY_MS);
  }
};
