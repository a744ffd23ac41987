import { fireEvent, screen, within } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { describe, expect, test } from "vitest";
import { done, waiting } from "@/testing/previewed";
import { server } from "@/testing/server";
import { visit } from "@/testing/visit";

describe("a preview", () => {
  test("lays interpretations that disagree side by side, and imports the one that was chosen", async () => {
    let sent: unknown;
    server.use(
      http.post("/api/imports/5/start/", async ({ request }) => {
        sent = await request.json();
        return HttpResponse.json({});
      }),
    );
    const { user } = visit("/imports/5");
    const choices = await screen.findByRole("radiogroup", { name: /more than one way/ });
    const dayFirst = within(choices).getByRole("radio", { name: /Day first: 03\/04 is 3 April/ });
    const monthFirst = within(choices).getByRole("radio", { name: /Month first: 03\/04 is 4 March/ });
    expect(dayFirst).toBeChecked();
    expect(within(choices).getByText("3 Apr 2026, 00:00")).toBeVisible();
    await user.click(monthFirst);
    await user.click(screen.getByLabelText("Remember these settings"));
    expect(screen.getByRole("button", { name: "Import 96 readings" })).toBeDisabled();
    await user.type(screen.getByLabelText("As"), "Monthly export");
    await user.click(screen.getByRole("button", { name: "Import 96 readings" }));
    await expect
      .poll(() => sent)
      .toMatchObject({ recipe: { date_order: "month_first" }, remember_as: "Monthly export" });
  });

  test("shows readings on the meter's clock, what would be rejected, and files that cannot be read", async () => {
    visit("/imports/5");
    expect(await screen.findByRole("row", { name: /2026-04-03 00:00 BST 0.5 kWh home-3 2/ })).toBeVisible();
    expect(screen.getByRole("row", { name: /98 kWh much/ })).toHaveTextContent("Correct it in the file.");
    expect(screen.getByText("This is a text document. Export the table as CSV.")).toBeVisible();
    expect(screen.getByText("No readings for two hours; they stay missing.")).toBeVisible();
    expect(screen.getByText("1 gap")).toBeVisible();
  });

  test("is made again with what was changed only, and cannot be imported before", async () => {
    let sent: unknown;
    server.use(
      http.post("/api/imports/5/preview/", async ({ request }) => {
        sent = await request.json();
        return HttpResponse.json({});
      }),
    );
    const { user } = visit("/imports/5");
    await user.click(await screen.findByText("Settings", { selector: "summary" }));
    await user.selectOptions(screen.getByLabelText("Column of the value"), "kVArh");
    expect(screen.getByRole("button", { name: "Import 96 readings" })).toBeDisabled();
    await user.click(screen.getByRole("button", { name: "Preview again" }));
    await expect.poll(() => sent).toEqual({ recipe: { value_column: "kVArh" } });
  });

  test("has a setting for what a cubic metre of gas holds, where it is about gas", async () => {
    const { user } = visit("/imports/5");
    await user.click(await screen.findByText("Settings", { selector: "summary" }));
    expect(screen.queryByText("What a cubic metre of gas holds")).not.toBeInTheDocument();
    const form = screen.getByText("Settings", { selector: "summary" }).closest("details") as HTMLElement;
    await user.selectOptions(within(form).getByLabelText("Quantity"), "gas");
    await user.click(screen.getByRole("button", { name: "Add a value" }));
    expect(screen.getByLabelText("MJ per m³")).toHaveValue(39.5);
  });

  test("is discarded after a question, and leads back to the sources", async () => {
    let gone = false;
    server.use(
      http.delete("/api/imports/5/", () => {
        gone = true;
        return new HttpResponse(null, { status: 204 });
      }),
    );
    const { user, history } = visit("/imports/5");
    await user.click(await screen.findByRole("button", { name: "Discard" }));
    const dialog = await screen.findByRole("dialog", { name: "Discard Import 5?" });
    await user.click(within(dialog).getByRole("button", { name: "Discard" }));
    await expect.poll(() => history.location.pathname).toBe("/sources");
    expect(gone).toBe(true);
  });

  test("that understood nothing says why of each file", async () => {
    const preview = { ...waiting.preview, interpretations: [], files: waiting.preview?.files.slice(1) };
    server.use(http.get("/api/imports/5/", () => HttpResponse.json({ ...waiting, preview })));
    visit("/imports/5");
    expect(await screen.findByText(/None of these files can be read/)).toBeVisible();
    expect(screen.getByText("This is a text document. Export the table as CSV.")).toBeVisible();
  });
});

describe("a receipt", () => {
  test("unfolds to what was corrected, from old to new, with all of it as CSV", async () => {
    const { user } = visit("/imports/4");
    await user.click(await screen.findByText("Corrected; the old values are kept"));
    expect(await screen.findByRole("row", { name: /M7 1 Jun 2013, 01:00 0.4 kWh 0.7 kWh/ })).toBeVisible();
    expect(screen.getByRole("link", { name: "All corrections, CSV" })).toHaveAttribute(
      "href",
      "/api/imports/4/corrections/?format=csv",
    );
  });

  test("is undone after a dialog that says what will happen, and can be imported again", async () => {
    let undone = false;
    server.use(
      http.get("/api/imports/4/", () =>
        HttpResponse.json(undone ? { ...done, stage: "undo", undone_at: "2026-11-25T03:00:00Z" } : done),
      ),
      http.post("/api/imports/4/undo/", () => {
        undone = true;
        return HttpResponse.json({});
      }),
    );
    const { user } = visit("/imports/4");
    await user.click(await screen.findByRole("button", { name: "Undo this import" }));
    const dialog = await screen.findByRole("dialog", { name: "Undo this import?" });
    expect(dialog).toHaveTextContent("990 readings that it stored are taken away.");
    expect(dialog).toHaveTextContent("3 readings that it corrected get their old values back.");
    await user.click(within(dialog).getByRole("button", { name: "Undo it" }));
    expect(await screen.findByText("This import was undone on 25 Nov 2026, 03:00")).toBeVisible();
    expect(screen.getByRole("button", { name: "Import again" })).toBeVisible();
    expect(screen.queryByRole("button", { name: "Undo this import" })).not.toBeInTheDocument();
  });

  test("of a failed import has the sentence, what is safe, and another try", async () => {
    const job = { id: "j-4", state: "dead", progress: 0.4, message: "", error: "No time column was found." };
    server.use(
      http.get("/api/imports/4/", () => HttpResponse.json({ ...done, receipt: null, finished_at: null, job })),
    );
    visit("/imports/4");
    const alert = await screen.findByRole("alert");
    expect(alert).toHaveTextContent("No time column was found.");
    expect(within(alert).getByRole("button", { name: "Try again" })).toBeVisible();
  });
});

describe("bringing data", () => {
  test("files dropped anywhere on the page are offered for a preview", async () => {
    visit("/sources");
    await screen.findByText(/Drop files here/);
    const file = new File(["a,b"], "homes.csv", { type: "text/csv" });
    fireEvent.drop(document.body, { dataTransfer: { files: [file], items: [], types: ["Files"] } });
    expect(await screen.findByText("homes.csv")).toBeVisible();
    expect(screen.getByRole("button", { name: "Preview one file" })).toBeVisible();
    expect(screen.getByRole("button", { name: "Import without preview" })).toBeVisible();
  });

  test("the list says which import waits for a choice, and how far another is", async () => {
    const job = { id: "j-6", state: "running", progress: 0.43, message: "", error: "" };
    const running = { ...done, id: 6, job, receipt: null, finished_at: null };
    const results = [waiting, running];
    server.use(http.get("/api/imports/", () => HttpResponse.json({ count: 2, next: null, previous: null, results })));
    visit("/sources");
    expect(await screen.findByText("waiting for your choice")).toBeVisible();
    expect(screen.getByText(/importing 43/)).toBeVisible();
  });
});
