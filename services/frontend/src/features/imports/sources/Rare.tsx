import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { TextField } from "@/ui/Field";
import { Section } from "@/ui/Page";
import { Failed } from "@/ui/State";
import { useSourceCalls } from "./calls";
import type { Source } from "./types";

/** What is seldom wanted: fetching the past once more, reading failed imports again, removing the source. */
export function Rare({ source }: { source: Source }) {
  const { t } = useTranslation("imports");
  const isStarted = source.state !== "draft";
  return (
    <Section title={t("source.moreOptions")} className="max-w-3xl">
      <div className="space-y-6">
        {isStarted && source.brings === "fetches" && <Since source={source} />}
        <div className="flex flex-wrap items-start gap-3">
          {isStarted && <ReadAgain source={source} />}
          <Remove source={source} />
        </div>
      </div>
    </Section>
  );
}

function Since({ source }: { source: Source }) {
  const { t } = useTranslation("imports");
  const navigate = useNavigate();
  const [day, setDay] = useState("");
  const { fetch } = useSourceCalls(source.id);
  function submit(event: FormEvent) {
    event.preventDefault();
    fetch.mutate(day, {
      onSuccess: (run) => void navigate({ to: "/imports/$importId", params: { importId: String(run.id) } }),
    });
  }
  return (
    <form onSubmit={submit} className="measure">
      <p className="font-medium">{t("source.since")}</p>
      <p className="mt-1 mb-3 text-13 text-ink-2">{t("source.sinceSays")}</p>
      <div className="flex flex-wrap items-end gap-3">
        <TextField
          label={t("source.sinceDay")}
          type="date"
          required
          value={day}
          onChange={(event) => setDay(event.target.value)}
        />
        <Button type="submit" busy={fetch.isPending}>
          {t("source.sinceDo")}
        </Button>
      </div>
      {fetch.error && <Failed error={fetch.error} />}
    </form>
  );
}

function ReadAgain({ source }: { source: Source }) {
  const { t } = useTranslation("imports");
  const { readAgain } = useSourceCalls(source.id);
  return (
    <div>
      <Button busy={readAgain.isPending} onClick={() => readAgain.mutate()}>
        {t("source.readAgain")}
      </Button>
      {readAgain.data && (
        <p role="status" className="mt-2 text-13 text-ink-2">
          {t("source.readAgainDone", { count: readAgain.data.started })}
        </p>
      )}
      {readAgain.error && <Failed error={readAgain.error} />}
    </div>
  );
}

function Remove({ source }: { source: Source }) {
  const { t } = useTranslation("imports");
  const navigate = useNavigate();
  const [asking, setAsking] = useState(false);
  const { remove } = useSourceCalls(source.id);
  return (
    <>
      <Button look="danger" onClick={() => setAsking(true)}>
        {t("source.remove")}
      </Button>
      <Dialog
        open={asking}
        onClose={() => setAsking(false)}
        title={t("source.removeTitle", { name: source.name })}
        actions={
          <>
            <Button onClick={() => setAsking(false)}>{t("source.removeKeep")}</Button>
            <Button
              look="danger"
              busy={remove.isPending}
              onClick={() => remove.mutate(undefined, { onSuccess: () => void navigate({ to: "/sources" }) })}
            >
              {t("source.removeDo")}
            </Button>
          </>
        }
      >
        <p className="measure text-ink-2">{t("source.removeSays")}</p>
        {remove.error && <Failed error={remove.error} />}
      </Dialog>
    </>
  );
}
