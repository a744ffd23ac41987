import type { Source, SourceKind } from "@/features/imports/sources/types";
import { ENDED_AT } from "./data";

export const octopus: SourceKind = {
  kind: "octopus",
  title: "Octopus Energy",
  description: "Half-hourly consumption of a British home. You need an API key and the number of the meter.",
  brings: "fetches",
  every: "PT6H",
  settings_schema: {
    required: ["api_key", "mpan"],
    properties: {
      api_key: { type: "string", title: "API key", format: "password", writeOnly: true },
      mpan: { type: "string", title: "MPAN", description: "13 digits, on the bill." },
      days_back: { type: "integer", title: "Days before today", default: 30, minimum: 1, "x-group": "advanced" },
    },
  },
};

export const mqtt: SourceKind = {
  kind: "mqtt",
  title: "MQTT",
  description: "Messages of a broker.",
  brings: "listens",
  every: "",
  settings_schema: {
    required: ["host"],
    properties: {
      host: { type: "string", title: "Host" },
      topics: {
        type: "array",
        title: "Topics",
        items: { type: "object", properties: { filter: { type: "string", title: "Filter" } } },
      },
    },
  },
};

export const uploads: SourceKind = { ...octopus, kind: "files", title: "Files", brings: "uploads" };

export const home: Source = {
  id: 9,
  organization: 1,
  name: "Our flat",
  kind: "octopus",
  kind_title: "Octopus Energy",
  brings: "fetches",
  state: "active",
  config: { mpan: "1200000000000", days_back: 30 },
  secrets_set: ["api_key"],
  recipe: {},
  every: "PT6H",
  due_at: ENDED_AT,
  checked_at: ENDED_AT,
  brought_at: ENDED_AT,
  failures: 0,
  last_error: "",
  imports_count: 3,
  last_import: null,
  is_late: false,
  created_at: ENDED_AT,
};

export const failing: Source = {
  ...home,
  id: 10,
  name: "Old flat",
  failures: 4,
  last_error: "The API key is not accepted any more. Make a new one and enter it under Settings.",
};
