// Draws the charts of a page from the JSON that it carries; every number also stands in a table or a sentence.
"use strict";

const charts = JSON.parse(document.getElementById("charts").textContent);
const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
const COLOURS = ["#2c6a97", "#c2577a", "#0e7a6f", "#b7791f", "#6b4fa3", "#4a5560"];
const TONES = { bad: "#c0392b", waiting: "#d99a2b", good: "#2f8f5b", quiet: "#c3c9cf" };

for (const [code, told] of Object.entries(charts)) {
  const place = document.getElementById(`chart-${code}`);
  if (!place) continue;
  const chart = echarts.init(place, null, { renderer: "canvas" });
  const series = told.series.map((each, at) => ({
    name: each.name, type: each.kind, data: each.values, stack: told.stack ? "all" : undefined, showSymbol: false,
    itemStyle: { color: each.tone ? TONES[each.tone] : COLOURS[at % COLOURS.length] }, lineStyle: { width: 2 }, barMaxWidth: 28,
  }));
  const many = series.length > 1;
  const names = { type: "category", data: told.days, axisLabel: told.lying ? { width: 120, overflow: "truncate" } : undefined };
  const numbers = { type: "value", minInterval: 1 };
  chart.setOption({
    animation: !still,
    grid: { left: told.lying ? 136 : 40, right: 20, top: 12, bottom: many ? 52 : 28 },
    tooltip: { trigger: "axis", confine: true },
    legend: many ? { bottom: 0, type: "scroll" } : undefined,
    xAxis: told.lying ? numbers : names,
    yAxis: told.lying ? names : numbers,
    series,
  });
  window.addEventListener("resize", () => chart.resize());
}
