import { scaleLinear } from "d3-scale";
import { area, line } from "d3-shape";
import { useTranslation } from "react-i18next";
import type { StoredProfile } from "@/api";
import { cssOf, type Hue } from "@/charts/colours";
import { formatNumber, formatPower } from "@/lib/format";
import { Why } from "./StoredProfile";

const WIDTH = 960;
const HEIGHT = 240;
const HOURS = 168;
const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;

/** The mean load of each of the 168 hours of a week, in kW; hours that were never complete are a gap. */
export function TypicalWeek({ profile, hue }: { profile: StoredProfile; hue: Hue }) {
  const { t } = useTranslation("meters");
  const week = profile.typical_week_kw;
  if (!week) return <Why profile={profile} figure="typical_week_kw" />;
  const most = Math.max(0.001, ...week.map((kw) => kw ?? 0));
  const x = scaleLinear([0, HOURS], [68, WIDTH - 8]);
  const y = scaleLinear([0, most], [HEIGHT - 36, 54]).nice(4);
  const hours = week.map((kw, hour) => ({ kw, at: x(hour + 0.5) }));
  const shape = area<(typeof hours)[number]>()
    .defined(({ kw }) => kw !== null)
    .x(({ at }) => at)
    .y0(y(0))
    .y1(({ kw }) => y(kw ?? 0))(hours);
  const edge = line<(typeof hours)[number]>()
    .defined(({ kw }) => kw !== null)
    .x(({ at }) => at)
    .y(({ kw }) => y(kw ?? 0))(hours);
  const highest = week.indexOf(Math.max(...week.map((kw) => kw ?? Number.NEGATIVE_INFINITY)));
  const words = t("profile.weekPeak", {
    day: t(`profile.longDays.${DAYS[Math.floor(highest / 24)] ?? "mon"}`),
    hour: `${String(highest % 24).padStart(2, "0")}:00`,
    power: formatPower(week[highest] ?? 0),
  });
  return (
    <>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        className="w-full min-w-0"
        role="img"
        aria-label={`${t("profile.week")}: ${words}`}
      >
        <path d={shape ?? ""} fill={cssOf(hue)} opacity="0.2" />
        <path d={edge ?? ""} fill="none" stroke={cssOf(hue)} strokeWidth="2" />
        {/* In units of the drawing, which a phone shrinks to a third. */}
        <g className="fill-(--ink-3) text-[26px] sm:text-12">
          {y.ticks(4).map((tick) => (
            <g key={tick}>
              <line x1={x(0)} x2={x(HOURS)} y1={y(tick)} y2={y(tick)} stroke="var(--line)" />
              <text x={x(0) - 8} y={y(tick) + 4} textAnchor="end">
                {formatNumber(tick)}
              </text>
            </g>
          ))}
          {DAYS.map((day, place) => (
            <text key={day} x={x(place * 24 + 12)} y={HEIGHT - 6} textAnchor="middle">
              {t(`profile.days.${day}`)}
            </text>
          ))}
          <text x={x(0) - 8} y={20} textAnchor="end">
            kW
          </text>
        </g>
      </svg>
      <p className="mt-2 text-13 text-ink-3">{words}</p>
    </>
  );
}
