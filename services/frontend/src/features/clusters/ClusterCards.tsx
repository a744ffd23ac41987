import { Link } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { Cluster, ClusteringRunDetail } from "@/api";
import { DayCurve, usePeakWords } from "@/charts/DayCurve";
import { formatCount, formatEnergy } from "@/lib/format";
import { ClusterDot, clusterColour } from "@/ui/Marks";

interface Props {
  run: ClusteringRunDetail;
  chosen?: number;
  choose: (number: number | undefined) => void;
}

export function ClusterCards({ run, chosen }: Props) {
  const top = Math.max(0.01, ...run.clusters.flatMap((cluster) => cluster.load_curve_kw));
  return (
    <div className="grid gap-x-12 gap-y-10 md:grid-cols-2">
      {run.clusters.map((cluster) => (
        <Card key={cluster.id} cluster={cluster} top={top} isChosen={chosen === cluster.number} run={run} />
      ))}
    </div>
  );
}

function Card({
  cluster,
  top,
  isChosen,
  run,
}: {
  cluster: Cluster;
  top: number;
  isChosen: boolean;
  run: ClusteringRunDetail;
}) {
  const { t } = useTranslation("clusters");
  const peak = usePeakWords(cluster.load_curve_kw);
  const element = useRef<HTMLElement>(null);
  useEffect(() => {
    if (isChosen) element.current?.scrollIntoView({ block: "nearest" });
  }, [isChosen]);
  const size = t("size", { count: cluster.size, formatted: formatCount(cluster.size) });
  const mean =
    cluster.members_kwh_mean === null ? "" : ` · ${t("mean", { energy: formatEnergy(cluster.members_kwh_mean) })}`;
  return (
    <article
      ref={element}
      aria-label={cluster.label}
      className={`min-w-0 scroll-mt-20 border-l-2 pl-5 ${isChosen ? "" : "border-line"}`}
      style={isChosen ? { borderColor: clusterColour(cluster.number) } : undefined}
    >
      <h3 className="flex items-center gap-2.5 text-16 font-semibold">
        <ClusterDot number={cluster.number} />
        {cluster.label}
      </h3>
      <p className="text-13 text-ink-3">
        {size}
        {mean}
      </p>
      <p className="measure mt-2">{cluster.sentence}</p>
      {cluster.load_curve_kw.length === 24 ? (
        <div className="mt-4">
          <div className="h-20">
            <DayCurve
              bare
              height={80}
              top={top}
              title={t("curve", { number: cluster.number })}
              lines={[
                {
                  label: cluster.label,
                  colour: clusterColour(cluster.number),
                  mean: cluster.load_curve_kw,
                  low: cluster.load_curve_kw.map(() => 0),
                  high: cluster.load_curve_kw,
                },
              ]}
            />
          </div>
          <div className="flex justify-between text-12 text-ink-3">
            <span>00:00</span>
            <span>{peak}</span>
            <span>24:00</span>
          </div>
        </div>
      ) : (
        <p className="mt-3 text-13 text-ink-3">{t("noCurve")}</p>
      )}
      <dl className="mt-4 divide-y divide-line text-13">
        {cluster.distinctions.slice(0, 5).map((one) => (
          <div key={one.attribute} className="grid grid-cols-[minmax(0,1fr)_minmax(0,1.5fr)] gap-3 py-1.5">
            <dt className="text-ink-2">{one.label}</dt>
            <dd>{t("here", { here: one.here, overall: one.overall })}</dd>
          </div>
        ))}
      </dl>
      <Members cluster={cluster} run={run} />
    </article>
  );
}

function Members({ cluster, run }: { cluster: Cluster; run: ClusteringRunDetail }) {
  const { t } = useTranslation("clusters");
  const members = run.points
    .filter((point) => point.cluster_id === cluster.id)
    .sort((a, b) => b.silhouette - a.silhouette);
  return (
    <details className="mt-3">
      <summary className="min-h-9 cursor-pointer py-2 text-13 font-medium text-accent">{t("members")}</summary>
      <ul className="flex flex-wrap gap-x-4 gap-y-1 text-13">
        {members.slice(0, 60).map((point) => (
          <li key={point.consumer_id}>
            <Link
              to="/consumers/$consumerId"
              params={{ consumerId: String(point.consumer_id) }}
              className="text-ink-2 hover:text-ink hover:underline"
            >
              {point.name || point.key}
            </Link>
          </li>
        ))}
        <li>
          <Link
            to="/consumers"
            search={(old) => ({ ...old, cluster: cluster.id })}
            className="font-medium text-accent hover:underline"
          >
            {t("all")}
          </Link>
        </li>
      </ul>
    </details>
  );
}
