import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Failed } from "@/ui/State";
import { useImportCalls } from "./calls";
import type { Run } from "./types";

/** Takes an import that stored nothing away, with its files. */
export function Discard({ run }: { run: Run }) {
  const { t } = useTranslation(["imports", "ui"]);
  const [asking, setAsking] = useState(false);
  const navigate = useNavigate();
  const { discard } = useImportCalls(run.id);
  const name = run.files.length === 1 && run.files[0] ? run.files[0].name : t("receipt.title", { id: run.id });
  return (
    <>
      <Button look="plain" onClick={() => setAsking(true)}>
        {t("discard.do")}
      </Button>
      <Dialog
        open={asking}
        onClose={() => setAsking(false)}
        title={t("discard.title", { name })}
        actions={
          <>
            <Button onClick={() => setAsking(false)}>{t("discard.keep")}</Button>
            <Button
              look="danger"
              busy={discard.isPending}
              onClick={() => discard.mutate(undefined, { onSuccess: () => void navigate({ to: "/sources" }) })}
            >
              {t("discard.do")}
            </Button>
          </>
        }
      >
        <p className="text-ink-2">{t("discard.says")}</p>
        {discard.error && <Failed error={discard.error} />}
      </Dialog>
    </>
  );
}
