import { useState } from "react";
import { useTranslation } from "react-i18next";
import { formatCount, formatMoment } from "@/lib/format";
import { useMay, useVisit } from "@/lib/session";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Failed } from "@/ui/State";
import { useImportCalls } from "./calls";
import { FixesStay } from "./PutRight";
import type { ReceiptWithEvents, Run } from "./types";

/** Asks before an import is taken back, saying what that does to how many readings. */
export function Undo({ run, receipt }: { run: Run; receipt: ReceiptWithEvents }) {
  const { t } = useTranslation(["imports", "ui"]);
  const [asking, setAsking] = useState(false);
  const { undo } = useImportCalls(run.id);
  const close = () => setAsking(false);
  const does = [
    receipt.stored > 0 && t("undo.removes", { count: receipt.stored, formatted: formatCount(receipt.stored) }),
    receipt.corrected > 0 &&
      t("undo.restores", { count: receipt.corrected, formatted: formatCount(receipt.corrected) }),
    t("undo.keepsLater"),
    run.put_right > 0 && t("undo.keepsPutRight"),
    t("undo.meters"),
    t("undo.history"),
  ].filter((one): one is string => typeof one === "string");
  return (
    <>
      <Button onClick={() => setAsking(true)}>{t("undo.open")}</Button>
      <Dialog
        open={asking}
        onClose={close}
        title={t("undo.title")}
        actions={
          <>
            <Button onClick={close}>{t("undo.keep")}</Button>
            <Button look="danger" busy={undo.isPending} onClick={() => undo.mutate(undefined, { onSuccess: close })}>
              {t("undo.do")}
            </Button>
          </>
        }
      >
        <ul className="measure list-disc space-y-1.5 pl-5 text-ink-2">
          {does.map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
        </ul>
        {undo.error && (
          <div className="mt-4">
            <Failed error={undo.error} />
          </div>
        )}
      </Dialog>
    </>
  );
}

/** It was taken back: since when, and the way forth again. */
export function Undone({ run }: { run: Run }) {
  const { t } = useTranslation("imports");
  const { organization } = useVisit();
  const { start } = useImportCalls(run.id);
  const may = useMay("manager");
  const moment = run.undone_at ? formatMoment(Date.parse(run.undone_at), organization.timezone) : "";
  return (
    <div role="status" className="measure border-l-2 border-line-2 pl-4">
      <p className="text-16 font-medium">{t("undo.undone", { moment })}</p>
      <p className="mt-1 text-ink-2">{t("undo.undoneSays")}</p>
      <FixesStay run={run} />
      {may && (
        <div className="mt-3">
          <Button busy={start.isPending} onClick={() => start.mutate({ recipe: run.recipe })}>
            {t("undo.again")}
          </Button>
        </div>
      )}
      {start.error && (
        <div className="mt-3">
          <Failed error={start.error} />
        </div>
      )}
    </div>
  );
}
