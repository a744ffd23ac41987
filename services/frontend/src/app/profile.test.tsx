import { screen, within } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { describe, expect, test } from "vitest";
import { expectedKwh } from "@/features/meters/ThermalScatter";
import { meter } from "@/testing/data";
import { profile, storedProfile } from "@/testing/profiled";
import { server } from "@/testing/server";
import { visit } from "@/testing/visit";

const answer = (changed: object) =>
  server.use(
    http.get("/api/meters/7/profile/", () =>
      HttpResponse.json({ ...profile, profile: { ...storedProfile, ...changed } }),
    ),
  );

describe("the profile of a meter", () => {
  test("shows the typical week and the figures of the last year", async () => {
    visit("/meters/7");
    expect(
      await screen.findByRole("img", { name: /Typical week: highest on Wednesday at 18:00, 2.5 kW/ }),
    ).toBeVisible();
    const figures = within(screen.getByRole("region", { name: "In a few figures" }));
    expect(figures.getByText("0.31 kW")).toBeVisible();
    expect(figures.getByText("33%")).toBeVisible();
    expect(figures.getByText("of the energy, in 28% of the hours")).toBeVisible();
    expect(figures.getByText("0.6 kW/h")).toBeVisible();
  });

  test("a season is chosen in the address", async () => {
    const { user, history } = visit("/meters/7");
    await user.selectOptions(await screen.findByLabelText("Season"), "December to February");
    expect(await screen.findByRole("img", { name: /December to February: highest about 23:00, 2.3 kW/ })).toBeVisible();
    expect(history.location.search).toContain("season=winter");
    await user.selectOptions(screen.getByLabelText("Season"), "June to August");
    expect(await screen.findByText("No complete hour was measured in these months.")).toBeVisible();
  });

  test("says in a sentence how the energy follows the weather, and what the years changed", async () => {
    visit("/meters/7?tab=weather");
    expect(await screen.findByText(/8 kWh a day whatever the weather/)).toHaveTextContent(
      "2 kWh more for each degree below 15 °C, which explains 86% of what differs over 3 days.",
    );
    expect(screen.getByRole("img", { name: /Energy of 3 days/ }).querySelectorAll("circle")).toHaveLength(3);
    expect(screen.getByText("-3.4%")).toBeVisible();
    expect(screen.getByText("+2.4%")).toBeVisible();
    expect(screen.getByText(/Only 14 months have 20 whole days/)).toBeVisible();
  });

  test("what the data do not allow says why, once", async () => {
    const why = "Only 30 hours have all their readings; 168 (a week) are needed.";
    answer({
      peak: null,
      shares: null,
      ramp: null,
      typical_week_kw: null,
      reasons: { peak: why, shares: why, ramp: why, typical_week_kw: why },
    });
    visit("/meters/7");
    const figures = within(await screen.findByRole("region", { name: "In a few figures" }));
    expect(await figures.findAllByText(why)).toHaveLength(1);
    expect(within(screen.getByRole("region", { name: "Typical week" })).getByText(why)).toBeVisible();
  });

  test("before it is computed, that is said", async () => {
    server.use(http.get("/api/meters/7/profile/", () => HttpResponse.json({ ...profile, profile: null })));
    visit("/meters/7?tab=weather");
    expect(await screen.findByText(/not computed yet/)).toBeVisible();
  });

  test.each([
    [{ resolution: "P1D" }, "This is told of meters that are read every hour or oftener."],
    [{ unit: "°C", quantity: "temperature" }, "This is told of meters of electricity, gas and heat."],
  ])("what will never be computed is not promised: %o", async (changed, sentence) => {
    server.use(http.get("/api/meters/7/", () => HttpResponse.json({ ...meter, ...changed })));
    visit("/meters/7?tab=weather");
    expect(await screen.findByText(sentence)).toBeVisible();
    expect(screen.queryByText(/not computed yet/)).toBeNull();
  });

  test("the line bends at the change point", () => {
    const { thermal } = storedProfile;
    if (!thermal) throw new Error("the profile has a thermal model");
    expect([0, 15, 25].map((celsius) => expectedKwh(thermal, celsius))).toEqual([38, 8, 8]);
  });
});
