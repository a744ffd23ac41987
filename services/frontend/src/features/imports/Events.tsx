import { useState } from "react";
import { useTranslation } from "react-i18next";
import { formatCount, formatMoment } from "@/lib/format";
import { Button } from "@/ui/Button";
import { EVENT_KINDS, type SeriesEvent } from "./types";

const SHOWN = 8;

interface Props {
  events: SeriesEvent[];
  /** All that there were, by kind, where `events` are only the first of them. */
  counts?: Record<string, number>;
  zone: string;
}

/** What happened to the series: how often each kind, then a sentence for each of the kind that was chosen. */
export function Events({ events, counts, zone }: Props) {
  const { t } = useTranslation("imports");
  const [kind, setKind] = useState<string>();
  const [isOpen, setOpen] = useState(false);
  const known =
    counts ?? Object.fromEntries(EVENT_KINDS.map((one) => [one, events.filter((event) => event.kind === one).length]));
  const told = EVENT_KINDS.filter((one) => (known[one] ?? 0) > 0);
  const all = told.reduce((sum, one) => sum + (kind && kind !== one ? 0 : (known[one] ?? 0)), 0);
  const chosen = events.filter((event) => !kind || event.kind === kind);
  const shown = isOpen ? chosen : chosen.slice(0, SHOWN);
  return (
    <>
      <ul className="flex flex-wrap gap-2">
        {told.map((one) => (
          <li key={one}>
            <button
              type="button"
              aria-pressed={kind === one}
              onClick={() => setKind(kind === one ? undefined : one)}
              className="min-h-9 rounded-full border border-line-2 px-3 text-13 text-ink-2 hover:bg-sunk aria-pressed:border-accent aria-pressed:bg-accent-soft aria-pressed:text-ink pointer-coarse:min-h-10"
            >
              {t(`event.${one}`, { count: known[one] ?? 0, formatted: formatCount(known[one] ?? 0) })}
            </button>
          </li>
        ))}
      </ul>
      <ul className="mt-2 divide-y divide-line">
        {shown.map((event) => (
          <li
            key={`${event.meter_key}-${event.kind}-${event.starts_at}`}
            className="grid gap-x-6 py-2 text-13 sm:grid-cols-[12rem_1fr]"
          >
            <span className="text-ink-3">
              {formatMoment(Date.parse(event.starts_at), zone)}
              <span className="block truncate">{event.meter_key}</span>
            </span>
            <span className="measure">{event.text}</span>
          </li>
        ))}
      </ul>
      {chosen.length > SHOWN && (
        <Button look="plain" className="mt-1 -ml-2.5" onClick={() => setOpen(!isOpen)}>
          {isOpen ? t("events.less") : t("events.more", { formatted: formatCount(chosen.length - SHOWN) })}
        </Button>
      )}
      {isOpen && all > shown.length && (
        <p className="mt-2 text-12 text-ink-3">
          {t("receipt.more", { shown: formatCount(shown.length), all: formatCount(all) })}
        </p>
      )}
    </>
  );
}
