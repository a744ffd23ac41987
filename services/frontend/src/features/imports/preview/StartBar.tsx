import { useState } from "react";
import { useTranslation } from "react-i18next";
import { formatCount } from "@/lib/format";
import { Button } from "@/ui/Button";
import { CheckField, TextField } from "@/ui/Field";
import { Failed } from "@/ui/State";
import { useImportCalls } from "../calls";
import { Discard } from "../Discard";
import { bringsByItself } from "../state";
import type { Interpretation, Run } from "../types";

interface Props {
  run: Run;
  chosen: Interpretation;
  edited: boolean;
}

/** Import what is shown, or not; always in reach at the foot. */
export function StartBar({ run, chosen, edited }: Props) {
  const { t } = useTranslation("imports");
  const { start } = useImportCalls(run.id);
  const [remember, setRemember] = useState(false);
  const [name, setName] = useState("");
  const isDetails = chosen.kind === "consumers";
  const count = isDetails ? chosen.consumers : chosen.readings_count;
  const words = { count, formatted: formatCount(count) };
  const as = remember ? name.trim() : "";
  const isSource = bringsByItself(run);
  return (
    <div className="sticky bottom-0 z-10 -mx-4 border-t border-line-2 bg-paper px-4 pt-3 pb-4 max-md:bottom-[calc(3.5rem+env(safe-area-inset-bottom))] sm:mx-0 sm:px-0">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <Button
          look="primary"
          disabled={edited || count === 0 || (remember && !as)}
          busy={start.isPending}
          onClick={() => start.mutate({ recipe: chosen.recipe, ...(as && { remember_as: as }) })}
        >
          {isSource ? t("start.source") : isDetails ? t("start.details", words) : t("start.readings", words)}
        </Button>
        <Discard run={run} />
        {!isSource && (
          <div className="flex flex-wrap items-center gap-x-3 sm:ml-auto">
            <CheckField
              label={t("start.remember")}
              checked={remember}
              onChange={(event) => setRemember(event.target.checked)}
            />
            {remember && (
              <div className="w-56">
                <TextField
                  label={t("start.name")}
                  placeholder={t("start.example")}
                  value={name}
                  maxLength={200}
                  onChange={(event) => setName(event.target.value)}
                />
              </div>
            )}
          </div>
        )}
      </div>
      {isSource && <p className="mt-2 text-13 text-ink-2">{t("start.sourceSays")}</p>}
      {edited && <p className="mt-2 text-13 text-ink-2">{t("start.edited")}</p>}
      {count === 0 && <p className="mt-2 text-13 text-ink-2">{t("start.empty")}</p>}
      {start.error && (
        <div className="mt-3">
          <Failed error={start.error} />
        </div>
      )}
    </div>
  );
}
