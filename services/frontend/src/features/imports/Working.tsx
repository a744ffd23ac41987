import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { jobsCancelCreateMutation, jobsRetryCreateMutation } from "@/api/@tanstack/react-query.gen";
import { formatPercent } from "@/lib/format";
import { useMay } from "@/lib/session";
import { Button } from "@/ui/Button";
import { Progress } from "@/ui/Marks";
import { Failed } from "@/ui/State";
import { useImportCalls } from "./calls";
import { Discard } from "./Discard";
import type { Phase } from "./state";
import type { Run } from "./types";

/** How far it is, in a sentence and a bar. */
export function Working({ run, phase }: { run: Run; phase: Phase }) {
  const { t } = useTranslation("imports");
  const { refresh } = useImportCalls(run.id);
  const may = useMay("manager");
  const cancel = useMutation({ ...jobsCancelCreateMutation(), onSuccess: refresh });
  const share = run.job?.progress ?? 0;
  const jobId = run.job?.id;
  // What was half undone has to be finished: there is no way back from there.
  const canStop = may && jobId && phase !== "undoing";
  return (
    <div className="max-w-3xl">
      <div role="status" className="mb-3 flex items-baseline justify-between gap-4">
        <p className="text-16 font-medium">{run.job?.message || t(`working.${phase}` as "working.importing")}</p>
        <p className="text-ink-2">{formatPercent(share)}</p>
      </div>
      <Progress share={share} label={t(`working.${phase}` as "working.importing")} />
      <div className="mt-3 flex flex-wrap items-center gap-x-4 gap-y-2">
        {canStop && (
          <Button
            look="plain"
            className="-ml-2.5"
            busy={cancel.isPending}
            onClick={() => cancel.mutate({ path: { id: jobId } })}
          >
            {cancel.isSuccess ? t("working.stopping") : t("working.stop")}
          </Button>
        )}
        <p className="text-13 text-ink-3">{t("working.leave")}</p>
      </div>
      {cancel.error && <Failed error={cancel.error} />}
    </div>
  );
}

/** It failed or was stopped: what happened, what is safe, what to do. */
export function Stopped({ run, phase }: { run: Run; phase: "failed" | "cancelled" }) {
  const { t } = useTranslation("imports");
  const { refresh } = useImportCalls(run.id);
  const may = useMay("manager");
  const retry = useMutation({ ...jobsRetryCreateMutation(), onSuccess: refresh });
  const stage = run.stage ?? "import";
  const jobId = run.job?.id;
  const edge = phase === "failed" ? "border-danger" : "border-warning";
  return (
    <div role="alert" className={`measure border-l-2 pl-4 ${edge}`}>
      <p className="text-16 font-medium">{t(`stopped.${phase}.${stage}`)}</p>
      {run.job?.error && <p className="mt-1 [overflow-wrap:anywhere]">{run.job.error}</p>}
      <p className="mt-1 text-ink-2">{t(`stopped.safe.${stage}`)}</p>
      {may && (
        <div className="mt-3 flex flex-wrap gap-2">
          {jobId && (
            <Button busy={retry.isPending} onClick={() => retry.mutate({ path: { id: jobId } })}>
              {t("receipt.retry")}
            </Button>
          )}
          {stage === "preview" && <Discard run={run} />}
        </div>
      )}
      {retry.error && <Failed error={retry.error} />}
    </div>
  );
}
