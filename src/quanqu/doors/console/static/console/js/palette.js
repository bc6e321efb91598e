// Ctrl-K: one field that finds pages, customers, orders and products.
import { all, csrf } from "./dom.js";

const WAIT_MS = 120;

export const initPalette = () => {
  const dialog = document.getElementById("palette");
  if (!dialog) return;
  const input = dialog.querySelector("[data-palette]");
  const list = dialog.querySelector("#palette-list");
  let timer;
  let asked = 0;

  const options = () => all("[role=option]", list);
  const chosen = () => list.querySelector("[aria-selected=true]");
  const choose = (option) => {
    chosen()?.setAttribute("aria-selected", "false");
    if (!option) return input.removeAttribute("aria-activedescendant");
    option.setAttribute("aria-selected", "true");
    input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  };
  const find = async () => {
    const mine = ++asked;
    const answer = await fetch(input.dataset.palette, {
      method: "POST",
      headers: { "HX-Request": "true", "X-CSRFToken": csrf() },
      body: new URLSearchParams({ q: input.value.trim() }),
    });
    if (!answer.ok || mine !== asked) return;
    list.innerHTML = await answer.text();
    choose(options()[0]);
  };

  addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      if (!dialog.open) dialog.showModal();
    }
  });
  const observer = new MutationObserver(() => {
    if (!dialog.open) return;
    input.value = "";
    input.focus();
    find();
  });
  observer.observe(dialog, { attributes: true, attributeFilter: ["open"] });
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(find, WAIT_MS);
  });
  input.addEventListener("keydown", (event) => {
    const found = options();
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      choose(found[(found.indexOf(chosen()) + step + found.length) % found.length]);
    }
    if (event.key === "Escape") {
      // A search field would first empty itself.
      event.preventDefault();
      dialog.close();
    }
    if (event.key === "Enter" && chosen()) {
      event.preventDefault();
      chosen().click();
    }
  });
};
