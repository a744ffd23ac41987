import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { formatDay, formatMonthYear, formatWeekday, formatYear, zoneName } from "@/lib/format";
import { type Extent, RANGES, type RangeSearch, resolveRange, stepRange, type TimeRange } from "@/lib/range";
import { localDate } from "@/lib/time";
import { Button } from "./Button";
import { Dialog } from "./Dialog";
import { TextField } from "./Field";
import { Icon } from "./icons";

/** The time range of the address, and how to change it. */
export function useRange(extent: Extent) {
  const search: RangeSearch = useSearch({ strict: false });
  const navigate = useNavigate();
  const show = (next: RangeSearch) =>
    void navigate({ to: ".", search: (previous) => ({ ...previous, ...next }), replace: false, resetScroll: false });
  return {
    range: resolveRange(search, extent),
    show,
    step: (direction: 1 | -1) => show(stepRange(search, extent, direction)),
    reset: () => show({ range: undefined, at: undefined, from: undefined, to: undefined }),
  };
}

export function rangeTitle({ kind, start, end }: TimeRange, zone: string): string {
  if (kind === "day") return `${formatWeekday(start, zone)} ${formatYear(start, zone)}`;
  if (kind === "month") return formatMonthYear(start, zone);
  if (kind === "year") return formatYear(start, zone);
  return `${formatDay(start, zone)} – ${formatDay(end - 1, zone)}`;
}

export function RangeBar({ extent }: { extent: Extent }) {
  const { t } = useTranslation("ui");
  const { range, show, step } = useRange(extent);
  const [asking, setAsking] = useState(false);
  const kinds = RANGES.filter((kind) => kind !== "custom");
  return (
    <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2">
      <div className="flex items-center gap-1">
        <Button look="icon" aria-label={t("range.back")} onClick={() => step(-1)} className="-ml-2">
          <Icon name="left" />
        </Button>
        <Button look="icon" aria-label={t("range.forward")} onClick={() => step(1)}>
          <Icon name="right" />
        </Button>
        <p className="ml-1 text-16 font-medium" aria-live="polite">
          {rangeTitle(range, extent.zone)}
          <span className="ml-2 text-13 font-normal text-ink-3" title={extent.zone}>
            {zoneName(range.start, extent.zone)}
          </span>
        </p>
      </div>
      <fieldset aria-label={t("range.label")} className="-mx-2 flex flex-wrap">
        {kinds.map((kind) => (
          <Choice
            key={kind}
            chosen={range.kind === kind}
            onClick={() => show({ range: kind, at: undefined, from: undefined, to: undefined })}
          >
            {t(`range.${kind}`)}
          </Choice>
        ))}
        <Choice chosen={range.kind === "custom"} onClick={() => setAsking(true)}>
          {t("range.custom")}
        </Choice>
      </fieldset>
      {asking && <CustomRange range={range} zone={extent.zone} show={show} close={() => setAsking(false)} />}
    </div>
  );
}

function Choice({ chosen, onClick, children }: { chosen: boolean; onClick: () => void; children: string }) {
  return (
    <button
      type="button"
      aria-pressed={chosen}
      onClick={onClick}
      className={`min-h-9 px-2.5 text-13 pointer-coarse:min-h-10 ${chosen ? "font-semibold text-ink underline decoration-accent decoration-2 underline-offset-8" : "text-ink-2 hover:text-ink"}`}
    >
      {children}
    </button>
  );
}

interface CustomProps {
  range: TimeRange;
  zone: string;
  show: (next: RangeSearch) => void;
  close: () => void;
}

function CustomRange({ range, zone, show, close }: CustomProps) {
  const { t } = useTranslation("ui");
  const [from, setFrom] = useState(localDate(range.start, zone).toString());
  const [to, setTo] = useState(localDate(range.end - 1, zone).toString());
  const isWrong = to < from;
  return (
    <Dialog
      open
      onClose={close}
      title={t("range.label")}
      actions={
        <Button
          look="primary"
          disabled={isWrong || !from || !to}
          onClick={() => {
            show({ range: "custom", from, to, at: undefined });
            close();
          }}
        >
          {t("range.apply")}
        </Button>
      }
    >
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField label={t("range.from")} type="date" value={from} onChange={(event) => setFrom(event.target.value)} />
        <TextField
          label={t("range.to")}
          type="date"
          value={to}
          onChange={(event) => setTo(event.target.value)}
          errors={isWrong ? [t("range.wrongOrder")] : []}
        />
      </div>
    </Dialog>
  );
}
