import uPlot from "uplot";
import { formatClock, formatDayMonth, formatMonth, formatNumber, formatYear } from "@/lib/format";
import type { Seam } from "@/lib/time";
import { colourOf } from "./colours";
import { type Drawn, layOut, place } from "./columns";
import type { Chart } from "./TimeChart";

const FONT = '12px "Geist Variable", system-ui, sans-serif';
const HOUR = 3600;
const DAY = 24 * HOUR;

function timeLabels(zone: string) {
  return (_plot: uPlot, splits: number[], _axis: number, _space: number, step: number): string[] =>
    splits.map((second, index) => {
      const ms = second * 1000;
      const isFirst = index === 0;
      if (step >= 300 * DAY) return formatYear(ms, zone);
      if (step >= 27 * DAY)
        return (
          formatMonth(ms, zone) +
          (isFirst || formatMonth(ms, zone) === formatMonth(0, "UTC") ? ` ${formatYear(ms, zone)}` : "")
        );
      if (step >= DAY) return formatDayMonth(ms, zone);
      const clock = formatClock(ms, zone);
      return clock === "00:00" ? formatDayMonth(ms, zone) : clock;
    });
}

function axes(chart: Chart): uPlot.Axis[] {
  const common = { font: FONT, stroke: colourOf("muted"), ticks: { show: false } };
  return [
    { ...common, space: 72, size: 28, gap: 6, grid: { show: false }, values: timeLabels(chart.zone) },
    {
      ...common,
      size: 46,
      gap: 6,
      space: 36,
      grid: { stroke: colourOf("line"), width: 1 },
      values: (_plot, splits) => splits.map((value) => formatNumber(value)),
    },
  ];
}

function alpha(colour: string, share: number): string {
  return `color-mix(in oklab, ${colour} ${Math.round(share * 100)}%, transparent)`;
}

function seriesOf(chart: Chart): uPlot.Series[] {
  const bands = (chart.bands ?? []).flatMap(() => [
    { show: true, stroke: "transparent", points: { show: false } },
    { show: true, stroke: "transparent", points: { show: false } },
  ]);
  const stepped = uPlot.paths.stepped?.({ align: 1 });
  const bars = uPlot.paths.bars?.({ align: 1, size: [0.86, 64], radius: [0.08, 0] });
  const main = chart.series.map((series): uPlot.Series => {
    const stroke = colourOf(series.hue);
    const isBar = series.kind === "bars";
    return {
      label: series.label,
      stroke: isBar ? undefined : stroke,
      fill: isBar ? stroke : undefined,
      width: isBar ? 0 : series.dash ? 1.5 : 1.6,
      dash: series.dash ? [5, 4] : undefined,
      paths: isBar ? bars : series.kind === "steps" ? stepped : undefined,
      points: { show: false },
      spanGaps: false,
    };
  });
  return [{}, ...bands, ...main];
}

function bandsOf(chart: Chart): uPlot.Band[] {
  return (chart.bands ?? []).map((band, index) => ({
    // [the upper edge, the lower edge], in the order of `columnsOf`
    series: [index * 2 + 1, index * 2 + 2],
    fill: alpha(colourOf(band.hue), band.strength),
  }));
}

/** The columns in the order of `seriesOf`: time, then each band's upper and lower edge, then the series. */
export function columnsOf(chart: Chart): { data: uPlot.AlignedData; drawn: Drawn } {
  const drawn = layOut(chart);
  const bands = (chart.bands ?? []).flatMap((band) => [place(band.high, drawn), place(band.low, drawn)]);
  const isBars = chart.series.some((series) => series.kind === "bars");
  const series = chart.series.map((one) =>
    // A bar needs no closing point: it would be drawn as a bar of its own.
    isBars
      ? drawn.source.map((from) => (Number.isNaN(from) || from < 0 ? null : (one.values[from] ?? null)))
      : place(one.values, drawn),
  );
  return { data: [drawn.xs, ...bands, ...series] as uPlot.AlignedData, drawn };
}

function drawSeams(plot: uPlot, seams: Seam[], words: Record<Seam["direction"], string>) {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.font = FONT.replace("12px", `${11 * devicePixelRatio}px`);
  ctx.strokeStyle = colourOf("muted");
  ctx.fillStyle = colourOf("muted");
  ctx.setLineDash([2 * devicePixelRatio, 3 * devicePixelRatio]);
  for (const seam of seams) {
    const x = Math.round(plot.valToPos(seam.at / 1000, "x", true)) + 0.5;
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    const width = ctx.measureText(words[seam.direction]).width;
    const room = bbox.left + bbox.width - x > width + 8;
    ctx.fillText(words[seam.direction], room ? x + 5 : x - width - 5, bbox.top + 12 * devicePixelRatio);
  }
  ctx.restore();
}

/** Estimated and interpolated readings carry a row of dots at the foot. */
function drawQuality(plot: uPlot, chart: Chart) {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.fillStyle = colourOf("muted");
  const y = bbox.top + bbox.height - 3 * devicePixelRatio;
  let last = Number.NEGATIVE_INFINITY;
  chart.quality?.forEach((quality, index) => {
    if (quality !== 1 && quality !== 2) return;
    const x = plot.valToPos((chart.starts[index] ?? 0) / 1000, "x", true);
    if (x < bbox.left || x > bbox.left + bbox.width || x - last < 4 * devicePixelRatio) return;
    last = x;
    ctx.fillRect(x, y, 1.5 * devicePixelRatio, 1.5 * devicePixelRatio);
  });
  ctx.restore();
}

export interface Actions {
  onZoom?: (start: number, end: number) => void;
  onPoint: (index: number | null, left: number) => void;
}

export function optionsOf(
  chart: Chart,
  size: { width: number; height: number },
  seams: Seam[],
  words: Record<Seam["direction"], string>,
  actions: Actions,
): uPlot.Options {
  const domain: [number, number] = [chart.start / 1000, chart.end / 1000];
  return {
    ...size,
    padding: [10, 4, 0, 0],
    legend: { show: false },
    tzDate: (second) => uPlot.tzDate(new Date(second * 1000), chart.zone),
    scales: {
      x: { time: true, range: () => domain },
      y: {
        range: (_plot, low, high) => [
          chart.fromZero === false ? low - (high - low) * 0.08 : Math.min(0, low),
          (high > 0 ? high : 1) * 1.08,
        ],
      },
    },
    cursor: { drag: { x: Boolean(actions.onZoom), y: false, setScale: false, dist: 6 }, points: { size: 7 } },
    axes: axes(chart),
    series: seriesOf(chart),
    bands: bandsOf(chart),
    hooks: {
      draw: [
        (plot) => {
          drawSeams(plot, seams, words);
          drawQuality(plot, chart);
        },
      ],
      setSelect: [
        (plot) => {
          if (plot.select.width < 6) return;
          const from = plot.posToVal(plot.select.left, "x") * 1000;
          const to = plot.posToVal(plot.select.left + plot.select.width, "x") * 1000;
          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          actions.onZoom?.(from, to);
        },
      ],
      setCursor: [(plot) => actions.onPoint(plot.cursor.idx ?? null, plot.cursor.left ?? -1)],
    },
  };
}
