import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { jobsRetrieveOptions } from "@/api/@tanstack/react-query.gen";
import { formatMoment, formatSeconds } from "@/lib/format";
import { useVisit } from "@/lib/session";
import { Query } from "@/ui/Query";

/** What happened to a job, attempt by attempt. */
export function Story({ id }: { id: string }) {
  const { t } = useTranslation("operations");
  const { organization } = useVisit();
  const job = useQuery({ ...jobsRetrieveOptions({ path: { id } }), refetchInterval: 5_000 });
  const moment = (iso: string) => formatMoment(Date.parse(iso), organization.timezone);
  return (
    <section aria-label={t("story")} className="mb-3 border-l-2 border-line-2 pl-4 text-13">
      <Query of={job}>
        {(data) => (
          <>
            <p className="text-ink-3">{t("created", { moment: moment(data.created_at) })}</p>
            <ol className="mt-1 space-y-2">
              {data.story.map((one) => (
                <li key={one.attempt}>
                  <p>
                    <span className="font-medium">{t("try", { attempt: one.attempt, worker: one.worker })}</span>{" "}
                    {moment(one.started_at)} · {t(`outcome.${one.outcome ?? "running"}`)}
                    {one.ended_at &&
                      ` · ${t("took", { time: formatSeconds((Date.parse(one.ended_at) - Date.parse(one.started_at)) / 1000) })}`}
                  </p>
                  {one.error && <p className="measure [overflow-wrap:anywhere] text-danger">{one.error}</p>}
                </li>
              ))}
            </ol>
            {data.traceback && (
              <details className="mt-2">
                <summary className="min-h-9 cursor-pointer py-1.5 font-medium text-accent">{t("traceback")}</summary>
                {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keys */}
                <pre tabIndex={0} className="max-h-80 overflow-auto rounded-control bg-sunk p-3 font-mono text-12">
                  {data.traceback}
                </pre>
              </details>
            )}
          </>
        )}
      </Query>
    </section>
  );
}
