import { readFile } from "node:fs/promises";
import { expect, type Page } from "@playwright/test";
import { test } from "./person";

/** Half-hours of 1 to 4 March 2024, written so that day and month can change places; one row is no number. */
function ambiguous(home: string): string {
  const rows = Array.from({ length: 4 * 48 }, (_, index) => {
    const at = new Date(Date.UTC(2024, 2, 1) + index * 1_800_000);
    const [year, month, day] = at.toISOString().slice(0, 10).split("-");
    return `${home},${day}/${month}/${year} ${at.toISOString().slice(11, 16)},${0.2 + (index % 5) / 10}`;
  });
  return ["household,time,kWh", ...rows, `${home},04/03/2024 23:59,much`].join("\n");
}

/** Drops a file on the page as a hand would. */
async function dropFile(page: Page, name: string, text: string) {
  const transfer = await page.evaluateHandle(
    ([title, content]) => {
      const made = new DataTransfer();
      made.items.add(new File([content ?? ""], title ?? "", { type: "text/csv" }));
      return made;
    },
    [name, text],
  );
  await page.dispatchEvent("main", "dragover", { dataTransfer: transfer });
  await page.dispatchEvent("main", "drop", { dataTransfer: transfer });
}

test("drop a file, choose between two ways to read its dates, import, put right what was rejected, undo", async ({
  signedIn: page,
}) => {
  await page.goto("/sources");
  await expect(page.getByText(/Drop files here/)).toBeVisible();
  await dropFile(page, "ambiguous.csv", ambiguous(`Choice ${Date.now()}`));
  await page.getByRole("button", { name: "Preview one file" }).click();

  const choices = page.getByRole("radiogroup", { name: /more than one way/ });
  await expect(choices).toBeVisible({ timeout: 60_000 });
  const ways = choices.getByRole("radio");
  expect(await ways.count()).toBeGreaterThan(1);
  await choices.getByRole("radio", { name: /day first/i }).check();
  await expect(page.locator("canvas").first()).toBeVisible();
  await page.getByRole("button", { name: /^Import [\d,]+ readings$/ }).click();

  await expect(page.getByText("Rows read")).toBeVisible({ timeout: 60_000 });
  await page.locator("summary", { hasText: "Rejected" }).click();
  await expect(page.getByRole("cell", { name: "much" })).toBeVisible();
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "All rejected rows, CSV" }).click();
  expect((await download).suggestedFilename()).toMatch(/\.csv$/);

  const receipt = page.url();
  const whole = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download rejected rows to fix" }).click();
  const rows = await readFile(await (await whole).path(), "utf-8");
  expect(rows).toContain("wattwise_reason");
  const corrected = rows.replace("04/03/2024 23:59,much", "05/03/2024 00:00,0.4");
  expect(corrected).not.toBe(rows);
  await dropFile(page, "corrected.csv", corrected);
  await expect(page.getByText("These are rejected rows that were put right, of")).toBeVisible({ timeout: 60_000 });
  await expect(page.getByText("Rows read")).toBeVisible({ timeout: 60_000 });
  await expect(page.getByText("0.4 kWh")).toBeVisible();
  await page.getByRole("link", { name: /^Import \d+$/ }).click();
  await expect(page).toHaveURL(receipt);
  await expect(page.getByText("All of these rows were put right.")).toBeVisible();

  await page.getByRole("button", { name: "Undo this import" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Undo it" }).click();
  await expect(page.getByText(/This import was undone on/)).toBeVisible({ timeout: 60_000 });
  await expect(page.getByText("What was put right of it stays:")).toBeVisible();
  await expect(page.getByRole("button", { name: "Import again" })).toBeVisible();
});
