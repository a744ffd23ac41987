import { screen, within } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { beforeEach, describe, expect, test } from "vitest";
import { waiting } from "@/testing/previewed";
import { server } from "@/testing/server";
import { failing, home, mqtt, octopus, uploads } from "@/testing/sources";
import { visit } from "@/testing/visit";

const paged = (results: unknown[]) => HttpResponse.json({ count: results.length, next: null, previous: null, results });

beforeEach(() => {
  server.use(
    http.get("/api/source-kinds/", () => HttpResponse.json([octopus, mqtt, uploads])),
    http.get("/api/sources/", () => paged([home, failing])),
    http.get("/api/sources/9/", () => HttpResponse.json(home)),
    http.get("/api/sources/10/", () => HttpResponse.json(failing)),
  );
});

describe("the list of sources", () => {
  test("says of each how fresh it is, and of a failing one why", async () => {
    visit("/sources");
    const feeds = await screen.findByRole("region", { name: "What feeds us by itself" });
    const fresh = await within(feeds).findByRole("link", { name: /Our flat/ });
    expect(fresh).toHaveTextContent("fresh");
    expect(fresh).toHaveTextContent("asked every 6 hours");
    expect(within(feeds).getByRole("link", { name: /Old flat/ })).toHaveTextContent("not accepted any more");
  });

  test("that is empty says what would be there, and leads to it", async () => {
    server.use(http.get("/api/sources/", () => paged([])));
    const { user, history } = visit("/sources");
    expect(await screen.findByText("Nothing brings data by itself yet")).toBeVisible();
    await user.click(screen.getByRole("link", { name: "Connect a source" }));
    await expect.poll(() => history.location.pathname).toBe("/sources/new");
  });
});

describe("connecting a source", () => {
  test("asks for the few things that its kind needs, and leads to the preview", async () => {
    const sent: unknown[] = [];
    server.use(
      http.post("/api/sources/", async ({ request }) => {
        sent.push(await request.json());
        return HttpResponse.json({ ...home, state: "draft" }, { status: 201 });
      }),
      http.post("/api/sources/9/preview/", () => HttpResponse.json(waiting)),
    );
    const { user, history } = visit("/sources/new");
    expect(await screen.findByRole("link", { name: /MQTT/ })).toBeVisible();
    expect(screen.queryByRole("link", { name: /^Files/ })).toBeNull();
    await user.click(screen.getByRole("link", { name: /Octopus Energy/ }));
    const name = await screen.findByLabelText("Name");
    await user.clear(name);
    await user.type(name, "Our flat");
    await user.type(screen.getByLabelText("API key"), "sk_live_1");
    await user.type(screen.getByLabelText("MPAN"), "1200000000000");
    await user.selectOptions(screen.getByLabelText("Ask it"), "every 1 hour");
    await user.click(screen.getByRole("button", { name: "Preview what it brings" }));
    await expect.poll(() => history.location.pathname).toBe(`/imports/${waiting.id}`);
    expect(sent).toEqual([
      {
        organization: 1,
        kind: "octopus",
        name: "Our flat",
        every: "PT1H",
        config: { mpan: "1200000000000", days_back: 30 },
        secrets: { api_key: "sk_live_1" },
      },
    ]);
  });

  test("shows beside the field what the platform does not accept", async () => {
    const refusal = { error: "The settings are not right.", fields: { mpan: ["It has 13 digits."] } };
    server.use(http.post("/api/sources/", () => HttpResponse.json(refusal, { status: 400 })));
    const { user } = visit("/sources/new?kind=octopus");
    await user.type(await screen.findByLabelText("API key"), "sk");
    await user.type(screen.getByLabelText("MPAN"), "12");
    await user.click(screen.getByRole("button", { name: "Preview what it brings" }));
    expect(await screen.findByText("It has 13 digits.")).toBeVisible();
    expect(screen.getByLabelText("MPAN")).toBeInvalid();
  });

  test("with lists of small things has a line for each", async () => {
    let sent: unknown;
    server.use(
      http.post("/api/sources/", async ({ request }) => {
        sent = await request.json();
        return HttpResponse.json({ ...home, kind: "mqtt" }, { status: 201 });
      }),
      http.post("/api/sources/9/preview/", () => HttpResponse.json(waiting)),
    );
    const { user } = visit("/sources/new?kind=mqtt");
    await user.type(await screen.findByLabelText("Host"), "broker.example");
    await user.type(screen.getByLabelText("Filter (optional)"), "home/+/power");
    await user.click(screen.getByRole("button", { name: "Add a line" }));
    const [, second] = screen.getAllByLabelText("Filter (optional)");
    await user.type(second as HTMLElement, "home/+/gas");
    await user.click(screen.getByRole("button", { name: "Preview what it brings" }));
    await expect
      .poll(() => sent)
      .toMatchObject({
        config: { host: "broker.example", topics: [{ filter: "home/+/power" }, { filter: "home/+/gas" }] },
      });
  });
});

describe("a source", () => {
  test("that fails says why, since how many tries, and that nothing is lost", async () => {
    visit("/sources/10");
    const alert = await screen.findByRole("alert");
    expect(alert).toHaveTextContent("The API key is not accepted any more.");
    expect(alert).toHaveTextContent("Failed 4 times in a row. Nothing is lost");
  });

  test("never shows a secret, and keeps it where its field is left empty", async () => {
    let sent: unknown;
    server.use(
      http.patch("/api/sources/9/", async ({ request }) => {
        sent = await request.json();
        return HttpResponse.json(home);
      }),
    );
    const { user } = visit("/sources/9");
    const key = await screen.findByLabelText("API key");
    expect(key).toHaveValue("");
    expect(screen.getByText("Kept, and never shown again. Leave empty to keep it.")).toBeVisible();
    await user.clear(screen.getByLabelText("MPAN"));
    await user.type(screen.getByLabelText("MPAN"), "1300000000000");
    await user.click(screen.getByRole("button", { name: "Save" }));
    expect(await screen.findByText("Saved")).toBeVisible();
    expect(sent).toMatchObject({ config: { mpan: "1300000000000", days_back: 30 }, secrets: {} });
  });

  test("is asked at once, paused, and removed under its name", async () => {
    const asked: string[] = [];
    server.use(
      http.post("/api/sources/9/fetch/", async ({ request }) => {
        asked.push(`fetch ${JSON.stringify(await request.json())}`);
        return HttpResponse.json({ error: "It is being asked already.", remedy: "Wait for its end." }, { status: 409 });
      }),
      http.patch("/api/sources/9/", async ({ request }) => {
        asked.push(JSON.stringify(await request.json()));
        return HttpResponse.json(home);
      }),
      http.delete("/api/sources/9/", () => {
        asked.push("delete");
        return new HttpResponse(null, { status: 204 });
      }),
    );
    const { user, history } = visit("/sources/9");
    await user.click(await screen.findByRole("button", { name: "Ask it now" }));
    expect(await screen.findByText("Wait for its end.")).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Pause" }));
    await user.click(screen.getByRole("button", { name: "Remove" }));
    await user.click(within(await screen.findByRole("dialog", { name: "Remove Our flat?" })).getByText("Remove it"));
    await expect.poll(() => history.location.pathname).toBe("/sources");
    expect(asked).toEqual(["fetch {}", '{"state":"paused"}', "delete"]);
  });
});
