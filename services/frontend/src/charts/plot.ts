import uPlot from "uplot";
import { formatClock, formatDayMonth, formatMonth, formatNumber, formatYear } from "@/lib/format";
import type { Seam } from "@/lib/time";
import { colourOf, type Hue } from "./colours";
import { type Drawn, layOut, layOutBars, place } from "./columns";
import type { Chart } from "./TimeChart";

const FONT = '12px "Geist Variable", system-ui, sans-serif';
const HOUR = 3600;
const DAY = 24 * HOUR;

function timeLabel(ms: number, step: number, isFirst: boolean, zone: string): string {
  if (step >= 300 * DAY) return formatYear(ms, zone);
  if (step >= 27 * DAY) {
    const month = formatMonth(ms, zone);
    return isFirst || month === formatMonth(0, "UTC") ? `${month} ${formatYear(ms, zone)}` : month;
  }
  const clock = formatClock(ms, zone);
  return step >= DAY || clock === "00:00" ? formatDayMonth(ms, zone) : clock;
}

function timeLabels(zone: string) {
  return (_plot: uPlot, splits: number[], _axis: number, _space: number, step: number): string[] =>
    splits.map((second, index) => timeLabel(second * 1000, step, index === 0, zone));
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

const EDGE: uPlot.Series = { stroke: "transparent", points: { show: false } };

function barsOf(hue: Hue): uPlot.Series {
  const paths = uPlot.paths.bars?.({ align: 1, size: [0.86, 64], radius: [0.08, 0] });
  return { fill: colourOf(hue), width: 0, paths, points: { show: false } };
}

function lineOf({ hue, kind, dash }: Chart["series"][number]): uPlot.Series {
  return {
    stroke: colourOf(hue),
    width: 1.6,
    dash: dash ? [5, 4] : undefined,
    paths: kind === "steps" ? uPlot.paths.stepped?.({ align: 1 }) : undefined,
    points: { show: false },
    spanGaps: false,
  };
}

function seriesOf(chart: Chart): uPlot.Series[] {
  const edges = (chart.bands ?? []).flatMap(() => [{ ...EDGE }, { ...EDGE }]);
  const main = chart.series.map((one) => (one.kind === "bars" ? barsOf(one.hue) : lineOf(one)));
  return [{}, ...edges, ...main];
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
  const isBars = chart.series.some((series) => series.kind === "bars");
  const drawn = isBars ? layOutBars(chart) : layOut(chart);
  const bands = (chart.bands ?? []).flatMap((band) => [place(band.high, drawn), place(band.low, drawn)]);
  const series = chart.series.map((one) => place(one.values, drawn));
  return { data: [drawn.xs, ...bands, ...series] as uPlot.AlignedData, drawn };
}

function drawSeams(plot: uPlot, seams: Seam[], words: Record<Seam["direction"], string>) {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.font = FONT.replace("12px", `${11 * devicePixelRatio}px`);
  // The axes leave their own alignment behind.
  ctx.textAlign = "left";
  ctx.textBaseline = "alphabetic";
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
    const left = room ? x + 5 : x - width - 5;
    ctx.fillStyle = colourOf("paper");
    ctx.fillRect(left - 2, bbox.top, width + 4, 15 * devicePixelRatio);
    ctx.fillStyle = colourOf("muted");
    ctx.fillText(words[seam.direction], left, bbox.top + 12 * devicePixelRatio);
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
    padding: [10, 22, 0, 0],
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
