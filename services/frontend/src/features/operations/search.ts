import type { JobStateEnum } from "@/api";

export const JOB_STATES: JobStateEnum[] = ["running", "queued", "waiting", "dead", "succeeded", "cancelled"];

export interface JobsSearch {
  state?: JobStateEnum;
  job?: string;
}

export function parseJobsSearch(search: Record<string, unknown>): JobsSearch {
  return {
    state: JOB_STATES.find((state) => state === search.state),
    job: typeof search.job === "string" ? search.job : undefined,
  };
}
