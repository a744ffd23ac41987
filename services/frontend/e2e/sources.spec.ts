import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "@playwright/test";
import { test } from "./person";

/** Half-hours of a flat from 1 March 2024 on. */
function readings(flat: string, count: number): string {
  const rows = Array.from({ length: count }, (_, index) => {
    const at = new Date(Date.UTC(2024, 2, 1) + index * 1_800_000).toISOString().slice(0, 19);
    return `${flat},${at}Z,${(0.2 + (index % 7) / 10).toFixed(1)}`;
  });
  return ["meter,start,kWh", ...rows, ""].join("\n");
}

/** A feed that grows, on this machine; the platform under test may reach it. */
async function feed(content: () => string): Promise<{ server: Server; url: string }> {
  const server = createServer((_, answer) => answer.setHeader("Content-Type", "text/csv").end(content()));
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/flat.csv` };
}

test("connect a web address, look at what it would bring, start it, ask it again, remove it", async ({
  signedIn: page,
}) => {
  const flat = `Flat ${Date.now()}`;
  let count = 96;
  const { server, url } = await feed(() => readings(flat, count));
  try {
    await page.goto("/sources");
    await page.getByRole("link", { name: "Connect a source" }).click();
    await page.getByRole("link", { name: /Web address or API/ }).click();
    await page.getByLabel("Name", { exact: true }).fill(flat);
    await page.getByLabel("Address", { exact: true }).fill(url);
    await expect(page.getByLabel("Password or key")).toHaveCount(0);
    await page.getByRole("button", { name: "Preview what it brings" }).click();

    await page.getByRole("button", { name: "Start this source" }).click({ timeout: 60_000 });
    await expect(page.getByText("Rows read")).toBeVisible({ timeout: 60_000 });
    await page.getByRole("link", { name: flat }).first().click();
    await expect(page.getByRole("heading", { level: 1, name: flat })).toBeVisible();
    await expect(page.getByText("96 stored")).toBeVisible();

    count = 144;
    await page.getByRole("button", { name: "Ask it now" }).click();
    await expect(page.getByText("Stored new")).toBeVisible({ timeout: 60_000 });
    await page.goBack();
    await expect(page.getByText("48 stored")).toBeVisible({ timeout: 60_000 });

    await page.getByRole("button", { name: "Remove" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Remove it" }).click();
    await expect(page).toHaveURL(/\/sources(\?|$)/);
    await expect(page.getByRole("link", { name: flat })).toHaveCount(0);
  } finally {
    server.close();
  }
});
