import { useTranslation } from "react-i18next";
import type { Meter } from "@/api";
import { useVisit } from "@/lib/session";
import { CheckField, SelectField, TextField } from "@/ui/Field";
import type { Recipe } from "./upload";

const KINDS = ["auto", "readings", "consumers"] as const;
const MARKS = ["start", "end"] as const;
const RULES = ["last", "first", "sum", "reject"] as const;
const COLUMNS = ["consumer_column", "meter_column", "time_column", "value_column"] as const;
const QUANTITIES: Meter["quantity"][] = [
  "electricity_import",
  "electricity_export",
  "gas",
  "heat",
  "water",
  "temperature",
  "price",
  "carbon_intensity",
];

export function RecipeFields({ recipe, onChange }: { recipe: Recipe; onChange: (recipe: Recipe) => void }) {
  const { t } = useTranslation(["imports", "ui"]);
  const { organization } = useVisit();
  const text = (key: string) => ({
    value: String(recipe[key] ?? ""),
    onChange: (event: { target: { value: string } }) => onChange({ ...recipe, [key]: event.target.value }),
  });
  return (
    <details className="mt-4">
      <summary className="min-h-10 cursor-pointer py-2 font-medium text-accent">{t("options")}</summary>
      <p className="mb-4 text-13 text-ink-3">{t("optionsHint")}</p>
      <div className="grid gap-4 sm:grid-cols-2">
        <SelectField label={t("field.kind")} {...text("kind")}>
          {KINDS.map((kind) => (
            <option key={kind} value={kind === "auto" ? "" : kind}>
              {t(`field.kinds.${kind}`)}
            </option>
          ))}
        </SelectField>
        <SelectField label={t("field.quantity")} {...text("quantity")}>
          {QUANTITIES.map((quantity) => (
            <option key={quantity} value={quantity === "electricity_import" ? "" : quantity}>
              {t(`ui:quantity.${quantity}`)}
            </option>
          ))}
        </SelectField>
        <TextField
          label={t("field.timezone")}
          hint={t("field.timezoneHint", { zone: organization.timezone })}
          list="zones"
          {...text("timezone")}
        />
        <TextField label={t("field.stamps_in")} hint={t("field.stampsHint")} list="zones" {...text("stamps_in")} />
        <SelectField label={t("field.stamp_marks")} {...text("stamp_marks")}>
          {MARKS.map((mark) => (
            <option key={mark} value={mark === "start" ? "" : mark}>
              {t(`field.marks.${mark}`)}
            </option>
          ))}
        </SelectField>
        <SelectField label={t("field.duplicates")} {...text("duplicates")}>
          {RULES.map((rule) => (
            <option key={rule} value={rule === "last" ? "" : rule}>
              {t(`field.rules.${rule}`)}
            </option>
          ))}
        </SelectField>
        {COLUMNS.map((column) => (
          <TextField key={column} label={t(`field.${column}`)} {...text(column)} />
        ))}
        <TextField label={t("field.unit")} hint={t("field.unitHint")} {...text("unit")} />
        <CheckField
          label={t("field.create_consumers")}
          hint={t("field.createHint")}
          checked={recipe.create_consumers === true}
          onChange={(event) => onChange({ ...recipe, create_consumers: event.target.checked })}
        />
      </div>
      <datalist id="zones">
        {["UTC", ...Intl.supportedValuesOf("timeZone")].map((zone) => (
          <option key={zone} value={zone} />
        ))}
      </datalist>
    </details>
  );
}
