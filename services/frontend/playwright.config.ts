import { defineConfig } from "@playwright/test";

/** Runs against a platform that is up: WATTWISE_E2E_URL, WATTWISE_E2E_EMAIL, WATTWISE_E2E_PASSWORD. */
export default defineConfig({
  testDir: "e2e",
  timeout: 120_000,
  expect: { timeout: 20_000 },
  workers: 1,
  reporter: "list",
  outputDir: "test-results",
  use: {
    baseURL: process.env.WATTWISE_E2E_URL ?? "http://127.0.0.1:8000",
    locale: "en-GB",
    trace: "retain-on-failure",
    launchOptions: {
      // Debian's own browser: nothing is downloaded.
      executablePath: process.env.WATTWISE_E2E_CHROMIUM ?? "/usr/bin/chromium",
      // As root, Chromium refuses its sandbox.
      args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
    },
  },
});
