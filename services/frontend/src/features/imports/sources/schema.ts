import type { SettingSchema, Settings } from "./types";

export interface Setting {
  name: string;
  schema: SettingSchema;
  isRequired: boolean;
  isSecret: boolean;
  isAdvanced: boolean;
}

const isNull = (schema: SettingSchema) => schema.type === "null";

/** The schema itself: without the reference, the choice with null and the single wrapper that generators write. */
export function plain(schema: SettingSchema, defs: Record<string, SettingSchema>): SettingSchema {
  const named = schema.$ref ? defs[schema.$ref.replace("#/$defs/", "")] : undefined;
  const [wrapped] = schema.allOf ?? [];
  const choices = (schema.anyOf ?? []).filter((one) => !isNull(one));
  const inner = named ?? wrapped ?? (choices.length === 1 ? choices[0] : undefined);
  if (!inner) return schema;
  const { $ref, allOf, anyOf, ...own } = schema;
  return { ...plain(inner, defs), ...own };
}

/** The settings of a schema, in its order. */
export function settingsOf(schema: SettingSchema, defs = schema.$defs ?? {}): Setting[] {
  return Object.entries(schema.properties ?? {}).map(([name, raw]) => {
    const own = plain(raw, defs);
    return {
      name,
      schema: own.items ? { ...own, items: plain(own.items, defs) } : own,
      isRequired: schema.required?.includes(name) ?? false,
      isSecret: own.writeOnly === true || own.format === "password",
      isAdvanced: own["x-group"] === "advanced",
    };
  });
}

/** What was filled in: numbers as numbers, and nothing where a field was left empty. */
export function filled(settings: Setting[], values: Settings): Settings {
  const found: Settings = {};
  for (const { name, schema } of settings) {
    const value = values[name];
    if (value === undefined || value === "" || value === null) continue;
    if (schema.type === "integer" || schema.type === "number") found[name] = Number(value);
    else if (Array.isArray(value)) found[name] = value.filter((one) => one !== "" && Object.keys(one).length !== 0);
    else found[name] = value;
  }
  return found;
}

/** What a form begins with: what is set, else what the schema says. */
export function beginning(settings: Setting[], config: Settings = {}): Settings {
  const values: Settings = {};
  for (const { name, schema, isSecret } of settings) {
    if (isSecret) continue;
    const value = config[name] ?? schema.default;
    if (value !== undefined && value !== null) values[name] = value;
  }
  return values;
}

/** The settings that matter, as the others are filled in. */
export function shownOf(settings: Setting[], values: Settings): Setting[] {
  return settings.filter(({ schema }) =>
    Object.entries(schema["x-shown-when"] ?? {}).every(([name, wanted]) => wanted.includes(String(values[name] ?? ""))),
  );
}
