// A text field with a list to choose from, by keyboard or pointer (WAI-ARIA combobox with a listbox).
import { make } from "./builder_dom.js";

const WAIT_MS = 180;
const MOST = 60;
let made = 0;

const fold = (text) => String(text).toLocaleLowerCase();
const matches = (option, text) => fold(option.title).includes(text) || fold(option.value).includes(text);

/* `find(text)` returns options or a promise of them: {value, title, note, group}; `pick(value)` takes one.
   With `isFree` what was typed counts too; without, only an option does. */
export const combo = ({ value, title, label, find, pick, isFree = false, path, size = "", placeholder, none }) => {
  const id = `combo-${++made}`;
  const list = make("div", { class: "combo-list", role: "listbox", id, "aria-label": label, hidden: true });
  const field = make("input", {
    class: `input small ${size}`, type: "text", role: "combobox", autocomplete: "off", spellcheck: "false", "aria-label": label,
    "aria-expanded": "false", "aria-controls": id, "aria-autocomplete": "list", "data-path": path, value: title ?? value, placeholder,
  });
  let shown = [];
  let at = -1;
  let asked = 0;
  let timer;
  let isTyped = false;

  const close = () => {
    asked += 1;
    clearTimeout(timer);
    list.hidden = true;
    at = -1;
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  };
  const mark = (next) => {
    at = next;
    for (const [index, row] of [...list.querySelectorAll("[role=option]")].entries()) {
      row.setAttribute("aria-selected", String(index === at));
      if (index === at) {
        field.setAttribute("aria-activedescendant", row.id);
        row.scrollIntoView({ block: "nearest" });
      }
    }
    if (at < 0) field.removeAttribute("aria-activedescendant");
  };
  const take = (option) => {
    isTyped = false;
    field.value = option.title;
    close();
    if (option.value !== value) pick(option.value, option);
  };
  const draw = (options) => {
    shown = options.slice(0, MOST);
    let group;
    const rows = [];
    for (const [index, option] of shown.entries()) {
      if (option.group && option.group !== group) rows.push(make("div", { class: "combo-group", role: "presentation" }, (group = option.group)));
      rows.push(make("div", {
        class: "combo-option", role: "option", id: `${id}-${index}`, "aria-selected": "false",
        on: { mousedown: (event) => { event.preventDefault(); take(option); } },
      }, make("span", { class: "combo-title" }, option.title), make("span", { class: "combo-note" }, option.note ?? "")));
    }
    if (!rows.length && none) rows.push(make("div", { class: "combo-group", role: "presentation" }, none));
    list.replaceChildren(...rows);
    list.hidden = !rows.length;
    field.setAttribute("aria-expanded", String(!list.hidden));
    mark(-1);
  };
  const open = async () => {
    const mine = ++asked;
    const text = isTyped ? field.value.trim() : "";
    const options = await find(fold(text), text);
    if (mine === asked && document.activeElement === field) draw(options);
  };
  const settle = () => {
    const text = field.value.trim();
    const same = shown.find((option) => fold(option.title) === fold(text) || option.value === text);
    if (!isTyped) return;
    isTyped = false;
    if (same) take(same);
    else if (isFree) {
      if (text !== value) pick(text);
    } else field.value = title ?? value;
  };

  field.addEventListener("focus", () => { field.select(); });
  field.addEventListener("click", () => { if (list.hidden) open(); });
  field.addEventListener("input", () => {
    isTyped = true;
    clearTimeout(timer);
    timer = setTimeout(open, WAIT_MS);
  });
  field.addEventListener("blur", () => { close(); settle(); });
  field.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (event.altKey) return;
      event.stopPropagation();
      if (list.hidden) open();
      else if (shown.length) mark((at + (event.key === "ArrowDown" ? 1 : -1) + shown.length) % shown.length);
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (!list.hidden && at >= 0) take(shown[at]);
      else { close(); settle(); }
    } else if (event.key === "Escape" && !list.hidden) {
      event.stopPropagation();
      isTyped = false;
      field.value = title ?? value;
      close();
    }
  });
  return make("span", { class: `combo ${size}` }, field, list);
};

export const among = (options) => (text) => (text ? options.filter((option) => matches(option, text)) : options);
