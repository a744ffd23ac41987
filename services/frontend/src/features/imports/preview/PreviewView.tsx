import { useState } from "react";
import { useTranslation } from "react-i18next";
import { formatCount } from "@/lib/format";
import { useMay, useVisit } from "@/lib/session";
import { Section } from "@/ui/Page";
import { Partial } from "@/ui/State";
import { Discard } from "../Discard";
import { Events } from "../Events";
import { MetersTable, ReadingsTable, RejectedTable } from "../Tables";
import type { Interpretation, Preview, Run } from "../types";
import { Choices } from "./Choices";
import { Days } from "./Days";
import { Facts } from "./Facts";
import { FilesFound } from "./FilesFound";
import { Settings } from "./Settings";
import { StartBar } from "./StartBar";

/** What an import would store, before it stores anything, and what can be chosen. */
export function PreviewView({ run, preview }: { run: Run; preview: Preview }) {
  const { t } = useTranslation("imports");
  const may = useMay("manager");
  const [place, setPlace] = useState(0);
  const [edited, setEdited] = useState(false);
  const chosen = preview.interpretations[place] ?? preview.interpretations[0];
  if (!chosen) return <Nothing run={run} preview={preview} />;
  return (
    <>
      {preview.interpretations.length > 1 && (
        <Section title={t("choices.title")} note={t("choices.note")}>
          <Choices interpretations={preview.interpretations} chosen={place} onChoose={setPlace} />
        </Section>
      )}
      <Section title={t("look.title")} note={preview.is_sample ? t("look.sample") : undefined}>
        <div className="grid gap-x-12 gap-y-8 lg:grid-cols-2">
          <Facts of={chosen} />
          <FilesFound files={preview.files} />
        </div>
      </Section>
      <Contents of={chosen} preview={preview} />
      {may && (
        <>
          <Settings
            run={run}
            columns={preview.columns}
            chosen={chosen}
            likeliest={preview.interpretations[0] ?? chosen}
            onEdited={setEdited}
          />
          <StartBar run={run} chosen={chosen} edited={edited} />
        </>
      )}
      {!may && <p className="measure text-ink-2">{t("noRight")}</p>}
    </>
  );
}

function Contents({ of: chosen, preview }: { of: Interpretation; preview: Preview }) {
  const { t } = useTranslation("imports");
  const { organization } = useVisit();
  const zone = chosen.recipe.timezone || organization.timezone;
  const others = preview.interpretations.filter((one) => one !== chosen);
  const unitOf = (quantity: string) => chosen.readings.find((one) => one.quantity === quantity)?.unit ?? "";
  return (
    <>
      {chosen.days.length > 0 && (
        <Section title={t("days.title")}>
          <Days chosen={chosen} others={others} zone={zone} unitOf={unitOf} />
        </Section>
      )}
      {chosen.rejected > 0 && (
        <Section
          title={t("look.rejected", { count: chosen.rejected, formatted: formatCount(chosen.rejected) })}
          note={t("look.rejectedNote")}
        >
          <RejectedTable rows={chosen.rejected_rows} caption={t("receipt.rejected")} />
          <More shown={chosen.rejected_rows.length} all={chosen.rejected} />
        </Section>
      )}
      <div className="grid gap-x-12 gap-y-10 lg:grid-cols-[3fr_4fr]">
        {chosen.readings.length > 0 && (
          <Section title={t("look.first")} note={zone}>
            <ReadingsTable rows={chosen.readings} caption={t("look.first")} />
          </Section>
        )}
        {chosen.meters.length > 0 && (
          <Section
            title={t("look.meters", { count: chosen.meters_count, formatted: formatCount(chosen.meters_count) })}
          >
            <MetersTable meters={chosen.meters} zone={zone} unitOf={unitOf} caption={t("look.metersCaption")} />
            <More shown={chosen.meters.length} all={chosen.meters_count} />
          </Section>
        )}
      </div>
      {chosen.events.length > 0 && (
        <Section title={t("receipt.events")}>
          <Events events={chosen.events} zone={zone} />
        </Section>
      )}
    </>
  );
}

function More({ shown, all }: { shown: number; all: number }) {
  const { t } = useTranslation("imports");
  if (all <= shown) return null;
  return (
    <p className="mt-2 text-12 text-ink-3">{t("receipt.more", { shown: formatCount(shown), all: formatCount(all) })}</p>
  );
}

/** No file could be understood: why, and the settings to try again with. */
function Nothing({ run, preview }: { run: Run; preview: Preview }) {
  const { t } = useTranslation("imports");
  const may = useMay("manager");
  const empty = { recipe: run.recipe };
  return (
    <>
      <div role="alert">
        <Partial>{t("look.nothing")}</Partial>
      </div>
      <FilesFound files={preview.files} />
      {may && (
        <>
          <Settings
            run={run}
            columns={preview.columns}
            chosen={empty}
            likeliest={empty}
            onEdited={() => undefined}
            isOpen
          />
          <Discard run={run} />
        </>
      )}
    </>
  );
}
