import { useTranslation } from "react-i18next";
import { formatCount, formatMoment, formatValue } from "@/lib/format";
import { useVisit } from "@/lib/session";
import type { Interpretation } from "../types";

interface Props {
  interpretations: Interpretation[];
  chosen: number;
  onChoose: (place: number) => void;
}

/** The ways to understand the files, side by side; what differs from the likeliest stands out. */
export function Choices({ interpretations, chosen, onChoose }: Props) {
  const { t } = useTranslation("imports");
  const figures = useFigures();
  const [likeliest] = interpretations;
  const reference = likeliest ? figures(likeliest) : [];
  return (
    <div
      role="radiogroup"
      aria-label={t("choices.title")}
      className="grid gap-3 [grid-template-columns:repeat(auto-fit,minmax(min(100%,17rem),1fr))]"
    >
      {interpretations.map((one, place) => (
        <label
          key={one.label}
          className={`flex cursor-pointer flex-col rounded-surface border p-4 has-focus-visible:outline-2 has-focus-visible:outline-accent ${
            place === chosen ? "border-accent bg-accent-soft" : "border-line-2 hover:bg-sunk"
          }`}
        >
          <span className="flex items-start gap-2.5">
            <input
              type="radio"
              name="interpretation"
              checked={place === chosen}
              onChange={() => onChoose(place)}
              className="mt-1 size-4 shrink-0 accent-(--accent)"
            />
            <span className="font-medium">{one.label}</span>
          </span>
          <span className="mt-1 pl-6.5 text-13 text-ink-2">
            {place === 0 && <strong className="font-medium text-accent">{t("choices.likeliest")} </strong>}
            {one.because}
          </span>
          <span className="mt-3 block pl-6.5 text-13">
            {figures(one).map(([label, value], row) => (
              <span key={label} className="flex items-baseline justify-between gap-4 border-t border-line py-1.5">
                <span className="text-ink-3">{label}</span>
                <span
                  className={`text-right ${place > 0 && value !== reference[row]?.[1] ? "font-semibold text-ink" : "text-ink-2"}`}
                >
                  {value}
                </span>
              </span>
            ))}
          </span>
        </label>
      ))}
    </div>
  );
}

/** The same rows for every interpretation, so that they can be compared. */
function useFigures() {
  const { t } = useTranslation("imports");
  const { organization } = useVisit();
  return (one: Interpretation): [string, string][] => {
    const zone = one.recipe.timezone || organization.timezone;
    const moment = (iso: string | null) => (iso ? formatMoment(Date.parse(iso), zone) : "–");
    const totals = Object.entries(one.totals).map(([unit, value]) => formatValue(value, unit));
    if (one.kind === "consumers") {
      return [
        [t("facts.consumers"), formatCount(one.consumers)],
        [t("receipt.rejected"), formatCount(one.rejected)],
      ];
    }
    return [
      [t("choices.total"), totals.join(", ") || "–"],
      [t("choices.first"), moment(one.first_reading_at)],
      [t("choices.last"), moment(one.last_reading_at)],
      [t("table.readings"), formatCount(one.readings_count)],
      [t("receipt.rejected"), formatCount(one.rejected)],
      [t("choices.meters"), formatCount(one.meters_count)],
    ];
  };
}
