// Draws every [data-chart] from the JSON block that its id names. The table beneath is the text.
"use strict";

window.dunwellCharts = (() => {
  const language = document.documentElement.lang || "en";
  const full = new Intl.NumberFormat(language, { maximumFractionDigits: 2 });
  const short = new Intl.NumberFormat(language, { notation: "compact", maximumFractionDigits: 1 });

  // The stylesheet owns the colours: ask the browser what a class looks like in this theme.
  const colour = (name) => {
    const probe = document.createElement("span");
    probe.className = name;
    probe.hidden = true;
    document.body.append(probe);
    const found = getComputedStyle(probe).color;
    probe.remove();
    return found;
  };

  const written = (data) => (value) => {
    if (value === null || value === undefined) return "–";
    if (data.currency) {
      return new Intl.NumberFormat(language, { style: "currency", currency: data.currency }).format(value);
    }
    return full.format(value) + (data.unit ? ` ${data.unit}` : "");
  };

  const series = (data) =>
    data.series.map((one, index) => {
      const paint = colour(one.tone || `series-${(index % 5) + 1}`);
      const line = (one.kind || data.kind) === "line";
      return {
        name: one.name,
        type: line ? "line" : "bar",
        stack: data.kind === "stacked" && !line ? "all" : undefined,
        data: one.tones
          ? one.values.map((value, at) => ({ value, itemStyle: { color: colour(one.tones[at]) } }))
          : one.values,
        itemStyle: { color: paint },
        lineStyle: line ? { color: paint, width: 2 } : undefined,
        symbol: line && data.categories.length > 40 ? "none" : "circle",
        symbolSize: 5,
        barMaxWidth: 36,
        connectNulls: false,
        cursor: one.urls ? "pointer" : "default",
      };
    });

  const worst = (some) =>
    ["bad", "warn", "good"].find((tone) => some.some((one) => one.tone === tone)) || "info";

  // What happened, as pins on the first series; the tooltip has the words.
  const pins = (data) => ({
    type: "line",
    lineStyle: { opacity: 0 },
    symbol: "pin",
    symbolSize: 26,
    symbolOffset: [0, -2],
    data: data.categories.map((_label, at) => {
      const some = data.events[at] || [];
      const value = data.series[0].values[at];
      if (!some.length || value === null) return null;
      return { value, itemStyle: { color: colour(`tone-${worst(some)}`) } };
    }),
    showAllSymbol: true,
  });

  const told = (data) => (points) => {
    const at = points[0].dataIndex;
    const figures = data.series.map((one) => `${one.name}  ${written(data)(one.values[at])}`);
    return [data.categories[at], ...figures, ...(data.events[at] || []).map((one) => one.text)].join("\n");
  };

  // Shares of a whole end at 100.
  const isShare = (data) =>
    data.unit === "%" &&
    data.series.every((one) => one.values.every((value) => value === null || (value >= 0 && value <= 100)));

  const option = (data) => {
    const text = colour("chart-text");
    const grid = colour("chart-grid");
    const font = getComputedStyle(document.body).fontFamily;
    const label = { color: text, fontFamily: font, fontSize: 11 };
    return {
      animation: false,
      aria: { enabled: false },
      textStyle: { fontFamily: font },
      grid: { left: 8, right: 12, top: data.series.length > 1 || data.events?.length ? 32 : 12, bottom: 4, containLabel: true },
      legend: { show: data.series.length > 1, top: 0, left: 0, itemWidth: 12, itemHeight: 8, textStyle: label },
      // Drawn on the canvas: the page's policy forbids the inline styles of an HTML tooltip.
      tooltip: {
        trigger: "axis",
        renderMode: "richText",
        axisPointer: { type: data.kind === "line" ? "line" : "shadow" },
        confine: true,
        valueFormatter: written(data),
        ...(data.events?.length ? { formatter: told(data) } : {}),
        backgroundColor: colour("chart-surface"),
        borderColor: grid,
        textStyle: { fontFamily: font, fontSize: 12, color: text },
      },
      xAxis: {
        type: "category",
        data: data.categories,
        axisLabel: { ...label, hideOverlap: true },
        axisLine: { lineStyle: { color: grid } },
        axisTick: { show: false },
        boundaryGap: data.kind !== "line",
      },
      yAxis: {
        type: "value",
        axisLabel: { ...label, formatter: (value) => short.format(value) },
        splitLine: { lineStyle: { color: grid } },
        ...(isShare(data) ? { min: 0, max: 100, interval: 25 } : { splitNumber: 4 }),
      },
      series: data.events?.length ? [...series(data), pins(data)] : series(data),
    };
  };

  const open = (data) => (event) => {
    const url = data.series[event.seriesIndex]?.urls?.[event.dataIndex];
    if (url) location.assign(url);
  };

  const drawOne = (box) => {
    const data = JSON.parse(document.getElementById(box.dataset.chart).textContent);
    const frame = box.closest(".dw-chart-frame");
    const first = !frame.classList.contains("dw-chart-drawn");
    frame.classList.add("dw-chart-drawn");
    const picture = echarts.getInstanceByDom(box) || echarts.init(box);
    picture.setOption(option(data), true);
    if (!first) return;
    picture.on("click", open(data));
    const table = frame.querySelector(".dw-chart-table");
    if (table) table.open = false;
    new ResizeObserver(() => picture.resize()).observe(box);
  };

  const draw = () => document.querySelectorAll("[data-chart]").forEach(drawOne);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  return { draw };
})();
