// The definition as data beside the canvas: to read, to copy, and to edit by hand when asked for.
import { make } from "./builder_dom.js";
import { placeOfFault } from "./json_place.js";

const filled = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

export class JsonPanel {
  constructor(builder, panel) {
    this.builder = builder;
    this.panel = panel;
    const on = (name, work) => this.part(name).addEventListener("click", work);
    on("toggle", () => this.toggle());
    on("begin", () => this.begin());
    on("stop", () => this.stop());
    on("apply", () => this.apply());
  }

  part(name) {
    return this.panel.querySelector(`[data-json-${name}]`);
  }

  draw() {
    const text = JSON.stringify(this.builder.definition, null, 2);
    this.part("view").textContent = text;
    this.panel.querySelector("[data-copy]").dataset.copy = text;
  }

  toggle() {
    const body = this.part("body");
    body.hidden = !body.hidden;
    this.part("toggle").setAttribute("aria-expanded", String(!body.hidden));
    if (body.hidden) this.stop(false);
  }

  begin() {
    const field = this.part("text");
    field.value = this.part("view").textContent;
    this.swap(true);
    field.focus();
    field.setSelectionRange(0, 0);
  }

  stop(isToFocus = true) {
    this.tell([]);
    this.swap(false);
    if (isToFocus) this.part("begin").focus();
  }

  swap(isWriting) {
    this.part("reading").hidden = isWriting;
    this.part("writing").hidden = !isWriting;
  }

  async apply() {
    const { words } = this.builder;
    const text = this.part("text").value;
    let definition;
    try {
      definition = JSON.parse(text);
    } catch {
      return this.tell([{ path: "", text: filled(words.json_broken_at, placeOfFault(text)) }]);
    }
    if (!definition || typeof definition !== "object" || Array.isArray(definition)) return this.tell([{ path: "$", text: words.json_object }]);
    this.part("apply").disabled = true;
    const told = await this.builder.askPreview(definition);
    this.part("apply").disabled = false;
    if (!told) return this.tell([{ path: "", text: words.unreachable }]);
    if (told.problems.length) return this.tell(told.problems);
    this.builder.take(definition);
    return this.stop();
  }

  tell(problems) {
    const field = this.part("text");
    field.toggleAttribute("aria-invalid", problems.length > 0);
    if (problems.length) field.setAttribute("aria-invalid", "true");
    this.part("problems").replaceChildren(...problems.map((one) => make("li", {}, one.path ? make("code", {}, one.path) : undefined, one.text)));
    if (problems.length) field.focus();
  }
}
