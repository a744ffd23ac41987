import { area } from "d3-shape";
import { type KeyboardEvent, type PointerEvent, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { formatDay } from "@/lib/format";
import { DAY_MS } from "@/lib/time";
import { cssOf, type Hue } from "./colours";

interface Props {
  starts: number[];
  ends: number[];
  values: number[];
  /** The whole history. */
  from: number;
  to: number;
  /** The shown part. */
  start: number;
  end: number;
  zone: string;
  hue: Hue;
  onChange: (start: number, end: number) => void;
}

const WIDTH = 1000;
const HEIGHT = 48;
type Grip = "start" | "end" | "both";

/** The whole history in a thin strip; the shown part can be moved and stretched. */
export function Brush({ starts, ends, values, from, to, start, end, zone, hue, onChange }: Props) {
  const { t } = useTranslation("ui");
  const strip = useRef<HTMLDivElement>(null);
  const [draft, setDraft] = useState<[number, number] | null>(null);
  const drag = useRef<{ grip: Grip; at: number; span: [number, number] } | null>(null);
  const shown = draft ?? [start, end];
  const share = (ms: number) => Math.min(1, Math.max(0, (ms - from) / (to - from)));

  function momentOf(event: PointerEvent): number {
    const box = strip.current?.getBoundingClientRect();
    return box ? from + ((event.clientX - box.left) / box.width) * (to - from) : from;
  }
  function grab(grip: Grip) {
    return (event: PointerEvent<HTMLElement>) => {
      event.stopPropagation();
      event.currentTarget.setPointerCapture(event.pointerId);
      drag.current = { grip, at: momentOf(event), span: [start, end] };
    };
  }
  function move(event: PointerEvent) {
    if (drag.current) setDraft(moved(drag.current.span, drag.current.grip, momentOf(event) - drag.current.at));
  }
  function release() {
    if (draft) onChange(...draft);
    drag.current = null;
    setDraft(null);
  }
  function press(grip: Grip) {
    return (event: KeyboardEvent) => {
      const direction = event.key === "ArrowLeft" ? -1 : event.key === "ArrowRight" ? 1 : 0;
      if (!direction) return;
      event.preventDefault();
      onChange(...moved([start, end], grip, direction * DAY_MS));
    };
  }
  const grips: Grip[] = ["start", "end"];
  return (
    <div ref={strip} className="relative ml-[46px] h-12 touch-none select-none" title={t("chart.brush")}>
      <Shape starts={starts} ends={ends} values={values} from={from} to={to} hue={hue} />
      <div
        className="absolute inset-y-0 cursor-grab border-x border-accent bg-accent/12 active:cursor-grabbing"
        style={{
          left: `${share(shown[0]) * 100}%`,
          width: `${Math.max(0.4, (share(shown[1]) - share(shown[0])) * 100)}%`,
        }}
        onPointerDown={grab("both")}
        onPointerMove={move}
        onPointerUp={release}
        onPointerCancel={release}
      >
        {grips.map((grip) => (
          <div
            key={grip}
            role="slider"
            tabIndex={0}
            aria-label={grip === "start" ? t("chart.brushStart") : t("chart.brushEnd")}
            aria-valuemin={from}
            aria-valuemax={to}
            aria-valuenow={grip === "start" ? shown[0] : shown[1]}
            aria-valuetext={formatDay(grip === "start" ? shown[0] : shown[1], zone)}
            onKeyDown={press(grip)}
            onPointerDown={grab(grip)}
            onPointerMove={move}
            onPointerUp={release}
            onPointerCancel={release}
            className={`absolute inset-y-0 w-5 cursor-ew-resize ${grip === "start" ? "-left-2.5" : "-right-2.5"} after:absolute after:top-3.5 after:left-1/2 after:h-5 after:w-1.5 after:-translate-x-1/2 after:rounded-full after:bg-accent`}
          />
        ))}
      </div>
      <div className="pointer-events-none absolute -bottom-5 flex w-full justify-between text-12 text-ink-3">
        <span>{formatDay(from, zone)}</span>
        <span>{formatDay(to - 1, zone)}</span>
      </div>
    </div>
  );
}

function moved([start, end]: [number, number], grip: Grip, by: number): [number, number] {
  if (grip === "start") return [Math.min(start + by, end - DAY_MS / 4), end];
  if (grip === "end") return [start, Math.max(end + by, start + DAY_MS / 4)];
  return [start + by, end + by];
}

function Shape({
  starts,
  ends,
  values,
  from,
  to,
  hue,
}: Pick<Props, "starts" | "ends" | "values" | "from" | "to" | "hue">) {
  const most = Math.max(...values, 0.001);
  const points = starts.flatMap((start, index) => {
    const value = values[index] ?? 0;
    const end = ends[index] ?? start;
    const gap = (starts[index + 1] ?? end) > end ? [{ at: end, value: null }] : [];
    return [{ at: start, value }, { at: end, value }, ...gap] as { at: number; value: number | null }[];
  });
  const path = area<{ at: number; value: number | null }>()
    .defined((point) => point.value !== null)
    .x((point) => ((point.at - from) / (to - from)) * WIDTH)
    .y0(HEIGHT)
    .y1((point) => HEIGHT - ((point.value ?? 0) / most) * (HEIGHT - 4))(points);
  return (
    <svg
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      className="absolute inset-0 size-full border-b border-line-2"
      aria-hidden="true"
    >
      <path d={path ?? ""} fill={cssOf(hue)} opacity="0.45" />
    </svg>
  );
}
