import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Import } from "@/api";
import {
  importsRetrieveOptions,
  importsRetrieveQueryKey,
  jobsRetryCreateMutation,
} from "@/api/@tanstack/react-query.gen";
import { formatBytes, formatMoment } from "@/lib/format";
import { useMay, useVisit } from "@/lib/session";
import { Button } from "@/ui/Button";
import { Progress } from "@/ui/Marks";
import { Page, Section } from "@/ui/Page";
import { Query } from "@/ui/Query";
import { Statement } from "./Statement";
import { stateOf } from "./state";

export function ReceiptPage() {
  const { importId } = useParams({ from: "/frame/imports/$importId" });
  const query = useQuery({
    ...importsRetrieveOptions({ path: { id: Number(importId) } }),
    refetchInterval: ({ state }) =>
      state.data?.finished_at || (state.data && stateOf(state.data) === "dead") ? false : 1_000,
  });
  return <Query of={query}>{(run) => <Shown run={run} />}</Query>;
}

function Shown({ run }: { run: Import }) {
  const { t } = useTranslation("imports");
  const { organization } = useVisit();
  const moment = formatMoment(Date.parse(run.created_at), organization.timezone);
  const state = stateOf(run);
  return (
    <Page
      title={run.files.length === 1 && run.files[0] ? run.files[0].name : t("receipt.title", { id: run.id })}
      isSimulated={run.source.kind === "simulation"}
      above={
        <Link to="/sources" className="hover:text-ink hover:underline">
          {t("receipt.above")}
        </Link>
      }
      lead={run.created_by ? t("receipt.by", { moment, person: run.created_by }) : t("receipt.byNobody", { moment })}
    >
      <div className="max-w-3xl space-y-10">
        {(state === "running" || state === "queued" || state === "waiting") && <Working run={run} />}
        {state === "dead" && <Dead run={run} />}
        {run.receipt && <Statement run={run} receipt={run.receipt} />}
        {run.files.length > 1 && (
          <Section title={t("receipt.files")}>
            <ul className="divide-y divide-line text-13">
              {run.files.map((file) => (
                <li key={file.number} className="flex justify-between gap-4 py-1.5">
                  <span className="truncate">{file.name}</span>
                  <span className="text-ink-3">{formatBytes(file.bytes)}</span>
                </li>
              ))}
            </ul>
          </Section>
        )}
      </div>
    </Page>
  );
}

function Working({ run }: { run: Import }) {
  const { t } = useTranslation("imports");
  return (
    <div role="status">
      <p className="mb-3 text-16 font-medium">{run.job?.message || t("receipt.working")}</p>
      <Progress share={run.job?.progress ?? 0} label={t("receipt.working")} />
    </div>
  );
}

function Dead({ run }: { run: Import }) {
  const { t } = useTranslation("imports");
  const queryClient = useQueryClient();
  const may = useMay("analyst");
  const retry = useMutation({
    ...jobsRetryCreateMutation(),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: importsRetrieveQueryKey({ path: { id: run.id } }) }),
  });
  const jobId = run.job?.id;
  return (
    <div role="alert" className="measure border-l-2 border-danger pl-4">
      <p className="text-16 font-medium">{t("receipt.failed")}</p>
      <p className="mt-1 [overflow-wrap:anywhere]">{run.job?.error}</p>
      <p className="mt-1 text-ink-2">{t("receipt.failedSafe")}</p>
      {may && jobId && (
        <Button className="mt-3" busy={retry.isPending} onClick={() => retry.mutate({ path: { id: jobId } })}>
          {t("receipt.retry")}
        </Button>
      )}
    </div>
  );
}
