import { useTranslation } from "react-i18next";
import { useVisit } from "@/lib/session";
import { CheckField, SelectField, TextField } from "@/ui/Field";
import { CalorificFields } from "./CalorificFields";
import * as choices from "./recipe";
import type { Recipe } from "./types";

interface Props {
  recipe: Recipe;
  onChange: (change: Recipe) => void;
  /** The names in the first file, once it was looked into. */
  columns?: string[];
}

/** Every setting of a recipe; `onChange` gets what was changed. */
export function RecipeFields({ recipe, onChange, columns = [] }: Props) {
  const { t } = useTranslation(["imports", "ui"]);
  const { organization } = useVisit();
  const isGas = recipe.quantity === "gas";
  const text = (key: keyof Recipe) => ({
    value: String(recipe[key] ?? ""),
    onChange: (event: { target: { value: string } }) => onChange({ [key]: event.target.value }),
  });
  const choice = (key: keyof Recipe, options: readonly string[], say: (option: string) => string) => (
    <SelectField label={t(`field.${key}` as "field.kind")} {...text(key)} value={String(recipe[key] ?? options[0])}>
      {options.map((option) => (
        <option key={option} value={option}>
          {say(option)}
        </option>
      ))}
    </SelectField>
  );
  return (
    <>
      <div className="grid gap-4 sm:grid-cols-2 lg:grid-cols-3">
        {choice("kind", choices.KINDS, (one) => t(`field.kinds.${one}` as "field.kinds.auto"))}
        {choice("quantity", choices.QUANTITIES, (one) => t(`ui:quantity.${one}` as "ui:quantity.gas"))}
        {choice("measure", choices.MEASURES, (one) => t(`field.measures.${one}` as "field.measures.auto"))}
        {choices.COLUMNS.map((column) => (
          <Column key={column} label={t(`field.${column}`)} columns={columns} {...text(column)} />
        ))}
        <TextField label={t("field.unit")} hint={t("field.unitHint")} list="units" {...text("unit")} />
        <TextField
          label={t("field.timezone")}
          hint={t("field.timezoneHint", { zone: organization.timezone })}
          list="zones"
          {...text("timezone")}
        />
        <TextField label={t("field.stamps_in")} hint={t("field.stampsHint")} list="zones" {...text("stamps_in")} />
        {choice("stamp_marks", choices.MARKS, (one) => t(`field.marks.${one}` as "field.marks.auto"))}
        {choice("date_order", choices.DATE_ORDERS, (one) => t(`field.orders.${one}` as "field.orders.auto"))}
        {choice("decimal_sign", choices.DECIMAL_SIGNS, (one) => t(`field.signs.${one}` as "field.signs.auto"))}
        {choice("negative_values", choices.NEGATIVES, (one) => t(`field.negatives.${one}` as "field.negatives.reject"))}
        {choice("duplicates", choices.RULES, (one) => t(`field.rules.${one}` as "field.rules.last"))}
        <SelectField label={t("field.resolution")} {...text("resolution")}>
          {withOwn(["", ...choices.RESOLUTIONS], recipe.resolution).map((one) => (
            <option key={one} value={one}>
              {t(`field.resolutions.${one || "own"}` as "field.resolutions.own", { defaultValue: one })}
            </option>
          ))}
        </SelectField>
        <TextField label={t("field.table")} hint={t("field.tableHint")} {...text("table")} />
        <CheckField
          label={t("field.create_consumers")}
          hint={t("field.createHint")}
          checked={recipe.create_consumers === true}
          onChange={(event) => onChange({ create_consumers: event.target.checked })}
        />
      </div>
      {isGas && (
        <CalorificFields
          values={recipe.calorific_values ?? []}
          onChange={(values) => onChange({ calorific_values: values })}
        />
      )}
      <datalist id="zones">
        {["UTC", ...Intl.supportedValuesOf("timeZone")].map((zone) => (
          <option key={zone} value={zone} />
        ))}
      </datalist>
      <datalist id="units">
        {["Wh", "kWh", "MWh", "W", "kW", "MW", "J", "MJ", "GJ", "therm", "m³", "L", "°C", "°F"].map((unit) => (
          <option key={unit} value={unit} />
        ))}
      </datalist>
    </>
  );
}

const withOwn = (options: readonly string[], own: string | undefined) =>
  own && !options.includes(own) ? [...options, own] : [...options];

interface ColumnProps {
  label: string;
  columns: string[];
  value: string;
  onChange: (event: { target: { value: string } }) => void;
}

/** A name to type while nobody looked into the files, and to choose from afterwards. */
function Column({ label, columns, value, onChange }: ColumnProps) {
  const { t } = useTranslation("imports");
  if (columns.length === 0) return <TextField label={label} value={value} onChange={onChange} />;
  return (
    <SelectField label={label} value={value} onChange={onChange}>
      <option value="">{t("field.kinds.auto")}</option>
      {withOwn(columns, value).map((column) => (
        <option key={column} value={column}>
          {column}
        </option>
      ))}
    </SelectField>
  );
}
