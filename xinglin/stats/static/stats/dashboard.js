// Draws the curves of the dashboard; the numbers above them stand without it.
"use strict";

const data = JSON.parse(document.getElementById("data").textContent);
const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
const COLOURS = ["#0e7a6f", "#c2577a", "#2f6db5", "#b7791f", "#6b4fa3", "#4a5560"];

for (const kind of data.charts) {
  const place = document.getElementById(`chart-${kind.code}`);
  const chart = echarts.init(place, null, { renderer: "canvas" });
  const series = kind.curves.flatMap((curve, at) => [
    { name: curve.name, type: "line", data: curve.values, showSymbol: false, lineStyle: { width: 2 }, itemStyle: { color: COLOURS[at % COLOURS.length] } },
    { name: `${curve.name} · 上期`, type: "line", data: curve.before, showSymbol: false, lineStyle: { width: 1, type: "dashed", opacity: 0.6 }, itemStyle: { color: COLOURS[at % COLOURS.length] } },
  ]);
  chart.setOption({
    animation: !still,
    grid: { left: 48, right: 16, top: 16, bottom: 64 },
    tooltip: { trigger: "axis", confine: true },
    legend: { bottom: 0, type: "scroll" },
    xAxis: { type: "category", data: data.days },
    yAxis: { type: "value", minInterval: 1 },
    series,
  });
  window.addEventListener("resize", () => chart.resize());
  const button = document.querySelector(`[data-picture="${kind.code}"]`);
  button.hidden = false;
  button.addEventListener("click", () => {
    const link = document.createElement("a");
    link.download = `${kind.title}.png`;
    link.href = chart.getDataURL({ type: "png", pixelRatio: 2, backgroundColor: "#fff" });
    link.click();
  });
}
