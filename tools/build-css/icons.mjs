// Collects the Lucide icons the console uses into one sprite.
import { readFileSync, writeFileSync } from "node:fs";

const NAMES = readFileSync("icons.txt", "utf8").split(/\s+/).filter(Boolean);
const OUT = "../../src/quanqu/doors/console/static/console/icons.svg";

const symbols = NAMES.map((name) => {
  const svg = readFileSync(`node_modules/lucide-static/icons/${name}.svg`, "utf8");
  const body = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.lastIndexOf("</svg>"));
  const flat = body.replace(/\s+/g, " ").trim();
  return `<symbol id="${name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round">${flat}</symbol>`;
});
writeFileSync(
  OUT,
  `<!-- Lucide icons, ISC licence: see icons.LICENSE -->\n<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join("\n")}\n</svg>\n`,
);
writeFileSync(OUT.replace(".svg", ".LICENSE"), readFileSync("node_modules/lucide-static/LICENSE"));
