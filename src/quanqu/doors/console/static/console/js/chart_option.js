// From our own description of a chart to the options of the chart library.
const STEPS = { zh: [[1e8, "亿"], [1e4, "万"]], en: [[1e9, "B"], [1e6, "M"], [1e3, "k"]] };

export const compact = (value, language) => {
  const size = Math.abs(value);
  for (const [step, unit] of language.startsWith("zh") ? STEPS.zh : STEPS.en) {
    if (size >= step) return `${Number((value / step).toFixed(size / step >= 100 ? 0 : 1)).toLocaleString(language)}${unit}`;
  }
  return value.toLocaleString(language, { maximumFractionDigits: 2 });
};

const figure = (value, chart, language, short) => {
  if (value === null || value === undefined) return "–";
  if (chart.unit === "rate") return `${(value * 100).toLocaleString(language, { maximumFractionDigits: 1 })}%`;
  const text = short ? compact(value, language) : value.toLocaleString(language, {
    minimumFractionDigits: chart.digits, maximumFractionDigits: chart.digits,
  });
  return `${chart.prefix}${text}`;
};

const escape = (text) => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

const figureOf = (point) => point.data?.value ?? (typeof point.data === "object" ? null : point.value);

const tip = (chart, theme, language) => (points) => {
  const at = points[0].dataIndex;
  const shown = points.filter((point) => {
    const isTail = String(point.seriesId).startsWith("tail-");
    return figureOf(point) !== null && figureOf(point) !== undefined && (!isTail || chart.partial[at]);
  });
  const note = chart.partial[at] ? ` <span style="font-weight:400">(${escape(chart.partialWord)})</span>` : "";
  const rows = shown.map((point) =>
    `<tr><td style="padding-right:16px">${point.marker}${escape(point.seriesName)}</td><td style="text-align:right;font-weight:600">${escape(figure(figureOf(point), chart, language, false))}</td></tr>`);
  return `<div style="font-weight:600;margin-bottom:4px">${escape(points[0].axisValueLabel)}${note}</div><table>${rows.join("")}</table>`;
};

// What is incomplete is drawn apart: dotted from the last whole point, with hollow points.
const tailOf = (chart, line) => {
  const isOpen = (at) => chart.partial[at];
  const touches = (at) => isOpen(at) || isOpen(at - 1) || isOpen(at + 1);
  return {
    ...line, id: `tail-${line.name}`, showSymbol: true, symbol: (_, point) => (isOpen(point.dataIndex) ? "emptyCircle" : "none"),
    data: line.data.map((point, at) => (touches(at) ? point : { value: null })),
    lineStyle: { ...line.lineStyle, type: [1, 4] },
    endLabel: isOpen(line.data.length - 1) ? line.endLabel : { show: false },
  };
};

const withTail = (chart, one, line) => {
  if (one.before || chart.kind === "bars" || !chart.partial.length) return [line];
  const whole = line.data.map((point, at) => (chart.partial[at] ? { value: null } : point));
  const endsOpen = chart.partial[whole.length - 1];
  return [{ ...line, data: whole, endLabel: endsOpen ? { show: false } : line.endLabel }, tailOf(chart, line)];
};

// a name that runs along a line while it is drawn has no height where the line has a gap
const isWhole = (line) => line.data.every((point) => point.value !== null && point.value !== undefined);
const drawnStill = (line) => (isWhole(line) ? line : { ...line, animation: false });

const seriesOf = (chart, theme, wide) => (one) => {
  const colour = theme.series[one.slot];
  const base = {
    name: one.name, data: one.points.map((value, at) => ({ value, href: one.links?.[at] })),
    type: chart.kind === "bars" ? "bar" : "line", emphasis: { focus: "series" },
    itemStyle: { color: colour }, stack: chart.stacked ? "all" : undefined,
  };
  if (chart.kind === "bars") return [{ ...base, barMaxWidth: 28 }];
  const lines = withTail(chart, one, {
    ...base, showSymbol: one.points.length < 3, symbolSize: 6, connectNulls: false,
    lineStyle: { width: one.before ? 1.5 : 2.25, type: one.before ? [4, 4] : "solid", color: one.before ? theme.ink3 : colour },
    itemStyle: { color: one.before ? theme.ink3 : colour },
    endLabel: wide ? { show: true, formatter: "{a}", color: theme.ink2, fontFamily: theme.font, fontSize: 12, width: 96, overflow: "truncate" } : { show: false },
    labelLayout: { moveOverlap: "shiftY" },
  });
  return lines.map(drawnStill);
};

// how high the names above a chart stand: they go on in further rows where the width does not hold them
const LEGEND = { mark: 10, between: 5, gap: 10, row: 24, side: 8 };
const nameWidth = (name) => [...name].reduce((sum, sign) => sum + (sign.codePointAt(0) > 0x2e7f ? 12 : 6.8), 0);
export const legendHeight = (names, width) => {
  let rows = 1, used = 0;
  for (const name of names) {
    const size = LEGEND.mark + LEGEND.between + nameWidth(name);
    if (used > 0 && used + size > width - LEGEND.side) { rows += 1; used = 0; }
    used += size + LEGEND.gap;
  }
  return rows * LEGEND.row;
};

// shares that come near to all of it end at 100%, not above
const endsAtAll = (chart) => {
  if (chart.unit !== "rate" || chart.stacked) return false;
  const most = Math.max(...chart.series.flatMap((one) => one.points.map((value) => value ?? 0)));
  return most > 0.8 && most <= 1;
};

export const chartOption = (chart, theme, language, width) => {
  const wide = width > 520 && chart.kind === "lines";
  const text = { color: theme.ink3, fontFamily: theme.font, fontSize: 12 };
  const needsLegend = chart.series.length > 1 && !wide;
  return {
    animation: !theme.still, animationDuration: 300, textStyle: { fontFamily: theme.font },
    aria: { enabled: false },
    grid: { left: 8, right: wide ? 104 : 24, top: needsLegend ? 12 + legendHeight(chart.series.map((one) => one.name), width) : 12, bottom: 4, containLabel: true },
    legend: needsLegend ? { top: 0, left: 0, icon: "roundRect", itemWidth: 10, itemHeight: 10, textStyle: { ...text, color: theme.ink2 } } : undefined,
    tooltip: {
      trigger: "axis", confine: true, backgroundColor: theme.surface, borderColor: theme.line,
      textStyle: { color: theme.ink, fontFamily: theme.font, fontSize: 13 }, axisPointer: { type: chart.kind === "bars" ? "shadow" : "line" },
      formatter: tip(chart, theme, language),
    },
    xAxis: {
      type: "category", data: chart.labels, boundaryGap: chart.kind === "bars",
      axisTick: { show: false }, axisLine: { lineStyle: { color: theme.line } }, axisLabel: { ...text, hideOverlap: true },
    },
    yAxis: {
      type: "value", min: (range) => Math.min(0, range.min), splitNumber: 4,
      ...(endsAtAll(chart) ? { max: 1, interval: 0.25 } : {}),
      splitLine: { lineStyle: { color: theme.line } }, axisLabel: { ...text, formatter: (value) => figure(value, chart, language, true) },
    },
    series: chart.series.flatMap(seriesOf(chart, theme, wide)),
  };
};
