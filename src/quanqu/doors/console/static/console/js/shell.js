// Menus, dialogs, the folding navigation and the keys that work everywhere.
import { all, isTyping } from "./dom.js";

const fold = () => {
  const folded = document.documentElement.classList.toggle("nav-folded");
  try {
    localStorage.setItem("nav", folded ? "folded" : "open");
  } catch {
    // Without storage the choice holds for this page only.
  }
  sayFolded();
};

const sayFolded = () => {
  const folded = document.documentElement.classList.contains("nav-folded");
  for (const button of all("[data-fold]")) button.setAttribute("aria-expanded", String(!folded));
};

const closeMenus = (except) => {
  for (const menu of all("details.menu[open]")) if (menu !== except) menu.open = false;
};

const onClick = (event) => {
  const target = event.target.closest("[data-open],[data-close],[data-fold],[data-copy]");
  const menu = event.target.closest("details.menu");
  closeMenus(menu);
  if (!target) {
    if (event.target instanceof HTMLDialogElement) event.target.close();
    return;
  }
  if (target.matches("[data-open]")) {
    closeMenus();
    document.getElementById(target.dataset.open)?.showModal();
  } else if (target.matches("[data-close]")) {
    target.closest("dialog").close();
  } else if (target.matches("[data-copy]")) {
    navigator.clipboard.writeText(target.dataset.copy);
    target.dispatchEvent(new CustomEvent("toast", { bubbles: true, detail: { text: target.dataset.said } }));
  } else {
    fold();
  }
};

const onKey = (event) => {
  if (event.key === "Escape") {
    const open = document.querySelector("details.menu[open]");
    if (open) {
      open.open = false;
      open.querySelector("summary").focus();
    }
    return;
  }
  if (isTyping(event.target) || event.metaKey || event.ctrlKey || event.altKey) return;
  if (event.key === "[") fold();
  if (event.key === "?") document.getElementById("keys")?.showModal();
};

// a row of tabs that does not fit begins where the reader is
const showTab = () => {
  for (const tab of all(".tabs > [aria-current=page]")) {
    const bar = tab.parentElement;
    bar.scrollLeft = tab.offsetLeft - bar.offsetLeft - (bar.clientWidth - tab.offsetWidth) / 2;
  }
};

export const initShell = () => {
  sayFolded();
  showTab();
  document.addEventListener("click", onClick);
  document.addEventListener("keydown", onKey);
  document.body.addEventListener("htmx:beforeRequest", (event) => {
    if (!event.detail.elt.closest("[data-quiet],#jobs")) document.body.classList.add("is-loading");
  });
  for (const name of ["htmx:afterRequest", "htmx:sendError"]) {
    document.body.addEventListener(name, () => document.body.classList.remove("is-loading"));
  }
  // A refusal comes back as a page or a fragment of its own: show it rather than nothing.
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    const status = event.detail.xhr.status;
    if (status === 422 || status === 409 || status === 403 || status === 404) {
      event.detail.shouldSwap = true;
      event.detail.isError = false;
    }
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "get" || form.hasAttribute("hx-get")) return;
    for (const field of all("input,select", form)) if (!field.value) field.disabled = true;
  });
  addEventListener("pageshow", () => {
    for (const field of all("form[method=get] :disabled[name]")) field.disabled = false;
  });
};
