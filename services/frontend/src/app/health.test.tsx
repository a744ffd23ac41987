import { screen, within } from "@testing-library/react";
import { delay, HttpResponse, http } from "msw";
import { describe, expect, test } from "vitest";
import type { HealthOfMeter } from "@/api";
import { health } from "@/testing/health";
import { server } from "@/testing/server";
import { visit } from "@/testing/visit";

const DATA = "/meters/7?tab=data&range=custom&from=2026-02-27&to=2026-03-03";
const told = (changes: Partial<HealthOfMeter>) =>
  server.use(http.get("/api/meters/7/health/", () => HttpResponse.json({ ...health, ...changes })));
const part = (name: string) => screen.findByRole("region", { name });

describe("the health of a meter's data", () => {
  test("is told in words, what is late first", async () => {
    visit(DATA);
    const words = await part("How sound these data are");
    const sentences = [
      "Late since 4 Mar 2026, 03:00",
      "98.7% complete: 1 of 5 days have every reading",
      "2 gaps, the longest 2 days",
      "Stuck on one value once",
      "14 readings corrected, last 3 Mar 2026",
      "0.1% of readings are estimated",
      "Readings usually come 40 minutes after their interval ends; 95 of 100 within 60 minutes",
    ];
    for (const sentence of sentences) expect(words).toHaveTextContent(sentence);
  });

  test("a gap leads to its time in the chart above", async () => {
    const { user, history } = visit(DATA);
    const gaps = await part("Gaps");
    await user.click(within(gaps).getByRole("button", { name: /2 days · 96 readings missing/ }));
    expect(decodeURIComponent(history.location.search)).toContain("from=2026-02-28T00:00:00Z&to=2026-03-04T00:00:00Z");
    expect(history.location.search).toContain("tab=data");
  });

  test("a stuck stretch says on which value", async () => {
    visit(DATA);
    const stuck = await part("Stuck values");
    expect(within(stuck).getByRole("button")).toHaveTextContent("26 hours · always 0.7 kWh");
  });

  test("the calendar is read by months and weekdays, and 99.99 % is not complete", async () => {
    visit(DATA);
    const month = await screen.findByRole("table", { name: "February 2026" });
    expect(within(month).getByRole("columnheader", { name: "Friday" })).toBeInTheDocument();
    expect(within(month).getByRole("button", { name: "Fri 27 Feb · 100% complete" })).toBeVisible();
    expect(within(month).getByRole("button", { name: "Sat 28 Feb · 99.9% complete" })).toBeVisible();
    expect(screen.getByRole("button", { name: "Sun 1 Mar · no readings" })).toBeVisible();
  });

  test("the calendar is one stop of the keyboard, from where arrows lead on and Enter shows the day", async () => {
    const { user, history } = visit(DATA);
    const last = await screen.findByRole("button", { name: /Tue 3 Mar/ });
    expect(last).toHaveAttribute("tabindex", "0");
    last.focus();
    await user.keyboard("{ArrowLeft}{ArrowLeft}");
    expect(screen.getByRole("button", { name: /Sun 1 Mar/ })).toHaveFocus();
    await user.keyboard("{Enter}");
    expect(history.location.search).toContain("range=day");
    expect(history.location.search).toContain("at=2026-03-01");
  });

  test("history that ended is never called late, and days that are not computed yet are not called empty", async () => {
    told({ delay: null, late_since: null, completeness: null, estimated_share: null, stuck: null });
    visit(DATA);
    const words = await part("How sound these data are");
    expect(words).toHaveTextContent("Completeness is computed in a few minutes");
    expect(words).toHaveTextContent("These readings do not keep coming by themselves, so nothing is late");
    expect(words).not.toHaveTextContent(/Late since|Stuck/);
    expect(screen.queryByRole("region", { name: "Completeness" })).toBeNull();
  });

  test("sound data say so", async () => {
    const none = { count: 0, longest: [] };
    told({ gaps: { ...none, missing: 0 }, stuck: none, corrections: { count: 0, last_at: null }, late_since: null });
    visit(DATA);
    const words = await part("How sound these data are");
    for (const sentence of ["No gaps", "No stuck values", "No readings corrected"])
      expect(words).toHaveTextContent(sentence);
    expect(await part("Gaps")).toHaveTextContent("has its reading");
  });

  test("a time without readings leads to one that has some", async () => {
    told({ starts_at: null, ends_at: null, completeness: null });
    const { user, history } = visit(DATA);
    expect(await screen.findByText("No readings in the time shown")).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Show its whole history" }));
    expect(history.location.search).toContain("range=all");
  });

  test("while it loads, and where it fails, the export is there all the same", async () => {
    const refusal = { error: "About 5,256,000 readings lie in this time.", remedy: "Ask for a shorter time." };
    server.use(
      http.get("/api/meters/7/health/", async () => {
        await delay(50);
        return HttpResponse.json(refusal, { status: 400 });
      }),
    );
    visit(DATA);
    expect(await part("Export")).toBeVisible();
    expect(screen.getAllByRole("status").length).toBeGreaterThan(0);
    expect(await screen.findByText("Ask for a shorter time.")).toBeVisible();
    expect(screen.getByRole("link", { name: "CSV" })).toBeVisible();
  });
});
