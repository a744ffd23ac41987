import { type KeyboardEvent, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { formatMonthYear, formatPercent, formatWeekday, formatWeekdayName } from "@/lib/format";
import { DAY_MS } from "@/lib/time";
import { Button } from "@/ui/Button";
import { type CalendarDay, type CalendarMonth, dayAfterKey, monthsOf } from "./calendar";

const MONTHS_SHOWN = 24;
const A_MONDAY = Date.UTC(2024, 0, 1, 12);
const WEEKDAYS = Array.from({ length: 7 }, (_, place) => A_MONDAY + place * DAY_MS);

interface Props {
  dates: string[];
  coverage: number[];
  onDay: (date: string) => void;
}

/** Months of weeks, a day each: one stop of the Tab key, then arrows. */
export function Calendar({ dates, coverage, onDay }: Props) {
  const { t } = useTranslation("meters");
  const [isWhole, setWhole] = useState(false);
  const [chosen, setChosen] = useState<string>();
  const own = useRef<HTMLDivElement>(null);
  const all = monthsOf(dates, coverage);
  const months = isWhole ? all : all.slice(-MONTHS_SHOWN);
  const first = months[0]?.weeks[0]?.find((day) => day !== null)?.index ?? 0;
  const known = chosen === undefined ? -1 : dates.indexOf(chosen);
  const reached = known >= first ? known : dates.length - 1;

  function move(event: KeyboardEvent) {
    const next = dayAfterKey(event.key, reached, first, dates.length - 1);
    if (next === undefined) return;
    event.preventDefault();
    setChosen(dates[next]);
    own.current?.querySelector<HTMLElement>(`[data-day="${next}"]`)?.focus();
  }

  return (
    <>
      <Legend />
      {months.length < all.length && (
        <Button look="plain" className="mb-3 -ml-2.5" onClick={() => setWhole(true)}>
          {t("calendar.earlier", { count: all.length - months.length })}
        </Button>
      )}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the keys are those of the days, which are buttons */}
      <div
        ref={own}
        onKeyDown={move}
        className="grid grid-cols-[repeat(auto-fill,minmax(10.5rem,1fr))] gap-x-6 gap-y-5 pointer-coarse:grid-cols-[repeat(auto-fill,minmax(min(100%,18rem),1fr))]"
      >
        {months.map((month) => (
          <Month
            key={month.key}
            month={month}
            reached={reached}
            onDay={(date) => {
              setChosen(date);
              onDay(date);
            }}
          />
        ))}
      </div>
    </>
  );
}

function Month({ month, reached, onDay }: { month: CalendarMonth; reached: number; onDay: (date: string) => void }) {
  return (
    <table className="w-full max-w-80 table-fixed border-collapse self-start text-12">
      <caption className="pb-1 text-left text-13 font-medium">{formatMonthYear(month.noon, "UTC")}</caption>
      <thead>
        <tr>
          {WEEKDAYS.map((noon) => (
            <th key={noon} scope="col" className="font-normal text-ink-3">
              <span aria-hidden="true">{formatWeekdayName(noon, "narrow")}</span>
              <span className="sr-only">{formatWeekdayName(noon, "long")}</span>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {month.weeks.map((week) => (
          <tr key={week.find((day) => day !== null)?.date}>
            {week.map((day, place) => (
              <td key={WEEKDAYS[place]} className="p-0">
                {day && <Day day={day} isStop={day.index === reached} onDay={onDay} />}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const LOOKS = {
  complete: "bg-[color-mix(in_oklab,var(--use)_22%,var(--paper))] text-ink",
  part: "bg-warning-soft text-ink ring-1 ring-warning-line ring-inset",
  none: "border border-dashed border-ink-3 text-ink-2",
};

function lookOf(coverage: number): keyof typeof LOOKS {
  return coverage >= 1 ? "complete" : coverage > 0 ? "part" : "none";
}

function Day({ day, isStop, onDay }: { day: CalendarDay; isStop: boolean; onDay: (date: string) => void }) {
  const { t } = useTranslation("meters");
  const name = formatWeekday(day.noon, "UTC");
  const look = lookOf(day.coverage);
  // Rounded down: 99.99 % is not all of it.
  const share = formatPercent(Math.floor(day.coverage * 1000) / 1000, 1);
  const words = look === "none" ? t("data.missing", { day: name }) : t("data.day", { day: name, share });
  return (
    <button
      type="button"
      data-day={day.index}
      tabIndex={isStop ? 0 : -1}
      aria-label={words}
      title={words}
      onClick={() => onDay(day.date)}
      className="flex aspect-square w-full rounded-[5px] p-px hover:outline-2 hover:outline-accent"
    >
      <span
        className={`relative flex size-full items-center justify-center overflow-hidden rounded-[4px] ${LOOKS[look]}`}
      >
        {Number(day.date.slice(8))}
        {look === "part" && (
          <span
            aria-hidden="true"
            className="absolute bottom-0 left-0 h-1 bg-warning"
            style={{ width: `${day.coverage * 100}%` }}
          />
        )}
      </span>
    </button>
  );
}

function Legend() {
  const { t } = useTranslation("meters");
  return (
    <ul className="mb-4 flex flex-wrap gap-x-5 gap-y-1 text-13 text-ink-2">
      {(["complete", "part", "none"] as const).map((look) => (
        <li key={look} className="flex items-center gap-2">
          <span aria-hidden="true" className={`size-4 rounded-[3px] ${LOOKS[look]}`} />
          {t(`calendar.${look}`)}
        </li>
      ))}
    </ul>
  );
}
