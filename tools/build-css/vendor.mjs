// Copies the chart library's module and licence next to the console's own static files.
import { copyFileSync, mkdirSync } from "node:fs";

const TO = "../../src/quanqu/doors/console/static/vendor/echarts";

mkdirSync(TO, { recursive: true });
copyFileSync("node_modules/echarts/dist/echarts.esm.min.mjs", `${TO}/echarts.esm.min.js`);
copyFileSync("node_modules/echarts/LICENSE", `${TO}/LICENSE`);
copyFileSync("node_modules/echarts/NOTICE", `${TO}/NOTICE`);
