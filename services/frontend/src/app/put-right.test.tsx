import { fireEvent, screen, within } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { describe, expect, test } from "vitest";
import { done } from "@/testing/previewed";
import { server } from "@/testing/server";
import { visit } from "@/testing/visit";

const fixed = {
  id: 7,
  created_at: "2026-11-25T03:00:00Z",
  finished_at: "2026-11-25T03:01:00Z",
  undone_at: null,
  state: "succeeded",
};
const corrected = new File(["wattwise_file,wattwise_line,kWh\n"], "fixed.csv", { type: "text/csv" });

describe("rejected rows", () => {
  test("are downloaded whole, and the corrected file leads to the import that it becomes", async () => {
    let sent: FormData | undefined;
    server.use(
      http.post("/api/imports/", async ({ request }) => {
        sent = await request.formData();
        return HttpResponse.json({ ...done, id: 7, fixes: 4 }, { status: 201 });
      }),
      http.get("/api/imports/7/", () => HttpResponse.json({ ...done, id: 7, fixes: 4, rejected_file: null })),
    );
    const { user, history } = visit("/imports/4");
    const section = await screen.findByRole("region", { name: "Put them right" });
    expect(within(section).getByRole("link", { name: "Download rejected rows to fix" })).toHaveAttribute(
      "href",
      "/api/imports/4/rejected/whole/",
    );
    expect(section).toHaveTextContent("2 rows, 320 B");
    await user.upload(within(section).getByLabelText("Send back the corrected file", { selector: "input" }), corrected);
    await expect.poll(() => history.location.pathname).toBe("/imports/7");
    expect([sent?.get("fixes"), sent?.get("organization"), sent?.get("recipe")]).toEqual(["4", "1", null]);
    expect(await screen.findByText(/These are rejected rows that were put right, of/)).toBeVisible();
    expect(screen.getByRole("link", { name: "Import 4" })).toHaveAttribute("href", "/imports/4");
  });

  test("a corrected file that is dropped and refused says why, and can be sent again", async () => {
    server.use(
      http.post("/api/imports/", () =>
        HttpResponse.json({ error: "Import 4 is still under way.", remedy: "Wait for its end." }, { status: 409 }),
      ),
    );
    visit("/imports/4");
    await screen.findByText("or drop it here");
    fireEvent.drop(document.body, { dataTransfer: { files: [corrected], items: [], types: ["Files"] } });
    expect(await screen.findByText(/Import 4 is still under way/)).toBeVisible();
    expect(screen.getByRole("button", { name: "Try again" })).toBeVisible();
  });

  test("say which imports put how many of them right, and that all are right", async () => {
    const fixed_by = [
      { ...fixed, put_right: 2 },
      { ...fixed, id: 8, put_right: 1, undone_at: "2026-11-26T03:00:00Z" },
      { ...fixed, id: 9, put_right: 0, finished_at: null, state: "dead" },
    ];
    server.use(http.get("/api/imports/4/", () => HttpResponse.json({ ...done, put_right: 2, fixed_by })));
    visit("/imports/4");
    const section = await screen.findByRole("region", { name: "Put them right" });
    expect(section).toHaveTextContent("All of these rows were put right.");
    expect(section).toHaveTextContent("2 right by now");
    expect(section).toHaveTextContent(/Import 7put 2 rows right/);
    expect(section).toHaveTextContent(/Import 8was undone/);
    expect(section).toHaveTextContent(/Import 9failed, and put nothing right/);
    expect(within(section).queryByRole("button")).not.toBeInTheDocument();
  });

  test("that no file holds are told, and so are those that are too many", async () => {
    server.use(http.get("/api/imports/4/", () => HttpResponse.json({ ...done, rejected_file: null })));
    const first = visit("/imports/4");
    expect(await screen.findByText(/None of these can be put right row by row/)).toBeVisible();
    first.history.destroy();
    const rejected_file = { ...done.rejected_file, left_out: 1200 };
    server.use(http.get("/api/imports/4/", () => HttpResponse.json({ ...done, rejected_file })));
    visit("/imports/4");
    expect(await screen.findByText(/1,200 more rejected rows are not in this file/)).toBeVisible();
  });

  test("of an undone import that were put right stay, with the way there", async () => {
    const undone = {
      ...done,
      stage: "undo",
      undone_at: "2026-11-25T03:00:00Z",
      fixed_by: [{ ...fixed, put_right: 2 }],
    };
    server.use(http.get("/api/imports/4/", () => HttpResponse.json(undone)));
    visit("/imports/4");
    expect(await screen.findByText(/What was put right of it stays/)).toHaveTextContent("Import 7");
    expect(screen.queryByRole("region", { name: "Put them right" })).not.toBeInTheDocument();
  });
});
