import { useTranslation } from "react-i18next";
import type { Model } from "@/api";
import { formatBytes, formatDay, formatMoment } from "@/lib/format";
import { useVisit } from "@/lib/session";
import { useModelName } from "./names";

export function Registry({ models }: { models: Model[] }) {
  const { t } = useTranslation("forecasts");
  const nameOf = useModelName();
  const { organization } = useVisit();
  const day = (iso: string) => formatDay(Date.parse(iso), organization.timezone);
  return (
    <ul className="divide-y divide-line">
      {models.map((model) => (
        <li key={model.id} className="flex flex-wrap items-baseline justify-between gap-x-6 gap-y-0.5 py-2.5">
          <span className="font-medium">
            {nameOf(model.forecaster)}{" "}
            <span className="font-normal text-ink-3">
              {formatMoment(Date.parse(model.created_at), organization.timezone)}
            </span>
            {model.is_champion && <span className="ml-3 text-13 font-normal text-accent">{t("champion")}</span>}
          </span>
          <span className="text-13 text-ink-2">
            {t("trained", { from: day(model.trained_from), until: day(model.trained_until) })} ·{" "}
            {t("bytes", { size: formatBytes(model.artefact_bytes ?? 0), sha: model.data_sha256.slice(0, 10) })}
          </span>
        </li>
      ))}
    </ul>
  );
}
