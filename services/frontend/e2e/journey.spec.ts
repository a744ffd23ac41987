import { expect } from "@playwright/test";
import { test } from "./person";

/** Three weeks of half-hours of a home that is up from seven to eleven, with one row that is no number. */
function readingsOf(home: string): string {
  const start = Date.UTC(2024, 0, 1);
  const rows = Array.from({ length: 21 * 48 }, (_, index) => {
    const at = new Date(start + index * 1_800_000);
    const awake = at.getUTCHours() >= 7 && at.getUTCHours() < 23;
    return `${home},${at.toISOString()},${(awake ? 0.4 : 0.1) + (index % 7) / 100}`;
  });
  return ["household,time,kWh", ...rows, `${home},2024-01-22T00:00:00.000Z,much`].join("\n");
}

test("sign in, bring a file, read its receipt, see the consumption and its forecast", async ({ signedIn: page }) => {
  const home = `Journey ${Date.now()}`;
  await page.goto("/sources");
  await page
    .getByLabel("choose files")
    .setInputFiles({ name: "journey.csv", mimeType: "text/csv", buffer: Buffer.from(readingsOf(home)) });
  await page.getByRole("button", { name: "Import without preview" }).click();

  await expect(page.getByText("Rows read")).toBeVisible({ timeout: 60_000 });
  await expect(page.getByText("1,009")).toBeVisible();
  await page.locator("summary", { hasText: "Rejected" }).click();
  await expect(page.getByRole("cell", { name: "much" })).toBeVisible();

  await page.getByRole("link", { name: "See the consumers" }).click();
  await page.getByLabel("Find by name or key").fill(home);
  await page.getByRole("link", { name: home }).click();
  await page.getByRole("link", { name: /Electricity/ }).click();
  await expect(page.getByText(/kWh in this time/)).toBeVisible();
  await expect(page.getByText(/Historical data, ending 2[12] Jan 2024/)).toBeVisible();
  await expect(page.locator("canvas").first()).toBeVisible();

  // The forecast is made by itself, once the readings are rolled up.
  await page.getByRole("tab", { name: "Forecast" }).click();
  await expect(async () => {
    await page.reload();
    await expect(page.getByText(/From where the data ends/)).toBeVisible({ timeout: 3_000 });
  }).toPass({ timeout: 90_000, intervals: [2_000] });
  await expect(page.getByText("80 % of outcomes").first()).toBeVisible();
});
