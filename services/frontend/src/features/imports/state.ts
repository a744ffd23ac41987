import type { Import } from "@/api";
import type { Tone } from "@/ui/Marks";

export const STATES = ["waiting", "queued", "running", "succeeded", "dead", "cancelled"] as const;
export type ImportState = (typeof STATES)[number];

export const TONES: Record<ImportState, Tone> = {
  waiting: "idle",
  queued: "idle",
  running: "busy",
  succeeded: "good",
  dead: "bad",
  cancelled: "warn",
};

/** The state of an import is that of its job; without one it is still to come. */
export function stateOf(run: Import): ImportState {
  return STATES.find((state) => state === run.job?.state) ?? (run.receipt ? "succeeded" : "waiting");
}
