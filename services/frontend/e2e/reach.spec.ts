import AxeBuilder from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";
import { test } from "./person";

const PAGES = [
  "/",
  "/consumers",
  "/clusters",
  "/forecasts",
  "/sources",
  "/sources/new",
  "/sources/new?kind=http",
  "/operations",
  "/settings",
  "/settings?tab=tokens",
];

/** The pages of the rail, and the first consumer and meter that are there. */
async function addresses(page: Page): Promise<string[]> {
  const found = await page.evaluate(async () => {
    const first = async (path: string) => (await (await fetch(path)).json()).results[0]?.id;
    return { consumer: await first("/api/consumers/?page_size=1"), meter: await first("/api/meters/?page_size=1") };
  });
  const details = found.consumer ? [`/consumers/${found.consumer}`] : [];
  const tabs = ["", "?tab=weather", "?tab=data&range=year"];
  const meter = found.meter ? tabs.map((tab) => `/meters/${found.meter}${tab}`) : [];
  return [...PAGES, ...details, ...meter];
}

async function open(page: Page, address: string) {
  await page.goto(address);
  await expect(page.getByRole("heading", { level: 1 })).not.toHaveText("Loading");
  // Live pages keep asking; two quiet seconds are enough.
  await page.waitForLoadState("networkidle").catch(() => undefined);
}

for (const theme of ["light", "dark"] as const) {
  test(`nothing serious for axe, ${theme}`, async ({ signedIn: page }) => {
    await page.evaluate((chosen) => localStorage.setItem("wattwise.theme", chosen), theme);
    for (const address of await addresses(page)) {
      await open(page, address);
      const { violations } = await new AxeBuilder({ page }).analyze();
      const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
      expect(
        serious.map(({ id, nodes }) => `${address}: ${id} at ${nodes.map((node) => node.target).join(", ")}`),
      ).toEqual([]);
    }
  });
}

test("at 320 px nothing scrolls sideways", async ({ signedIn: page }) => {
  await page.setViewportSize({ width: 320, height: 640 });
  for (const address of await addresses(page)) {
    await open(page, address);
    const excess = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(excess, address).toBeLessThanOrEqual(0);
  }
});

test("the palette leads anywhere by keys alone", async ({ signedIn: page }) => {
  await page.goto("/");
  await expect(page.getByRole("button", { name: /Search/ })).toBeVisible();
  await page.keyboard.press("Control+k");
  await expect(page.getByPlaceholder("A consumer, a meter, a page…")).toBeFocused();
  await page.keyboard.type("operations");
  await expect(page.getByRole("option")).toHaveText(["Operations"]);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "Operations" })).toBeVisible();
});

test("a pasted address shows the same time to a colleague", async ({ signedIn: page }) => {
  const meter = (await addresses(page)).find((address) => address.startsWith("/meters/"));
  test.skip(!meter, "There is no meter on this platform.");
  await open(page, `${meter}`);
  await page.getByRole("button", { name: "Step back" }).click();
  await expect(page).toHaveURL(/at=/);
  const title = await page.locator("[aria-live=polite]").first().innerText();
  await page.goto(page.url());
  await expect(page.locator("[aria-live=polite]").first()).toHaveText(title);
});
