// A question before what is hard to take back: the button says what will happen; for good takes a name typed.
import { once } from "./dom.js";

const ask = (button) => {
  const dialog = document.getElementById("confirm");
  const typed = dialog.querySelector("[data-typed]");
  const go = dialog.querySelector("[data-go]");
  const wanted = button.dataset.confirmName ?? "";
  dialog.querySelector("[data-question]").textContent = button.dataset.confirm;
  typed.hidden = !wanted;
  typed.querySelector("[data-wanted]").textContent = wanted;
  const field = typed.querySelector("input");
  field.value = "";
  go.textContent = button.textContent.trim();
  go.disabled = Boolean(wanted);
  field.oninput = () => { go.disabled = field.value.trim() !== wanted; };
  return new Promise((resolve) => {
    dialog.returnValue = "";
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "go"), { once: true });
    dialog.showModal();
    (wanted ? field : dialog.querySelector("[data-keep]")).focus();
  });
};

export const initConfirm = () => {
  if (!once(document.body, "Confirm")) return;
  document.addEventListener("submit", async (event) => {
    const button = event.submitter;
    if (!button?.dataset.confirm || button.dataset.sure) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (!(await ask(button))) return;
    button.dataset.sure = "1";
    event.target.requestSubmit(button);
    delete button.dataset.sure;
  }, true);
};
