// Short messages at the foot of the page, with undo for what can be taken back.
import { csrf } from "./dom.js";

const STAY_MS = 8000;

const wire = (toast) => {
  const timer = setTimeout(() => toast.remove(), STAY_MS);
  toast.addEventListener("pointerenter", () => clearTimeout(timer));
  toast.addEventListener("focusin", () => clearTimeout(timer));
  toast.querySelector("[data-dismiss]").addEventListener("click", () => toast.remove());
};

export const showToast = ({ text, undo }) => {
  const copy = document.getElementById("toast-template").content.firstElementChild.cloneNode(true);
  copy.querySelector("span").textContent = text;
  const button = copy.querySelector("[data-undo]");
  if (undo) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      await fetch(undo, { method: "POST", headers: { "X-CSRFToken": csrf() } });
      location.reload();
    });
  }
  document.getElementById("toasts").append(copy);
  wire(copy);
};

export const initToasts = () => {
  for (const toast of document.querySelectorAll("[data-toast]")) wire(toast);
  document.body.addEventListener("toast", (event) => showToast(event.detail));
};
