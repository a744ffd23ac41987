import { useTranslation } from "react-i18next";
import { Button } from "@/ui/Button";
import { CheckField, SelectField, TextField } from "@/ui/Field";
import type { Setting } from "./schema";
import { settingsOf, shownOf } from "./schema";
import type { SettingSchema, Settings } from "./types";

interface Props {
  settings: Setting[];
  values: Settings;
  onChange: (name: string, value: unknown) => void;
  /** What the platform says of a setting, by its name. */
  errors?: Record<string, string[]>;
  /** Secrets that are kept already: an empty field leaves them as they are. */
  secretsSet?: string[];
}

/** The fields of a kind of source, as its worker declared them; the rare ones are folded away. */
export function SchemaFields({ settings, ...rest }: Props) {
  const { t } = useTranslation("imports");
  const shown = shownOf(settings, rest.values);
  const usual = shown.filter((one) => !one.isAdvanced);
  const rare = shown.filter((one) => one.isAdvanced);
  const hasError = rare.some((one) => rest.errors?.[one.name]);
  return (
    <>
      <div className="grid gap-4 sm:grid-cols-2">
        {usual.map((one) => (
          <OneField key={one.name} setting={one} {...rest} />
        ))}
      </div>
      {rare.length > 0 && (
        <details className="mt-4" open={hasError || undefined}>
          <summary className="min-h-10 cursor-pointer py-2 font-medium text-accent">{t("source.moreSettings")}</summary>
          <div className="mt-2 grid gap-4 sm:grid-cols-2">
            {rare.map((one) => (
              <OneField key={one.name} setting={one} {...rest} />
            ))}
          </div>
        </details>
      )}
    </>
  );
}

type FieldProps = Omit<Props, "settings"> & { setting: Setting };

function OneField({ setting, values, onChange, errors, secretsSet = [] }: FieldProps) {
  const { t } = useTranslation("imports");
  const { name, schema, isRequired, isSecret } = setting;
  const label = schema.title ?? name;
  const value = values[name];
  const isKept = isSecret && secretsSet.includes(name);
  const common = {
    label: isRequired || schema.enum || schema.default ? label : t("source.optional", { label }),
    hint: isKept ? t("source.secretKept") : schema.description,
    errors: errors?.[name],
  };
  const required = isRequired && !isKept;
  if (schema.type === "boolean") {
    return (
      <CheckField
        label={label}
        hint={schema.description}
        checked={value === true}
        onChange={(event) => onChange(name, event.target.checked)}
      />
    );
  }
  if (schema.type === "array")
    return <ListField {...common} schema={schema} value={value} name={name} onChange={onChange} />;
  const text = {
    value: String(value ?? ""),
    onChange: (event: { target: { value: string } }) => onChange(name, event.target.value),
    required,
  };
  if (schema.enum) {
    return (
      <SelectField {...common} {...text}>
        {!isRequired && schema.default === undefined && <option value="">–</option>}
        {schema.enum.map((one) => (
          <option key={one} value={one}>
            {one.replaceAll("_", " ")}
          </option>
        ))}
      </SelectField>
    );
  }
  return <TextField {...common} {...text} {...inputOf(schema, isSecret)} placeholder={exampleOf(schema)} />;
}

/** A list of words, or of small objects: a line each. */
function ListField({
  label,
  hint,
  errors,
  schema,
  value,
  name,
  onChange,
}: {
  label: string;
  hint?: string;
  errors?: string[];
  schema: SettingSchema;
  value: unknown;
  name: string;
  onChange: Props["onChange"];
}) {
  const { t } = useTranslation("imports");
  const items = Array.isArray(value) ? (value as (string | Settings)[]) : [];
  const inner = schema.items?.properties ? settingsOf(schema.items) : null;
  const shown = items.length > 0 ? items : [inner ? {} : ""];
  const set = (place: number, item: string | Settings) =>
    onChange(name, [...shown.slice(0, place), item, ...shown.slice(place + 1)]);
  return (
    <fieldset className="min-w-0 sm:col-span-2">
      <legend className="mb-1 text-13 font-medium text-ink-2">{label}</legend>
      {hint && <p className="mb-2 text-12 text-ink-3">{hint}</p>}
      <ul className="space-y-3">
        {shown.map((item, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a line is known by its place alone
          <li key={place} className="flex items-start gap-2">
            <div className="min-w-0 grow">
              {inner ? (
                <div className="grid gap-3 sm:grid-cols-2">
                  {inner.map((one) => (
                    <OneField
                      key={one.name}
                      setting={one}
                      values={item as Settings}
                      onChange={(field, next) => set(place, { ...(item as Settings), [field]: next })}
                    />
                  ))}
                </div>
              ) : (
                <TextField
                  label={t("source.item", { number: place + 1 })}
                  value={String(item)}
                  onChange={(event) => set(place, event.target.value)}
                  placeholder={exampleOf(schema)}
                />
              )}
            </div>
            {shown.length > 1 && (
              <Button
                look="plain"
                className="mt-6"
                onClick={() =>
                  onChange(
                    name,
                    shown.filter((_, other) => other !== place),
                  )
                }
              >
                {t("source.dropItem")}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {errors?.map((error) => (
        <p key={error} className="mt-1 text-13 text-danger">
          {error}
        </p>
      ))}
      <Button look="plain" className="mt-2 -ml-2.5" onClick={() => onChange(name, [...shown, inner ? {} : ""])}>
        {t("source.addItem")}
      </Button>
    </fieldset>
  );
}

const exampleOf = (schema: SettingSchema) =>
  typeof schema.examples?.[0] === "string" || typeof schema.examples?.[0] === "number"
    ? String(schema.examples[0])
    : undefined;

function inputOf(schema: SettingSchema, isSecret: boolean) {
  if (isSecret) return { type: "password", autoComplete: "off" };
  if (schema.type === "integer" || schema.type === "number") {
    return { type: "number", min: schema.minimum, max: schema.maximum, step: schema.type === "integer" ? 1 : "any" };
  }
  return { type: schema.format === "date" ? "date" : schema.format === "uri" ? "url" : "text" };
}
