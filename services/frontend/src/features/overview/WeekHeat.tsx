import { useTranslation } from "react-i18next";
import { HeatMap } from "@/charts/HeatMap";
import { formatPower } from "@/lib/format";

const DAYS = [0, 1, 2, 3, 4, 5, 6] as const;
const HOURS = Array.from({ length: 24 }, (_, hour) => hour);

export function WeekHeat({ cells }: { cells: (number | null)[][] }) {
  const { t } = useTranslation(["overview", "ui"]);
  const columns = HOURS.map((hour) => DAYS.map((day) => cells[day]?.[hour] ?? null));
  const day = (row: number) => t(`ui:weekdays.${DAYS[row] ?? 0}`);
  const pad = (hour: number) => String(hour).padStart(2, "0");
  return (
    <div className="grid grid-cols-[40px_minmax(0,1fr)]">
      <div className="flex h-[196px] flex-col text-12 text-ink-3">
        {DAYS.map((row) => (
          <span key={row} className="flex flex-1 items-center">
            {day(row)}
          </span>
        ))}
      </div>
      <HeatMap
        columns={columns}
        height={196}
        title={t("heat.title")}
        say={(column, row, value) =>
          value === null
            ? t("heat.gap", { day: day(row), hour: pad(column) })
            : t("heat.cell", { day: day(row), hour: pad(column), power: formatPower(value) })
        }
      />
      <div className="col-start-2 row-start-2 grid grid-cols-4 text-12 text-ink-3">
        {["00:00", "06:00", "12:00", "18:00"].map((clock) => (
          <span key={clock}>{clock}</span>
        ))}
      </div>
    </div>
  );
}
