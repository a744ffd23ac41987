import type { Recipe, Run } from "../types";

/** A setting of a kind of source, as JSON Schema says it; the page draws its field from it. */
export interface SettingSchema {
  type?: "string" | "integer" | "number" | "boolean" | "array" | "object" | "null";
  title?: string;
  description?: string;
  default?: unknown;
  enum?: string[];
  const?: string;
  format?: string;
  examples?: unknown[];
  writeOnly?: boolean;
  minimum?: number;
  maximum?: number;
  items?: SettingSchema;
  properties?: Record<string, SettingSchema>;
  required?: string[];
  anyOf?: SettingSchema[];
  allOf?: SettingSchema[];
  $ref?: string;
  $defs?: Record<string, SettingSchema>;
  "x-group"?: string;
  /** Shown only where another setting has one of these values. */
  "x-shown-when"?: Record<string, string[]>;
}

export interface SourceKind {
  kind: string;
  title: string;
  description: string;
  brings: "uploads" | "fetches" | "listens";
  settings_schema: SettingSchema;
  every: string;
}

export type Settings = Record<string, unknown>;

export interface LastImport {
  id: number;
  stage: Run["stage"];
  job_state: string | null;
  stored: number;
  rejected: number;
  created_at: string;
}

export interface Source {
  id: number;
  organization: number;
  name: string;
  kind: string;
  kind_title: string;
  brings: SourceKind["brings"];
  state: "draft" | "active" | "paused" | "removed";
  config: Settings;
  secrets_set: string[];
  recipe: Recipe;
  every: string;
  due_at: string | null;
  checked_at: string | null;
  brought_at: string | null;
  failures: number;
  last_error: string;
  imports_count: number;
  last_import: LastImport | null;
  is_late: boolean;
  created_at: string;
}

export interface SourceWish {
  name: string;
  config: Settings;
  secrets: Record<string, string | null>;
  every?: string;
}
