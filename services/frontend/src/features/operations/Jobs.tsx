import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Job, JobStateEnum } from "@/api";
import {
  jobsCancelCreateMutation,
  jobsListOptions,
  jobsListQueryKey,
  jobsRetryCreateMutation,
} from "@/api/@tanstack/react-query.gen";
import { formatAge, formatMoment, formatPercent, formatSeconds } from "@/lib/format";
import { useMay, useNow, useVisit } from "@/lib/session";
import { Button } from "@/ui/Button";
import { Progress, StateWord, type Tone } from "@/ui/Marks";
import { Section } from "@/ui/Page";
import { Query } from "@/ui/Query";
import { Failed } from "@/ui/State";
import { Story } from "./Story";
import { JOB_STATES } from "./search";

const TONES: Record<JobStateEnum, Tone> = {
  waiting: "idle",
  queued: "idle",
  running: "busy",
  succeeded: "good",
  dead: "bad",
  cancelled: "warn",
};

export function Jobs() {
  const { t } = useTranslation("operations");
  const { organization } = useVisit();
  const { state, job } = useSearch({ from: "/frame/operations" });
  const navigate = useNavigate();
  const [size, setSize] = useState(25);
  const jobs = useQuery({
    ...jobsListOptions({ query: { organization: organization.id, state, page_size: size } }),
    refetchInterval: 2_000,
    placeholderData: keepPreviousData,
  });
  const open = (id: string | undefined) =>
    void navigate({ to: "/operations", search: (old) => ({ ...old, job: id }), replace: true, resetScroll: false });
  return (
    <Section
      title={t("jobs")}
      actions={
        <select
          aria-label={t("filter")}
          className="field !w-auto"
          value={state ?? ""}
          onChange={(event) =>
            void navigate({
              to: "/operations",
              search: (old) => ({ ...old, state: (event.target.value || undefined) as JobStateEnum | undefined }),
              replace: true,
              resetScroll: false,
            })
          }
        >
          <option value="">{t("any")}</option>
          {JOB_STATES.map((one) => (
            <option key={one} value={one}>
              {t(`jobState.${one}`)}
            </option>
          ))}
        </select>
      }
    >
      <Query of={jobs}>
        {(page) =>
          page.results.length === 0 ? (
            <p className="text-ink-2">{state ? t("noneInState") : t("noJobs")}</p>
          ) : (
            <>
              <ul className="divide-y divide-line">
                {page.results.map((one) => (
                  <JobRow
                    key={one.id}
                    job={one}
                    isOpen={job === one.id}
                    toggle={() => open(job === one.id ? undefined : one.id)}
                  />
                ))}
              </ul>
              {page.count > page.results.length && (
                <Button look="plain" className="mt-2" onClick={() => setSize(size + 50)}>
                  {t("more")}
                </Button>
              )}
            </>
          )
        }
      </Query>
    </Section>
  );
}

function JobRow({ job, isOpen, toggle }: { job: Job; isOpen: boolean; toggle: () => void }) {
  const { t } = useTranslation("operations");
  const { organization } = useVisit();
  const now = useNow();
  const created = Date.parse(job.created_at);
  const took =
    job.started_at && job.finished_at ? (Date.parse(job.finished_at) - Date.parse(job.started_at)) / 1000 : null;
  const words = job.state === "dead" ? job.error : job.message;
  return (
    <li className="py-2">
      <div className="grid items-center gap-x-6 gap-y-1 sm:grid-cols-[minmax(0,1fr)_120px_auto]">
        <button type="button" aria-expanded={isOpen} onClick={toggle} className="min-h-10 min-w-0 text-left">
          <span className="font-medium">{t(`kind.${job.kind}`)}</span>
          <span className="ml-2 text-13 text-ink-3" title={formatMoment(created, organization.timezone)}>
            {formatAge(created, now, organization.timezone)}
            {took !== null && ` · ${t("took", { time: formatSeconds(took) })}`}
            {(job.attempts ?? 0) > 1 && ` · ${t("attempt", { attempt: job.attempts, most: job.max_attempts })}`}
          </span>
          {words && (
            <span className={`block truncate text-13 ${job.state === "dead" ? "text-danger" : "text-ink-2"}`}>
              {words}
            </span>
          )}
        </button>
        <span className="text-13">
          <StateWord tone={TONES[job.state]}>
            {job.cancel_requested_at && job.state === "running" ? t("cancelling") : t(`jobState.${job.state}`)}
            {job.state === "running" && ` ${formatPercent(job.progress ?? 0)}`}
          </StateWord>
        </span>
        <Actions job={job} />
      </div>
      {job.state === "running" && <Progress share={job.progress ?? 0} label={t(`kind.${job.kind}`)} />}
      {isOpen && <Story id={job.id} />}
    </li>
  );
}

function Actions({ job }: { job: Job }) {
  const { t } = useTranslation("operations");
  const may = useMay("analyst");
  const queryClient = useQueryClient();
  const onSuccess = () => queryClient.invalidateQueries({ queryKey: jobsListQueryKey() });
  const retry = useMutation({ ...jobsRetryCreateMutation(), onSuccess });
  const cancel = useMutation({ ...jobsCancelCreateMutation(), onSuccess });
  const isLive = job.state === "waiting" || job.state === "queued" || job.state === "running";
  const canRetry = job.state === "dead" || job.state === "cancelled";
  const error = retry.error ?? cancel.error;
  return (
    <div className="min-w-20 text-right">
      {may && canRetry && (
        <Button busy={retry.isPending} onClick={() => retry.mutate({ path: { id: job.id } })}>
          {t("retry")}
        </Button>
      )}
      {may && isLive && !job.cancel_requested_at && (
        <Button look="plain" busy={cancel.isPending} onClick={() => cancel.mutate({ path: { id: job.id } })}>
          {t("cancel")}
        </Button>
      )}
      {error && <Failed error={error} />}
    </div>
  );
}
