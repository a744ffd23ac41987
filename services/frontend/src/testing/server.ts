import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import * as data from "./data";
import { health } from "./health";
import * as previewed from "./previewed";
import * as profiled from "./profiled";
import * as work from "./work";

const paged = (results: unknown[]) => HttpResponse.json({ count: results.length, next: null, previous: null, results });

/** A platform with one organization, shaped like openapi.json; a test overrides what it is about. */
export const server = setupServer(
  http.get("/api/session/", () => HttpResponse.json(data.session)),
  http.get("/api/overview/", () => HttpResponse.json(data.overview)),
  http.get("/api/consumers/", () => paged([data.consumer])),
  http.get("/api/consumers/3/", () => HttpResponse.json(data.consumerDetail)),
  http.get("/api/attribute-definitions/", () => paged(data.definitions)),
  http.get("/api/meters/", () => paged([data.meter])),
  http.get("/api/meters/7/", () => HttpResponse.json(data.meter)),
  http.get("/api/meters/7/series/", () => HttpResponse.json(data.series)),
  http.get("/api/meters/7/forecast/", () => HttpResponse.json(data.forecast)),
  http.get("/api/meters/7/profile/", () => HttpResponse.json(profiled.profile)),
  http.get("/api/meters/7/heatmap/", () => HttpResponse.json(data.heatmap)),
  http.get("/api/meters/7/health/", () => HttpResponse.json(health)),
  http.get("/api/clustering-runs/", () => paged([data.clusteringRun])),
  http.get("/api/clustering-runs/5/", () => HttpResponse.json(data.clusteringRun)),
  http.get("/api/models/", () => paged([data.model])),
  http.get("/api/forecast-runs/", () => paged([])),
  http.get("/api/imports/", () => paged([work.imported])),
  http.get("/api/imports/4/", () => HttpResponse.json(work.imported)),
  http.get("/api/imports/4/rejected/", () =>
    paged([
      {
        file: "readings.csv",
        line: 17,
        column: "kWh",
        value: "abc",
        reason: "This is no number.",
        remedy: "Correct it and import again.",
      },
    ]),
  ),
  http.get("/api/imports/4/corrections/", () => paged([previewed.correction])),
  http.get("/api/imports/5/", () => HttpResponse.json(previewed.waiting)),
  http.get("/api/sources/", () => paged([])),
  http.get("/api/source-kinds/", () => HttpResponse.json([])),
  http.get("/api/services/", () => HttpResponse.json(work.services)),
  http.get("/api/jobs/", () => paged([work.deadJob])),
  http.get("/api/jobs/j-9/", () =>
    HttpResponse.json({
      ...work.deadJob,
      traceback: "",
      story: [
        {
          attempt: 1,
          worker: "vm:1",
          started_at: work.deadJob.created_at,
          ended_at: work.deadJob.created_at,
          outcome: "vanished",
          error: "Lease ran out.",
        },
      ],
    }),
  ),
  http.get("/api/members/", () =>
    paged([{ id: 1, organization: 1, user: data.session.user, role: "owner", consumer: null }]),
  ),
  http.get("/api/tokens/", () => paged([])),
);
