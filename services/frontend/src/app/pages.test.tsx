import { screen, within } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { describe, expect, test } from "vitest";
import { meter, overview, session } from "@/testing/data";
import { server } from "@/testing/server";
import { visit } from "@/testing/visit";

describe("overview", () => {
  test("answers in one sentence whether all is right, what changed and what will happen", async () => {
    visit("/");
    const title = await screen.findByRole("heading", { level: 1, name: /attention/ });
    expect(title).toHaveTextContent(
      "One thing needs attention. Use is 8% below the first 14 days of June, and the month will end near 18 MWh.",
    );
  });

  test("says that 99.99 % of readings is not all of them", async () => {
    visit("/");
    expect(await screen.findByText("99.9")).toBeVisible();
  });

  test("leads from a failed import to its receipt", async () => {
    visit("/");
    expect(await screen.findByRole("link", { name: "Look: Import 4 failed" })).toHaveAttribute("href", "/imports/4");
  });

  test("without data says what will be here, and the one thing to do", async () => {
    server.use(
      http.get("/api/overview/", () =>
        HttpResponse.json({ ...overview, as_of: null, basis: null, month: null, attention: [] }),
      ),
    );
    visit("/");
    expect(await screen.findByText("Your energy will be here")).toBeVisible();
    expect(screen.getByRole("link", { name: "Bring data" })).toHaveAttribute("href", "/sources");
  });

  test("when it fails, repeats the sentence and the remedy of the platform", async () => {
    const refusal = { error: "The database is away.", remedy: "Wait a minute, then try again." };
    server.use(http.get("/api/overview/", () => HttpResponse.json(refusal, { status: 503 })));
    visit("/");
    const alert = await screen.findByRole("alert");
    expect(alert).toHaveTextContent("The database is away.");
    expect(alert).toHaveTextContent("Wait a minute, then try again.");
    expect(within(alert).getByRole("button", { name: "Copy details" })).toBeVisible();
  });
});

describe("signing in", () => {
  test("a stranger is asked to sign in, and led to where they wanted to go", async () => {
    let isIn = false;
    server.use(
      http.get("/api/session/", () => HttpResponse.json(isIn ? session : { user: null, organizations: [] })),
      http.post("/api/session/", () => {
        isIn = true;
        return HttpResponse.json(session);
      }),
    );
    const { user, history } = visit("/clusters");
    await user.type(await screen.findByLabelText("Email"), "alice@mill.example");
    await user.type(screen.getByLabelText("Password"), "correct horse");
    await user.click(screen.getByRole("button", { name: "Sign in" }));
    expect(await screen.findByRole("heading", { level: 1, name: /Clusters/ })).toBeVisible();
    expect(history.location.pathname).toBe("/clusters");
  });

  test("a wrong password says so, and what to do", async () => {
    const refusal = { error: "Email and password do not match.", remedy: "Check both and try again.", fields: {} };
    server.use(
      http.get("/api/session/", () => HttpResponse.json({ user: null, organizations: [] })),
      http.post("/api/session/", () => HttpResponse.json(refusal, { status: 400 })),
    );
    const { user } = visit("/sign-in");
    await user.type(await screen.findByLabelText("Email"), "alice@mill.example");
    await user.type(screen.getByLabelText("Password"), "wrong");
    await user.click(screen.getByRole("button", { name: "Sign in" }));
    expect(await screen.findByRole("alert")).toHaveTextContent(
      "Email and password do not match.Check both and try again.",
    );
  });
});

describe("consumers", () => {
  test("a consumer's page shows its details in words, and why it is in its cluster", async () => {
    visit("/consumers/3");
    expect(await screen.findByText("148 m²")).toBeVisible();
    expect(screen.getByText("1987")).toBeVisible();
    expect(screen.getByText("yes")).toBeVisible();
    expect(screen.getByText("here heat pump (92 %), overall heat pump (20 %)")).toBeVisible();
    expect(screen.getByRole("link", { name: /Electricity/ })).toHaveAttribute("href", "/meters/7");
  });
});

describe("meter", () => {
  test("opens where historical data ends, never on an empty chart", async () => {
    visit("/meters/7");
    expect(await screen.findByText(/24 Dec 2013 – 30 Dec 2013/)).toBeVisible();
    expect(screen.getByText("Historical data, ending 31 Dec 2013", { exact: false })).toBeVisible();
  });

  test("says how much was used, and at which resolution", async () => {
    visit("/meters/7");
    expect(await screen.findByText("48 kWh in this time")).toBeVisible();
    expect(screen.getByText(/· every reading/)).toBeVisible();
  });

  test("shows the same as a table, with the exact interval and its quality", async () => {
    const { user } = visit("/meters/7?range=custom&from=2013-12-28&to=2013-12-31");
    const [table] = await screen.findAllByRole("button", { name: "Table" });
    if (table) await user.click(table);
    const row = await screen.findByRole("row", { name: /29 Dec 2013, 01:30–02:00 GMT/ });
    expect(row).toHaveTextContent("0.5 kWh (1 kW)");
    expect(row).toHaveTextContent("estimated");
  });

  test("a step back is in the address, so that it can be passed on", async () => {
    const { user, history } = visit("/meters/7");
    await user.click(await screen.findByRole("button", { name: "Step back" }));
    expect(await screen.findByText(/17 Dec 2013 – 23 Dec 2013/)).toBeVisible();
    expect(history.location.search).toContain("at=2013-12-23");
  });

  test("says from where the forecast of a historical feed goes on, and who made it", async () => {
    visit("/meters/7?tab=forecast");
    expect(await screen.findByText(/From where the data ends \(31 Dec 2013, 00:00 GMT\)/)).toHaveTextContent(
      "gradient boosting",
    );
  });

  test("a simulated meter says so", async () => {
    server.use(http.get("/api/meters/7/", () => HttpResponse.json({ ...meter, is_simulated: true })));
    visit("/meters/7");
    expect(await screen.findByText("Simulated")).toBeVisible();
  });
});

describe("imports", () => {
  test("a receipt reads like a bank statement, and unfolds to the rejected rows", async () => {
    const { user } = visit("/imports/4");
    expect(await screen.findByText("624,032.126 kWh")).toBeVisible();
    await user.click(screen.getByText("Rejected"));
    const row = await screen.findByRole("row", { name: /17 kWh abc/ });
    expect(row).toHaveTextContent("This is no number. Correct it and import again.");
    expect(screen.getByRole("link", { name: "All rejected rows, CSV" })).toHaveAttribute(
      "href",
      "/api/imports/4/rejected/?format=csv",
    );
  });

  test("a viewer is told whom to ask instead of being refused later", async () => {
    const [mill] = session.organizations;
    server.use(
      http.get("/api/session/", () => HttpResponse.json({ ...session, organizations: [{ ...mill, role: "viewer" }] })),
    );
    visit("/sources");
    expect(await screen.findByText(/Ask the owner for the role of a manager/)).toBeVisible();
  });
});

describe("operations", () => {
  test("shows nine services and which one is silent", async () => {
    visit("/operations");
    expect(await screen.findByText("One of nine services needs a look.")).toBeVisible();
    expect(screen.getByText("silent")).toBeVisible();
  });

  test("a dead job tells its story and can be retried", async () => {
    let retried = false;
    server.use(
      http.post("/api/jobs/j-9/retry/", () => {
        retried = true;
        return HttpResponse.json({});
      }),
    );
    const { user } = visit("/operations?job=j-9");
    expect(await screen.findByText(/Lease ran out/)).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Retry" }));
    await expect.poll(() => retried).toBe(true);
  });
});

describe("clusters and forecasts", () => {
  test("a cluster's card has its sentence, its size and what sets it apart", async () => {
    visit("/clusters");
    const card = await screen.findByRole("article", { name: "Large homes with heat pumps" });
    expect(card).toHaveTextContent("Heating is mostly by heat pump.");
    expect(card).toHaveTextContent("1 consumer · 5,410 kWh each on average");
    expect(screen.getByText("Only two details are known; clusters are coarse.")).toBeVisible();
  });

  test("the forecasts' page says how much better than last week's same hours", async () => {
    visit("/forecasts");
    expect(
      await screen.findByText("25% smaller errors than “same as last week”, over 28 past forecasts of 76 meters."),
    ).toBeVisible();
  });
});

describe("settings", () => {
  test("a new token is shown once", async () => {
    server.use(
      http.post("/api/tokens/", () =>
        HttpResponse.json({ id: 1, name: "nightly export", token: "ww_secret" }, { status: 201 }),
      ),
    );
    const { user } = visit("/settings?tab=tokens");
    await user.click(await screen.findByRole("button", { name: "Create a token" }));
    await user.type(screen.getByLabelText("Name"), "nightly export");
    const dialog = screen.getByRole("dialog");
    await user.click(within(dialog).getByRole("button", { name: "Create a token" }));
    expect(await screen.findByText("ww_secret")).toBeVisible();
    expect(screen.getByText(/shown only this once/)).toBeVisible();
  });
});
