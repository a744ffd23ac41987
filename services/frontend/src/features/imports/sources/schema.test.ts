import { expect, test } from "vitest";
import { beginning, filled, settingsOf, shownOf } from "./schema";
import type { SettingSchema } from "./types";

const schema: SettingSchema = {
  required: ["url"],
  properties: {
    url: { type: "string", title: "Address" },
    key: { anyOf: [{ type: "string", format: "password", writeOnly: true }, { type: "null" }], title: "API key" },
    auth: { $ref: "#/$defs/Auth", default: "none" },
    delay: { type: "integer", default: 3, "x-group": "advanced" },
    topics: { type: "array", items: { $ref: "#/$defs/Topic" } },
  },
  $defs: {
    Auth: { type: "string", enum: ["none", "basic"] },
    Topic: { type: "object", properties: { filter: { type: "string" } } },
  },
};

test("settings are read through references and choices with null, secrets and the rare ones known", () => {
  const settings = settingsOf(schema);
  expect(settings.map((one) => one.name)).toEqual(["url", "key", "auth", "delay", "topics"]);
  const [url, key, auth, delay, topics] = settings;
  expect(url?.isRequired).toBe(true);
  expect([key?.isSecret, key?.isRequired, key?.schema.title]).toEqual([true, false, "API key"]);
  expect(auth?.schema.enum).toEqual(["none", "basic"]);
  expect(delay?.isAdvanced).toBe(true);
  expect(topics?.schema.items?.properties).toHaveProperty("filter");
});

test("a form begins with what is set or usual, and sends numbers, not what was left empty", () => {
  const settings = settingsOf(schema);
  expect(beginning(settings, { url: "https://example.org" })).toEqual({
    url: "https://example.org",
    auth: "none",
    delay: 3,
  });
  expect(
    filled(settings, { url: "https://example.org", delay: "7", auth: "", topics: [{ filter: "a/+" }, {}] }),
  ).toEqual({ url: "https://example.org", delay: 7, topics: [{ filter: "a/+" }] });
});

test("a setting that another one makes needless is not shown", () => {
  const settings = settingsOf({
    properties: {
      auth: { type: "string", enum: ["none", "basic"] },
      user: { type: "string", "x-shown-when": { auth: ["basic"] } },
    },
  });
  expect(shownOf(settings, { auth: "none" }).map((one) => one.name)).toEqual(["auth"]);
  expect(shownOf(settings, { auth: "basic" }).map((one) => one.name)).toEqual(["auth", "user"]);
});
