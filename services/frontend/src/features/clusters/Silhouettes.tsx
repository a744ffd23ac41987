import { useTranslation } from "react-i18next";
import type { ClusteringRunDetail } from "@/api";

export function Silhouettes({ run }: { run: ClusteringRunDetail }) {
  const { t } = useTranslation("clusters");
  const tried = Object.entries(run.silhouette_by_k)
    .map(([k, silhouette]) => ({ k: Number(k), silhouette }))
    .sort((a, b) => a.k - b.k);
  const most = Math.max(0.01, ...tried.map((one) => one.silhouette));
  return (
    <ul className="space-y-1">
      {tried.map(({ k, silhouette }) => (
        <li key={k} className="grid grid-cols-[24px_minmax(0,1fr)_auto] items-center gap-3 text-13">
          <span className="text-right text-ink-3">{k}</span>
          <span
            className="h-2.5 rounded-[2px]"
            style={{
              width: `${Math.max(1, (Math.max(0, silhouette) / most) * 100)}%`,
              background: k === run.k ? "var(--accent)" : "var(--line-2)",
            }}
          />
          <span className={k === run.k ? "font-medium" : "text-ink-3"}>
            {silhouette.toFixed(2)}
            {k === run.k && <span className="sr-only"> {t("chosen", { k })}</span>}
          </span>
        </li>
      ))}
    </ul>
  );
}
