import { test as base, type Page } from "@playwright/test";

const EMAIL = process.env.WATTWISE_E2E_EMAIL ?? "";
const PASSWORD = process.env.WATTWISE_E2E_PASSWORD ?? "";

export async function signIn(page: Page) {
  await page.goto("/sign-in");
  await page.getByLabel("Email").fill(EMAIL);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL((url) => url.pathname !== "/sign-in");
}

/** A page of a person who is signed in; fails when the console had an error (a broken content policy, too). */
export const test = base.extend<{ signedIn: Page }>({
  signedIn: async ({ page }, use) => {
    const complaints: string[] = [];
    page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    await signIn(page);
    complaints.length = 0;
    await use(page);
    if (complaints.length > 0) throw new Error(`The browser complained:\n${complaints.join("\n")}`);
  },
});

test.beforeAll(() => {
  if (!EMAIL || !PASSWORD)
    throw new Error("Set WATTWISE_E2E_EMAIL and WATTWISE_E2E_PASSWORD to a login of the platform.");
});
