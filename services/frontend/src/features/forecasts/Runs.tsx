import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { forecastRunsListOptions } from "@/api/@tanstack/react-query.gen";
import { formatCount, formatMoment } from "@/lib/format";
import { useVisit } from "@/lib/session";
import { Query } from "@/ui/Query";

export function Runs() {
  const { t } = useTranslation("forecasts");
  const { organization } = useVisit();
  const runs = useQuery({
    ...forecastRunsListOptions({ query: { organization: organization.id, page_size: 8 } }),
    refetchInterval: 30_000,
  });
  return (
    <Query of={runs}>
      {(page) => (
        <ul className="divide-y divide-line">
          {page.results.map((run) => (
            <li key={run.id} className="flex flex-wrap justify-between gap-x-6 py-2.5">
              <span>
                {t("issued")} {formatMoment(Date.parse(run.issued_at), organization.timezone)}
                {run.is_current && <span className="ml-3 text-13 text-accent">{t("current")}</span>}
              </span>
              <span className="text-13 text-ink-2">
                {t("counts", {
                  forecast: formatCount(run.counts.forecast),
                  fallback: formatCount(run.counts.fallback),
                  refused: formatCount(run.counts.refused),
                })}
              </span>
            </li>
          ))}
        </ul>
      )}
    </Query>
  );
}
