import { useNavigate } from "@tanstack/react-router";
import { scaleLinear } from "d3-scale";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ClusteringRunDetail, ClusterPoint } from "@/api";
import { clusterColour } from "@/ui/Marks";

const WIDTH = 720;
const HEIGHT = 440;
const PAD = 40;

interface Props {
  run: ClusteringRunDetail;
  chosen?: number;
  choose: (number: number | undefined) => void;
}

type Placed = ClusterPoint & { number: number; left: number; top: number };

/** Each consumer a dot; each cluster a soft region about its middle, with its number. */
export function ClusterMap({ run, chosen, choose }: Props) {
  const { t } = useTranslation("clusters");
  const navigate = useNavigate();
  const [near, setNear] = useState<Placed | null>(null);
  const placed = place(run);
  return (
    <div className="relative">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} className="w-full" role="img" aria-label={t("map")}>
        {run.clusters.map((cluster) => (
          <Region
            key={cluster.id}
            points={placed.filter((point) => point.number === cluster.number)}
            number={cluster.number}
            faded={chosen !== undefined && chosen !== cluster.number}
          />
        ))}
        {placed.map((point) => (
          // biome-ignore lint/a11y/noStaticElementInteractions: a shortcut for the mouse; the table of consumers is the way for keys
          <circle
            key={point.consumer_id}
            cx={point.left}
            cy={point.top}
            r={placed.length > 600 ? 3 : 5}
            fill={clusterColour(point.number)}
            stroke="var(--paper)"
            strokeWidth="1"
            opacity={chosen !== undefined && chosen !== point.number ? 0.15 : 0.9}
            className="cursor-pointer"
            onPointerEnter={() => setNear(point)}
            onPointerLeave={() => setNear(null)}
            onClick={() =>
              void navigate({ to: "/consumers/$consumerId", params: { consumerId: String(point.consumer_id) } })
            }
          />
        ))}
      </svg>
      <div className="mt-2 flex min-h-8 flex-wrap items-center gap-1 text-13">
        {run.clusters.map((cluster) => (
          <button
            key={cluster.id}
            type="button"
            aria-pressed={chosen === cluster.number}
            onClick={() => choose(chosen === cluster.number ? undefined : cluster.number)}
            className={`inline-flex min-h-9 items-center gap-2 rounded-control px-2 hover:bg-sunk ${chosen === cluster.number ? "bg-sunk font-medium" : "text-ink-2"}`}
          >
            <span
              aria-hidden="true"
              className="size-2.5 rounded-full"
              style={{ background: clusterColour(cluster.number) }}
            />
            {cluster.label}
          </button>
        ))}
      </div>
      {near && (
        <p className="pointer-events-none absolute top-0 right-0 rounded-control border border-line bg-float px-3 py-1.5 text-12 shadow-float">
          {t("point", { name: near.name || near.key, number: near.number })}
        </p>
      )}
    </div>
  );
}

function place(run: ClusteringRunDetail): Placed[] {
  const numbers = new Map(run.clusters.map((cluster) => [cluster.id, cluster.number]));
  const xs = run.points.map((point) => point.x);
  const ys = run.points.map((point) => point.y);
  const x = scaleLinear([Math.min(...xs), Math.max(...xs)], [PAD, WIDTH - PAD]);
  const y = scaleLinear([Math.min(...ys), Math.max(...ys)], [HEIGHT - PAD, PAD]);
  return run.points.map((point) => ({
    ...point,
    number: numbers.get(point.cluster_id) ?? 0,
    left: x(point.x),
    top: y(point.y),
  }));
}

function Region({ points, number, faded }: { points: Placed[]; number: number; faded: boolean }) {
  if (points.length === 0) return null;
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [cx, cy] = [mean(points.map((point) => point.left)), mean(points.map((point) => point.top))];
  const spread = (values: number[], middle: number) => Math.sqrt(mean(values.map((value) => (value - middle) ** 2)));
  const rx =
    26 +
    1.5 *
      spread(
        points.map((point) => point.left),
        cx,
      );
  const ry =
    26 +
    1.5 *
      spread(
        points.map((point) => point.top),
        cy,
      );
  return (
    <ellipse
      cx={cx}
      cy={cy}
      rx={Math.min(rx, cx, WIDTH - cx)}
      ry={Math.min(ry, cy, HEIGHT - cy)}
      fill={clusterColour(number)}
      opacity={faded ? 0.03 : 0.1}
    />
  );
}
