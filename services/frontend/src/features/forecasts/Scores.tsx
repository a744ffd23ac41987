import { useTranslation } from "react-i18next";
import type { Model, Score } from "@/api";
import { formatNumber, formatPercent } from "@/lib/format";
import { useModelName } from "./names";

type Measure = "mase" | "wape" | "wql" | "coverage";
const MEASURES: Measure[] = ["mase", "wape", "wql", "coverage"];

export function Scores({ model }: { model: Model }) {
  const { t } = useTranslation("forecasts");
  const nameOf = useModelName();
  return (
    <div className="overflow-x-auto">
      <table className="w-full text-left">
        <thead className="text-13 text-ink-3">
          <tr>
            <th scope="col" className="py-2 pr-4 font-medium">
              {t("model")}
            </th>
            {MEASURES.map((measure) => (
              <th
                key={measure}
                scope="col"
                title={t(`${measure}Note`)}
                className="py-2 pl-4 text-right align-bottom font-medium"
              >
                {t(measure)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {model.scores.map((score) => (
            <tr key={score.forecaster} className="border-t border-line">
              <th scope="row" className="py-2.5 pr-4 font-medium">
                {nameOf(score.forecaster)}
                {score.forecaster === model.forecaster && (
                  <span className="block text-12 font-normal text-accent">{t("inUse")}</span>
                )}
              </th>
              {MEASURES.map((measure) => (
                <td
                  key={measure}
                  className={`py-2.5 pl-4 text-right ${isBest(model.scores, score, measure) ? "font-semibold" : "text-ink-2"}`}
                >
                  {shown(score, measure)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const measured = (score: Score, measure: Measure) => (measure === "coverage" ? score.coverage_80 : score[measure]);

function shown(score: Score, measure: Measure): string {
  const value = measured(score, measure);
  if (value === null) return "–";
  return measure === "coverage" || measure === "wape" ? formatPercent(value) : formatNumber(value);
}

function isBest(scores: Score[], score: Score, measure: Measure): boolean {
  const distance = (one: Score) => {
    const value = measured(one, measure);
    if (value === null) return Number.POSITIVE_INFINITY;
    return measure === "coverage" ? Math.abs(value - 0.8) : value;
  };
  return scores.length > 1 && scores.every((other) => distance(score) <= distance(other));
}
