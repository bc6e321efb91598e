// The drop zone of an import: drag a file in, see its name and size, watch it go up.
import { once } from "./dom.js";

const size = (bytes) => {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte"];
  const step = Math.min(Math.floor(Math.log(Math.max(bytes, 1)) / Math.log(1000)), 3);
  return new Intl.NumberFormat(document.documentElement.lang, {
    style: "unit", unit: units[step], maximumFractionDigits: 1,
  }).format(bytes / 1000 ** step);
};

export const initUpload = (root) => {
  for (const zone of root.querySelectorAll("[data-drop]")) {
    if (!once(zone, "Drop")) continue;
    const input = zone.querySelector("input[type=file]");
    const said = zone.querySelector("[data-file]");
    const show = () => {
      const file = input.files[0];
      said.textContent = file ? `${file.name} · ${size(file.size)}` : said.dataset.none;
    };
    for (const name of ["dragenter", "dragover"]) {
      zone.addEventListener(name, (event) => {
        event.preventDefault();
        zone.classList.add("over");
      });
    }
    for (const name of ["dragleave", "drop"]) zone.addEventListener(name, () => zone.classList.remove("over"));
    zone.addEventListener("drop", (event) => {
      event.preventDefault();
      input.files = event.dataTransfer.files;
      show();
    });
    input.addEventListener("change", show);
    const form = zone.closest("form");
    const bar = form.querySelector("progress");
    form.addEventListener("htmx:xhr:progress", (event) => {
      if (!bar || !event.detail.lengthComputable) return;
      bar.parentElement.hidden = false;
      bar.max = event.detail.total;
      bar.value = event.detail.loaded;
    });
  }
};
