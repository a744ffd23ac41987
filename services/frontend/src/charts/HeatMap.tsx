import { type PointerEvent, useEffect, useRef, useState } from "react";
import { useShownTheme } from "@/lib/theme";

interface Props {
  /** columns[x][y], y from the top; null is an honest gap. */
  columns: (number | null)[][];
  title: string;
  height?: number;
  say: (column: number, row: number, value: number | null) => string;
}

/** Cells of one hue, from almost paper to deep; thousands of them on one canvas. */
export function HeatMap({ columns, title, height = 168, say }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const theme = useShownTheme();
  const [words, setWords] = useState("");
  const rows = columns[0]?.length ?? 0;

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new theme means new colours, read from the document
  useEffect(() => {
    const element = canvas.current;
    const context = element?.getContext("2d");
    if (!element || !context) return;
    paint(element, context, columns, rows);
    const watcher = new ResizeObserver(() => paint(element, context, columns, rows));
    watcher.observe(element);
    return () => watcher.disconnect();
  }, [columns, rows, theme]);

  function point(event: PointerEvent<HTMLCanvasElement>) {
    const box = event.currentTarget.getBoundingClientRect();
    const column = Math.min(columns.length - 1, Math.floor(((event.clientX - box.left) / box.width) * columns.length));
    const row = Math.min(rows - 1, Math.floor(((event.clientY - box.top) / box.height) * rows));
    setWords(say(column, row, columns[column]?.[row] ?? null));
  }
  return (
    <div>
      <canvas
        ref={canvas}
        role="img"
        aria-label={title}
        className="block w-full"
        style={{ height }}
        onPointerMove={point}
        onPointerLeave={() => setWords("")}
      />
      <p className="mt-1 min-h-4 text-12 text-ink-3">{words}</p>
    </div>
  );
}

function paint(
  element: HTMLCanvasElement,
  context: CanvasRenderingContext2D,
  columns: (number | null)[][],
  rows: number,
) {
  const style = getComputedStyle(document.documentElement);
  const [low, high] = [style.getPropertyValue("--heatmap-low").trim(), style.getPropertyValue("--heatmap-high").trim()];
  const scale = devicePixelRatio || 1;
  element.width = element.clientWidth * scale;
  element.height = element.clientHeight * scale;
  const values = columns
    .flat()
    .filter((value): value is number => value !== null)
    .sort((a, b) => a - b);
  // The top percent shares the deepest tone: one odd hour must not bleach the rest.
  const top = values[Math.floor(values.length * 0.99)] || 1;
  const shades = Array.from({ length: 33 }, (_, step) => `color-mix(in oklab, ${high} ${(step / 32) * 100}%, ${low})`);
  const width = element.width / columns.length;
  const tall = element.height / rows;
  const gap = width > 6 * scale ? scale : 0;
  columns.forEach((cells, x) => {
    cells.forEach((value, y) => {
      if (value === null) return;
      context.fillStyle = shades[Math.round(Math.min(1, Math.max(0, value / top)) * 32)] ?? low;
      const left = Math.floor(x * width);
      const upper = Math.floor(y * tall);
      context.fillRect(left, upper, Math.ceil((x + 1) * width) - left - gap, Math.ceil((y + 1) * tall) - upper - gap);
    });
  });
}
