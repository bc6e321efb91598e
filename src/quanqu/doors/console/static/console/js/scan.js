// The camera as a barcode reader, where the browser has one; typing and readers work without it.
import { once } from "./dom.js";

const AGAIN_MS = 1500; // the same code is not counted twice while it stays in sight
const LOOK_MS = 150;

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

const send = (code) => {
  const field = document.querySelector("[data-scan]");
  if (!field) return;
  field.value = code;
  field.form.requestSubmit();
  navigator.vibrate?.(60);
};

const read = async (detector, view, isOn) => {
  let last = "";
  let at = 0;
  while (isOn()) {
    const found = await detector.detect(view).catch(() => []);
    const code = found[0]?.rawValue;
    if (code && (code !== last || performance.now() - at > AGAIN_MS)) {
      send(code);
      last = code;
    }
    if (code) at = performance.now();
    await pause(LOOK_MS);
  }
};

// Each scan is a request of its own name, sent in turn; the field is free for the next at once.
const initField = (root) => {
  const form = root.querySelector?.("[data-scan-form]");
  if (!form || !once(form, "Scan")) return;
  let turn = Promise.resolve();
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    const values = Object.fromEntries(new FormData(form));
    values.once = Array.from(crypto.getRandomValues(new Uint32Array(4))).join("-");
    form.reset();
    form.querySelector("[data-scan]").focus();
    const target = form.dataset.scanInto;
    turn = turn.then(() => window.htmx.ajax("POST", form.dataset.scanForm, { source: target, target, values }))
      .catch(() => {});
  });
};

export const initScan = (root) => {
  initField(root);
  const box = root.querySelector?.("[data-camera]");
  if (!box || !once(box, "Camera")) return;
  if (!("BarcodeDetector" in window) || !navigator.mediaDevices?.getUserMedia) return;
  const part = (name) => box.querySelector(`[data-camera-${name}]`);
  const [start, stop, view, said] = ["start", "stop", "view", "said"].map(part);
  let stream = null;
  const show = (isOn) => {
    start.hidden = isOn;
    stop.hidden = view.hidden = !isOn;
  };
  const end = () => {
    stream?.getTracks().forEach((track) => track.stop());
    stream = null;
    show(false);
  };
  start.addEventListener("click", async () => {
    said.hidden = true;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      view.srcObject = stream;
      await view.play();
    } catch {
      end();
      said.hidden = false;
      return;
    }
    show(true);
    await read(new window.BarcodeDetector(), view, () => stream !== null);
  });
  stop.addEventListener("click", end);
  window.addEventListener("pagehide", end);
  box.hidden = false;
};
