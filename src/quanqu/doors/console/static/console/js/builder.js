// The audience builder: a tree of conditions with undo, an autosaved draft and a live count.
import { all, csrf, once } from "./dom.js";
import { make } from "./builder_dom.js";
import { hasGap } from "./builder_gaps.js";
import { JsonPanel } from "./builder_json.js";
import { drawTree } from "./builder_parts.js";
import { Grammar, isHollow, leavesOf, usesAmount } from "./builder_tree.js";

const WAIT_MS = 350;
const KEPT_STEPS = 100;

class Builder {
  constructor(root) {
    this.root = root;
    this.words = JSON.parse(document.getElementById("builder-words").textContent);
    this.saved = JSON.parse(document.getElementById("builder-definition").textContent);
    this.grammar = new Grammar(this.words);
    this.known = new Map();
    this.draftKey = `audience-draft-2:${root.dataset.draft}`;
    this.past = [];
    this.future = [];
    this.problems = [];
    this.boxes = [];
    this.said = new Map();
    this.tree = this.grammar.fromNode(this.saved?.match);
    this.asked = 0;
    this.panel = new JsonPanel(this, root.querySelector("[data-json]"));
    if (this.saved) this.keepSentences(this.saved.match, this.words.sentences);
    this.offerDraft();
    this.bind();
    this.draw();
    this.ask();
  }

  // What is given back unchanged keeps the version of the grammar it was written in.
  get definition() {
    const match = this.grammar.toMatch(this.tree);
    const isAsGiven = this.saved && JSON.stringify(match) === JSON.stringify(this.saved.match);
    return { version: isAsGiven ? this.saved.version : 2, match };
  }

  // `focus` says what has the focus afterwards, when it is not what had it before.
  change(work, focus) {
    this.past.push(JSON.stringify(this.tree));
    this.past.splice(0, this.past.length - KEPT_STEPS);
    this.future = [];
    work();
    this.after();
    if (focus) this.root.querySelector(`[data-canvas] ${focus}`)?.focus();
  }

  // Take up another definition as it is; undo leads back.
  take(definition) {
    this.change(() => {
      this.saved = definition;
      this.tree = this.grammar.fromNode(definition.match);
    });
  }

  step(from, to) {
    if (!from.length) return;
    to.push(JSON.stringify(this.tree));
    this.tree = JSON.parse(from.pop());
    this.after();
  }

  after() {
    this.draw();
    this.keepDraft();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), WAIT_MS);
  }

  draw() {
    const focus = document.activeElement?.dataset?.path;
    const canvas = this.root.querySelector("[data-canvas]");
    this.boxes = [];
    canvas.replaceChildren(drawTree(this));
    this.markProblems(canvas);
    if (focus) canvas.querySelector(`[data-path="${CSS.escape(focus)}"]`)?.focus();
    this.root.querySelector("[data-undo]").disabled = !this.past.length;
    this.root.querySelector("[data-redo]").disabled = !this.future.length;
    this.root.querySelector("[name=definition]").value = JSON.stringify(this.definition);
    this.panel.draw();
    const starters = this.root.querySelector("[data-starters]");
    if (starters) starters.hidden = !isHollow(this.tree);
  }

  markProblems(canvas) {
    for (const [at, told] of all("[data-problem]", canvas).entries()) {
      told.id = `problem-${at}`;
      const field = canvas.querySelector(`[data-path="${CSS.escape(told.dataset.problem)}"]`);
      field?.setAttribute("aria-invalid", "true");
      field?.setAttribute("aria-describedby", told.id);
    }
  }

  // An amount is of one currency: the first of the scope until another is chosen.
  nameCurrency(node) {
    if (node && usesAmount(node) && !node.currency) node.currency = Object.keys(this.words.currencies)[0] ?? "";
  }

  // Rules in words come from the server, known by what the rule says and not by where it stands.
  sentenceOf(node) {
    return this.said.get(JSON.stringify(this.grammar.toNode(node))) ?? "";
  }

  keepSentences(match, sentences) {
    if (!sentences?.length) return;
    for (const [at, leaf] of leavesOf(match).entries()) this.said.set(JSON.stringify(leaf), sentences[at]);
  }

  showSentences() {
    for (const { element, node, title } of this.boxes) {
      const sentence = this.sentenceOf(node);
      element.setAttribute("aria-label", sentence || title);
      const told = element.querySelector("[data-says]");
      if (told) told.textContent = sentence;
    }
  }

  // What is really in the data: keys and values, asked once per question.
  async found(question) {
    const key = new URLSearchParams(question).toString();
    if (!this.known.has(key)) this.known.set(key, this.askFound(key));
    return this.known.get(key);
  }

  async askFound(query) {
    const joint = this.root.dataset.found.includes("?") ? "&" : "?";
    try {
      const answer = await fetch(`${this.root.dataset.found}${joint}${query}`, { headers: { Accept: "application/json" } });
      return answer.ok ? (await answer.json()).found : [];
    } catch {
      this.known.delete(query);
      return [];
    }
  }

  async ask() {
    const mine = ++this.asked;
    const panel = this.root.querySelector("[data-result]");
    const silent = (note) => this.show({ count: "–", note, sentence: "", problems: [], sample: [] }, true);
    if (isHollow(this.tree)) return silent(this.words.nothing_yet);
    if (hasGap(this.tree)) return silent(this.words.unfinished);
    panel.setAttribute("aria-busy", "true");
    const definition = this.definition;
    const told = await this.askPreview(definition);
    if (mine !== this.asked) return undefined;
    if (!told) return silent(this.words.unreachable);
    this.keepSentences(definition.match, told.sentences);
    return this.show(told, told.problems.length > 0);
  }

  // Undefined when there is no answer: the rules stay as they are.
  async askPreview(definition) {
    try {
      const answer = await fetch(this.root.dataset.preview, {
        method: "POST", body: JSON.stringify(definition),
        headers: { "Content-Type": "application/json", "X-CSRFToken": csrf() },
      });
      return answer.ok ? await answer.json() : undefined;
    } catch {
      return undefined;
    }
  }

  show(told, isUnfit) {
    const panel = this.root.querySelector("[data-result]");
    panel.removeAttribute("aria-busy");
    panel.querySelector("[data-count]").textContent = told.count;
    panel.querySelector("[data-note]").textContent = told.note;
    this.root.querySelector("[data-sentence]").textContent = told.sentence || this.words.no_sentence;
    this.root.querySelector("[data-save]").disabled = isUnfit;
    const sample = this.root.querySelector("[data-sample]");
    sample.replaceChildren(...told.sample.map((one) => make("li", {}, make("a", { class: "title", href: one.href, target: "_blank" }, one.title), make("span", { class: "sub" }, one.note))));
    this.root.querySelector("[data-sample-card]").hidden = !told.sample.length;
    this.showSentences();
    if (JSON.stringify(told.problems) !== JSON.stringify(this.problems)) {
      this.problems = told.problems;
      this.draw();
    }
  }

  bind() {
    this.root.querySelector("[data-undo]").addEventListener("click", () => this.step(this.past, this.future));
    this.root.querySelector("[data-redo]").addEventListener("click", () => this.step(this.future, this.past));
    this.root.addEventListener("keydown", (event) => {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "z") return;
      if (event.target.matches("textarea,input") && !event.target.closest("[data-canvas]")) return;
      event.preventDefault();
      if (event.shiftKey) this.step(this.future, this.past);
      else this.step(this.past, this.future);
    });
    this.root.querySelector("form").addEventListener("submit", () => this.forgetDraft());
    for (const button of all("[data-starter]", this.root)) {
      button.addEventListener("click", () => this.change(() => {
        this.tree = this.grammar.fromNode(JSON.parse(button.dataset.starter).match);
      }));
    }
  }

  keepDraft() {
    try {
      localStorage.setItem(this.draftKey, JSON.stringify(this.tree));
    } catch {
      // Without storage there is no draft; the page still works.
    }
  }

  forgetDraft() {
    try {
      localStorage.removeItem(this.draftKey);
    } catch {
      // Nothing was kept.
    }
  }

  offerDraft() {
    let draft;
    try {
      draft = localStorage.getItem(this.draftKey);
    } catch {
      return;
    }
    if (!draft || draft === JSON.stringify(this.tree) || isHollow(JSON.parse(draft))) return;
    const offer = this.root.querySelector("[data-draft-offer]");
    offer.hidden = false;
    offer.querySelector("[data-take]").addEventListener("click", () => {
      offer.hidden = true;
      this.change(() => {
        this.tree = JSON.parse(draft);
      });
    });
    offer.querySelector("[data-drop-draft]").addEventListener("click", () => {
      offer.hidden = true;
      this.forgetDraft();
    });
  }
}

export const initBuilder = (root) => {
  for (const found of root.querySelectorAll("[data-builder]")) if (once(found, "Builder")) new Builder(found);
};
