// Tables by keyboard: / search, j and k move, x selects, Enter opens; and the bulk bar.
import { all, isTyping } from "./dom.js";

const rows = () => all("[data-list] tbody tr[data-row]");
const current = () => document.querySelector("[data-list] tr[data-cursor]");

const move = (step) => {
  const found = rows();
  if (!found.length) return;
  const at = found.indexOf(current());
  const next = found[Math.min(Math.max(at + step, 0), found.length - 1)];
  current()?.removeAttribute("data-cursor");
  next.setAttribute("data-cursor", "");
  next.scrollIntoView({ block: "nearest" });
  next.querySelector("a")?.focus({ preventScroll: true });
};

const sayPicked = () => {
  const list = document.querySelector("[data-list]");
  if (!list) return;
  const boxes = all("input[data-pick]", list);
  const picked = boxes.filter((box) => box.checked).length;
  const bar = document.querySelector("[data-bulk]");
  if (bar) {
    bar.hidden = picked === 0;
    bar.querySelector("[data-picked]").textContent = picked.toLocaleString(document.documentElement.lang);
  }
  const every = list.querySelector("input[data-pick-all]");
  if (every) {
    every.checked = picked > 0 && picked === boxes.length;
    every.indeterminate = picked > 0 && picked < boxes.length;
  }
};

const onKey = (event) => {
  if (!document.querySelector("[data-list]") || document.querySelector("dialog[open]")) return;
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  if (event.key === "/") {
    const search = document.querySelector("[data-search]");
    if (search) {
      event.preventDefault();
      search.focus();
      search.select();
    }
  } else if (event.key === "j") move(1);
  else if (event.key === "k") move(-1);
  else if (event.key === "x") {
    current()?.querySelector("input[data-pick]")?.click();
  } else if (event.key === "Enter" && event.target === document.body) {
    current()?.querySelector("a")?.click();
  }
};

export const initList = () => {
  document.addEventListener("keydown", onKey);
  document.addEventListener("change", (event) => {
    if (event.target.matches("input[data-pick-all]")) {
      for (const box of all("[data-list] input[data-pick]")) box.checked = event.target.checked;
    }
    if (event.target.matches("input[data-pick],input[data-pick-all]")) sayPicked();
  });
  document.body.addEventListener("htmx:afterSettle", sayPicked);
};
