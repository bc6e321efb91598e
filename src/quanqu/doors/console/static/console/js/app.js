// The one script of every page: wires the parts that are on it.
import { initBuilder } from "./builder.js";
import { initCharts } from "./charts.js";
import { initConfirm } from "./confirm.js";
import { initKeys } from "./keys.js";
import { initList } from "./list.js";
import { initLive } from "./live.js";
import { initPalette } from "./palette.js";
import { initPress } from "./press.js";
import { initScan } from "./scan.js";
import { initShell } from "./shell.js";
import { initToasts } from "./toasts.js";
import { initUpload } from "./upload.js";

initShell();
initKeys();
initPalette();
initToasts();
initList();
initConfirm();
initPress();

const wire = (root) => {
  initCharts(root);
  initLive(root);
  initBuilder(root);
  initUpload(root);
  initScan(root);
};
wire(document);
document.body.addEventListener("htmx:load", (event) => wire(event.detail.elt));
