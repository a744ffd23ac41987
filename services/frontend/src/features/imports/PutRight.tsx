import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Fix } from "@/api";
import { importsListQueryKey, importsRetrieveQueryKey } from "@/api/@tanstack/react-query.gen";
import { formatBytes, formatCount, formatMoment, formatPercent } from "@/lib/format";
import { useMay, useVisit } from "@/lib/session";
import { Button, buttonClass } from "@/ui/Button";
import { Icon } from "@/ui/icons";
import { Progress } from "@/ui/Marks";
import { Failed, Partial } from "@/ui/State";
import { useDrop } from "./DropZone";
import { phaseOf } from "./state";
import type { Run } from "./types";
import { uploadFiles } from "./upload";

const LINK = "text-accent underline-offset-4 hover:underline";

/** The rejected rows of an import as a file, the way back for it once they are right, and what came back. */
export function PutRight({ run }: { run: Run }) {
  const { t } = useTranslation("imports");
  const may = useMay("manager");
  const file = run.rejected_file;
  if (!file) return <p className="measure py-3 text-13 text-ink-2">{t("putRight.none")}</p>;
  const left = file.rows - run.put_right;
  return (
    <section aria-label={t("putRight.title")} className="border-b border-line py-4">
      <h3 className="font-medium">{t("putRight.title")}</h3>
      <p className="measure mt-1 text-13 text-ink-2">{left > 0 ? t("putRight.says") : t("putRight.all")}</p>
      {file.left_out > 0 && (
        <div className="mt-2">
          <Partial>{t("putRight.leftOut", { count: file.left_out, formatted: formatCount(file.left_out) })}</Partial>
        </div>
      )}
      <div className="mt-3 flex flex-wrap items-center gap-2">
        <a href={`/api/imports/${run.id}/rejected/whole/`} download className={buttonClass("quiet")}>
          <Icon name="download" size={16} />
          {t("putRight.download")}
        </a>
        {may && left > 0 && phaseOf(run) === "imported" && <SendBack run={run} />}
      </div>
      <p className="mt-2 text-12 text-ink-3">
        {t("putRight.file", { count: file.rows, formatted: formatCount(file.rows), size: formatBytes(file.bytes) })}
        {run.put_right > 0 && ` · ${t("putRight.right", { done: formatCount(run.put_right) })}`}
      </p>
      <Fixes run={run} />
    </section>
  );
}

/** Takes the corrected file, chosen or dropped anywhere on the page, and leads to the import that it becomes. */
function SendBack({ run }: { run: Run }) {
  const { t } = useTranslation("imports");
  const input = useRef<HTMLInputElement>(null);
  const { send, progress } = useSendBack(run);
  const take = (files: File[]) => files.length > 0 && !send.isPending && send.mutate(files);
  const isOver = useDrop(take);
  return (
    <>
      <Button busy={send.isPending} onClick={() => input.current?.click()}>
        {t("putRight.sendBack")}
      </Button>
      <span className={`text-13 ${isOver ? "font-medium text-accent" : "text-ink-3"}`} role="status">
        {send.isPending
          ? t("uploading", { share: formatPercent(progress) })
          : isOver
            ? t("dropNow")
            : t("putRight.orDrop")}
      </span>
      <input
        ref={input}
        type="file"
        multiple
        aria-label={t("putRight.sendBack")}
        className="sr-only"
        tabIndex={-1}
        onChange={(event) => {
          take([...(event.target.files ?? [])]);
          event.target.value = "";
        }}
      />
      {send.isPending && <Progress share={progress} label={t("putRight.sendBack")} />}
      {send.error && (
        <div className="w-full">
          <Failed error={send.error} onRetry={() => take(send.variables ?? [])} />
        </div>
      )}
    </>
  );
}

function useSendBack(run: Run) {
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const [progress, setProgress] = useState(0);
  const send = useMutation({
    mutationFn: (files: File[]) => {
      setProgress(0);
      const signal = new AbortController().signal;
      return uploadFiles({ organization: run.organization, files, fixes: run.id, onProgress: setProgress, signal });
    },
    onSuccess: async (made) => {
      await queryClient.invalidateQueries({ queryKey: importsListQueryKey() });
      for (const id of [run.id, made.fixes ?? run.id]) {
        void queryClient.invalidateQueries({ queryKey: importsRetrieveQueryKey({ path: { id } }) });
      }
      await navigate({ to: "/imports/$importId", params: { importId: String(made.id) } });
    },
  });
  return { send, progress };
}

/** The imports that put rows of this one right, those that were undone told apart. */
function Fixes({ run }: { run: Run }) {
  const { t } = useTranslation("imports");
  const { organization } = useVisit();
  if (run.fixed_by.length === 0) return null;
  return (
    <ul className="mt-3 space-y-1 text-13">
      {run.fixed_by.map((fix) => (
        <li key={fix.id} className="flex flex-wrap items-baseline gap-x-2">
          <Link to="/imports/$importId" params={{ importId: String(fix.id) }} className={LINK}>
            {t("receipt.title", { id: fix.id })}
          </Link>
          <span className="text-ink-2">
            {t(`putRight.${standOf(fix)}`, { count: fix.put_right, formatted: formatCount(fix.put_right) })}
          </span>
          <span className="text-ink-3">{formatMoment(Date.parse(fix.created_at), organization.timezone)}</span>
        </li>
      ))}
    </ul>
  );
}

function standOf(fix: Fix): "undone" | "did" | "failed" | "underWay" {
  if (fix.undone_at) return "undone";
  if (fix.finished_at) return "did";
  return ["dead", "cancelled"].includes(fix.state ?? "") ? "failed" : "underWay";
}

/** Of an import of corrected rows: which import it puts right. */
export function FixOf({ run }: { run: Run }) {
  const { t } = useTranslation("imports");
  if (!run.fixes) return null;
  return (
    <p className="measure">
      {t("putRight.of")}{" "}
      <Link to="/imports/$importId" params={{ importId: String(run.fixes) }} className={LINK}>
        {t("receipt.title", { id: run.fixes })}
      </Link>
    </p>
  );
}

/** Of an import that is undone: what was put right of it stays, until that is undone, too. */
export function FixesStay({ run }: { run: Run }) {
  const { t } = useTranslation("imports");
  const living = run.fixed_by.filter((fix) => !fix.undone_at);
  if (living.length === 0) return null;
  return (
    <p className="mt-1 flex flex-wrap gap-x-2 text-ink-2">
      {t("putRight.stays")}
      {living.map((fix) => (
        <Link key={fix.id} to="/imports/$importId" params={{ importId: String(fix.id) }} className={LINK}>
          {t("receipt.title", { id: fix.id })}
        </Link>
      ))}
    </p>
  );
}
