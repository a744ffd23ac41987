import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import uPlot from "uplot";
import { useShownTheme } from "@/lib/theme";
import { clockChanges } from "@/lib/time";
import { Button } from "@/ui/Button";
import { Icon } from "@/ui/icons";
import { cssOf, type Hue } from "./colours";
import { type Drawn, intervalAt } from "./columns";
import { DataTable } from "./DataTable";
import { columnsOf, optionsOf } from "./plot";
import { Tip } from "./Tip";

export interface Series {
  label: string;
  hue: Hue;
  kind: "line" | "steps" | "bars";
  values: (number | null)[];
  dash?: boolean;
}

export interface Band {
  label: string;
  hue: Hue;
  /** How strong the tint is, 0..1. */
  strength: number;
  low: (number | null)[];
  high: (number | null)[];
}

export interface Chart {
  zone: string;
  /** The shown span; data may be shorter. */
  start: number;
  end: number;
  /** Each interval's start and end; gaps are where they do not touch. Epoch milliseconds. */
  starts: number[];
  ends: number[];
  series: Series[];
  bands?: Band[];
  quality?: (number | null)[];
  fromZero?: boolean;
}

interface Props {
  chart: Chart;
  /** One sentence: what is drawn. Read aloud, and the table's caption. */
  title: string;
  unit: string;
  /** A value with its unit, as in the tooltip: "0.412 kWh". Gets the number of the interval too. */
  say: (value: number, interval: number) => string;
  /** After the value: "measured", "98 % complete". */
  remark?: (interval: number) => string;
  height?: number;
  legend?: boolean;
  onZoom?: (start: number, end: number) => void;
  onReset?: () => void;
  onStep?: (direction: 1 | -1) => void;
}

export function TimeChart({
  chart,
  title,
  unit,
  say,
  remark,
  height = 300,
  legend = true,
  onZoom,
  onReset,
  onStep,
}: Props) {
  const { t } = useTranslation("ui");
  const [asTable, setAsTable] = useState(false);
  function press(event: KeyboardEvent) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "t" || event.key === "T") setAsTable((shown) => !shown);
    else if (event.key === "ArrowLeft" && onStep) onStep(-1);
    else if (event.key === "ArrowRight" && onStep) onStep(1);
    else return;
    event.preventDefault();
  }
  return (
    <figure>
      <div className="mb-1 flex min-h-9 items-center justify-between gap-4">
        <figcaption className="flex min-w-0 flex-wrap items-center gap-x-4 gap-y-1 text-12 text-ink-2">
          <span className="text-ink-3">{unit}</span>
          {legend && <Legend chart={chart} />}
        </figcaption>
        <Button look="plain" aria-pressed={asTable} className="text-12" onClick={() => setAsTable(!asTable)}>
          <Icon name={asTable ? "overview" : "table"} size={16} />
          {asTable ? t("chart.chart") : t("chart.table")}
        </Button>
      </div>
      {asTable ? (
        <DataTable chart={chart} title={title} say={say} remark={remark} />
      ) : (
        <div
          role="group"
          aria-label={`${title} ${t("chart.hint")}`}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys and T work on it
          tabIndex={0}
          onKeyDown={press}
          onDoubleClick={onReset}
          title=""
          className="relative rounded-control"
        >
          <Canvas chart={chart} height={height} say={say} remark={remark} onZoom={onZoom} />
        </div>
      )}
    </figure>
  );
}

type CanvasProps = Pick<Props, "chart" | "say" | "remark" | "onZoom"> & { height: number };

interface Point {
  interval: number;
  left: number;
}

function Canvas({ chart, height, say, remark, onZoom }: CanvasProps) {
  const { t } = useTranslation("ui");
  const host = useRef<HTMLDivElement>(null);
  const theme = useShownTheme();
  const [point, setPoint] = useState<Point | null>(null);
  const { data, drawn } = useMemo(() => columnsOf(chart), [chart]);
  const zoom = useRef(onZoom);
  zoom.current = onZoom;
  const canZoom = Boolean(onZoom);
  const words = useMemo(() => ({ forward: t("chart.forward"), back: t("chart.backward") }), [t]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new theme means new colours, read from the document
  useEffect(() => {
    const element = host.current;
    if (!element) return;
    const seams = clockChanges(chart.start, chart.end, chart.zone);
    const actions = {
      onZoom: canZoom ? (from: number, to: number) => zoom.current?.(from, to) : undefined,
      onPoint: (index: number | null, left: number) => setPoint(pointOf(index, left, drawn)),
    };
    const plot = new uPlot(
      optionsOf(chart, { width: element.clientWidth, height }, seams, words, actions),
      data,
      element,
    );
    const watcher = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height }));
    watcher.observe(element);
    void document.fonts?.ready.then(() => plot.redraw());
    return () => {
      watcher.disconnect();
      plot.destroy();
      setPoint(null);
    };
  }, [chart, data, drawn, height, theme, words, canZoom]);

  return (
    <>
      <div ref={host} style={{ height }} />
      {chart.starts.length === 0 && (
        <p className="absolute inset-0 grid place-items-center text-ink-3">{t("chart.noData")}</p>
      )}
      {point && <Tip chart={chart} interval={point.interval} left={point.left + 46} say={say} remark={remark} />}
    </>
  );
}

function pointOf(index: number | null, left: number, drawn: Drawn): Point | null {
  if (index === null || left < 0) return null;
  const interval = intervalAt(index, drawn);
  return interval === null ? null : { interval, left };
}

function Legend({ chart }: { chart: Chart }) {
  const bands = (chart.bands ?? []).filter((band) => band.high.some((value) => value !== null));
  const lines = chart.series.filter((series) => series.values.some((value) => value !== null));
  if (bands.length + lines.length < 2) return null;
  return (
    <>
      {lines.map((series) => (
        <span key={series.label} className="inline-flex items-center gap-1.5">
          <svg width="16" height="8" aria-hidden="true">
            <line
              x1="0"
              x2="16"
              y1="4"
              y2="4"
              stroke={cssOf(series.hue)}
              strokeWidth="2"
              strokeDasharray={series.dash ? "4 3" : undefined}
            />
          </svg>
          {series.label}
        </span>
      ))}
      {bands.map((band) => (
        <span key={band.label} className="inline-flex items-center gap-1.5">
          <svg width="12" height="10" aria-hidden="true">
            <rect width="12" height="10" rx="2" fill={cssOf(band.hue)} opacity={band.strength} />
          </svg>
          {band.label}
        </span>
      ))}
    </>
  );
}
