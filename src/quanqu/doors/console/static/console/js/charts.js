// Charts: the library is fetched when the first one is seen; each has a table and downloads.
import { all, once } from "./dom.js";
import { chartOption } from "./chart_option.js";

let library;
const load = (address) => (library ??= import(address));
const drawn = new Map();

const read = (box) => JSON.parse(document.getElementById(box.dataset.chart).textContent);
const tokens = () => {
  const style = getComputedStyle(document.documentElement);
  const value = (name) => style.getPropertyValue(name).trim();
  return {
    series: Array.from({ length: 8 }, (_, at) => value(`--series-${at}`)),
    ink: value("--ink"), ink2: value("--ink-2"), ink3: value("--ink-3"), line: value("--line"),
    surface: value("--surface"), font: value("--font"),
    still: matchMedia("(prefers-reduced-motion: reduce)").matches,
  };
};

const draw = async (box) => {
  const echarts = await load(box.dataset.library);
  box.querySelector(".waiting")?.remove();
  const plot = drawn.get(box) ?? echarts.init(box, null, { renderer: "svg" });
  drawn.set(box, plot);
  plot.setOption(chartOption(read(box), tokens(), document.documentElement.lang, box.clientWidth), true);
  plot.off("click");
  plot.on("click", (event) => {
    const link = event.data?.href;
    if (link) location.href = link;
  });
};

const seen = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    if (!entry.isIntersecting) continue;
    seen.unobserve(entry.target);
    draw(entry.target);
  }
}, { rootMargin: "120px" });

const save = (name, href) => {
  const link = document.createElement("a");
  link.href = href;
  link.download = name;
  link.click();
};

const toPng = async (box) => {
  const echarts = await load(box.dataset.library);
  const holder = document.createElement("div");
  const plot = echarts.init(holder, null, { renderer: "canvas", width: 1200, height: 560 });
  plot.setOption({ ...chartOption(read(box), { ...tokens(), still: true }, document.documentElement.lang, 1200), animation: false });
  save(`${box.dataset.name}.png`, plot.getDataURL({ pixelRatio: 2, backgroundColor: tokens().surface }));
  plot.dispose();
};

const toCsv = (card, name) => {
  const cell = (node) => {
    const text = node.dataset.plain ?? node.textContent.trim();
    const safe = /^[=+\-@\t\r]/.test(text) && !/^[+-]?[\d.,]+%?$/.test(text) ? `'${text}` : text;
    return `"${safe.replaceAll('"', '""')}"`;
  };
  const lines = all(".chart-table tr", card).map((row) => all("th,td", row).map(cell).join(","));
  save(`${name}.csv`, URL.createObjectURL(new Blob([`\uFEFF${lines.join("\r\n")}`], { type: "text/csv" })));
};

const onClick = (event) => {
  const button = event.target.closest("[data-chart-do]");
  if (!button) return;
  const card = button.closest("[data-chart-card]");
  const box = card.querySelector("[data-chart]");
  const action = button.dataset.chartDo;
  if (action === "png") toPng(box);
  if (action === "csv") toCsv(card, box.dataset.name);
  if (action === "table") {
    const table = card.querySelector(".chart-table");
    table.hidden = !table.hidden;
    box.hidden = !table.hidden;
    button.setAttribute("aria-pressed", String(!table.hidden));
    if (!box.hidden) drawn.get(box)?.resize();
  }
};

let wired = false;
export const initCharts = (root) => {
  for (const box of root.querySelectorAll("[data-chart]")) if (once(box, "Chart")) seen.observe(box);
  if (wired) return;
  wired = true;
  document.addEventListener("click", onClick);
  addEventListener("resize", () => drawn.forEach((plot) => plot.resize()));
  new MutationObserver(() => drawn.forEach((_, box) => draw(box))).observe(document.documentElement, {
    attributes: true, attributeFilter: ["class"],
  });
};
