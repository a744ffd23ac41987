import { Link, useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { formatBytes, formatMoment } from "@/lib/format";
import { useVisit } from "@/lib/session";
import { Page, Section } from "@/ui/Page";
import { Query } from "@/ui/Query";
import { useImport } from "./calls";
import { FixOf } from "./PutRight";
import { PreviewView } from "./preview/PreviewView";
import { Statement } from "./Statement";
import { bringsByItself, isUnderWay, phaseOf } from "./state";
import type { Run } from "./types";
import { Undone } from "./Undo";
import { Stopped, Working } from "./Working";

/** One import from its preview to its receipt, and back where it is undone. */
export function ImportPage() {
  const { importId } = useParams({ from: "/frame/imports/$importId" });
  const query = useImport(Number(importId));
  return <Query of={query}>{(run) => <Shown key={run.id} run={run} />}</Query>;
}

function Shown({ run }: { run: Run }) {
  const { t } = useTranslation("imports");
  const { organization } = useVisit();
  const moment = formatMoment(Date.parse(run.created_at), organization.timezone);
  const phase = phaseOf(run);
  return (
    <Page
      title={titleOf(run) ?? t("receipt.title", { id: run.id })}
      isSimulated={run.source.kind === "simulation"}
      above={
        bringsByItself(run) ? (
          <Link
            to="/sources/$sourceId"
            params={{ sourceId: String(run.source.id) }}
            className="hover:text-ink hover:underline"
          >
            {run.source.name}
          </Link>
        ) : (
          <Link to="/sources" className="hover:text-ink hover:underline">
            {t("receipt.above")}
          </Link>
        )
      }
      lead={run.created_by ? t("receipt.by", { moment, person: run.created_by }) : t("receipt.byNobody", { moment })}
    >
      <div className="space-y-10">
        <FixOf run={run} />
        {isUnderWay(run) && <Working run={run} phase={phase} />}
        {(phase === "failed" || phase === "cancelled") && <Stopped run={run} phase={phase} />}
        {phase === "undone" && <Undone run={run} />}
        {phase === "choosing" && run.preview && <PreviewView key={run.job?.id} run={run} preview={run.preview} />}
        {run.stage !== "preview" && run.receipt && <Statement run={run} receipt={run.receipt} />}
        {run.files.length > 1 && phase !== "choosing" && <Files run={run} />}
      </div>
    </Page>
  );
}

function titleOf(run: Run): string | undefined {
  if (bringsByItself(run)) return undefined;
  return run.files.length === 1 ? run.files[0]?.name : undefined;
}

function Files({ run }: { run: Run }) {
  const { t } = useTranslation("imports");
  return (
    <Section title={t("receipt.files")} className="max-w-3xl">
      <ul className="divide-y divide-line text-13">
        {run.files.map((file) => (
          <li key={file.number} className="flex justify-between gap-4 py-1.5">
            <span className="truncate">{file.name}</span>
            <span className="text-ink-3">{formatBytes(file.bytes)}</span>
          </li>
        ))}
      </ul>
    </Section>
  );
}
