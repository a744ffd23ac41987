import { useTranslation } from "react-i18next";
import { formatCount, formatResolution } from "@/lib/format";
import { useVisit } from "@/lib/session";
import { Partial } from "@/ui/State";
import type { Interpretation } from "../types";

/** What was understood, in plain words: columns, unit, measure, stamps, zone, rhythm. */
export function Facts({ of: { recipe, findings, warnings, meters, kind, consumers } }: { of: Interpretation }) {
  const { t } = useTranslation(["imports", "ui"]);
  const { organization } = useVisit();
  const rhythms = [...new Set(meters.map((meter) => formatResolution(meter.resolution)))].join(", ");
  const zone = recipe.timezone || organization.timezone;
  const columns = [
    recipe.time_column && t("facts.time", { column: recipe.time_column }),
    recipe.value_column && t("facts.value", { column: recipe.value_column }),
    recipe.meter_column && t("facts.meter", { column: recipe.meter_column }),
    recipe.consumer_column && t("facts.consumer", { column: recipe.consumer_column }),
  ].filter(Boolean);
  const stated: [string, string | undefined][] =
    kind === "consumers"
      ? [[t("facts.consumers"), formatCount(consumers)]]
      : [
          [t("field.quantity"), t(`ui:quantity.${recipe.quantity ?? "electricity_import"}`)],
          [t("facts.values"), said([recipe.unit, measureWord(recipe.measure, t)])],
          [t("field.stamp_marks"), markWord(recipe.stamp_marks, t)],
          [t("facts.zone"), recipe.stamps_in && recipe.stamps_in !== zone ? `${recipe.stamps_in} → ${zone}` : zone],
          [t("table.every"), rhythms],
        ];
  const rows = [[t("facts.columns"), columns.join(", ")] as [string, string], ...stated].filter(([, value]) => value);
  return (
    <div className="min-w-0">
      <dl>
        {rows.map(([label, value]) => (
          <div key={label} className="grid grid-cols-[9rem_1fr] gap-4 border-b border-line py-2 text-13">
            <dt className="text-ink-3">{label}</dt>
            <dd className="[overflow-wrap:anywhere]">{value}</dd>
          </div>
        ))}
      </dl>
      {findings.length > 0 && (
        <ul className="measure mt-4 space-y-1">
          {findings.map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
        </ul>
      )}
      {warnings.length > 0 && (
        <div className="mt-4 space-y-2">
          {warnings.map((warning) => (
            <Partial key={warning}>{warning}</Partial>
          ))}
        </div>
      )}
    </div>
  );
}

type Say = ReturnType<typeof useTranslation<["imports", "ui"]>>["t"];

const said = (parts: (string | undefined)[]) => parts.filter(Boolean).join(", ");
const measureWord = (measure: Interpretation["recipe"]["measure"], t: Say) =>
  measure && measure !== "auto" ? t(`field.measures.${measure}`) : undefined;
const markWord = (marks: Interpretation["recipe"]["stamp_marks"], t: Say) =>
  marks && marks !== "auto" ? t(`field.marks.${marks}`) : undefined;
