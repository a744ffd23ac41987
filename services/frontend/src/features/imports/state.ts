import type { Tone } from "@/ui/Marks";
import type { Run } from "./types";

export const PHASES = [
  "previewing",
  "choosing",
  "importing",
  "imported",
  "undoing",
  "undone",
  "failed",
  "cancelled",
] as const;
export type Phase = (typeof PHASES)[number];

export const TONES: Record<Phase, Tone> = {
  previewing: "busy",
  choosing: "warn",
  importing: "busy",
  imported: "good",
  undoing: "busy",
  undone: "idle",
  failed: "bad",
  cancelled: "warn",
};

const UNDER_WAY = { preview: "previewing", import: "importing", undo: "undoing" } as const;

/** Where an import stands: what its latest job was asked to do, and how that goes. */
export function phaseOf(run: Run): Phase {
  const stage = run.stage ?? "import";
  const state = run.job?.state ?? (run.receipt ? "succeeded" : "waiting");
  if (state === "dead") return "failed";
  if (state === "cancelled") return "cancelled";
  if (state !== "succeeded") return UNDER_WAY[stage];
  if (stage === "preview") return "choosing";
  return run.undone_at ? "undone" : "imported";
}

export const isUnderWay = (run: Run): boolean => ["previewing", "importing", "undoing"].includes(phaseOf(run));

/** Whether it is an import of a source that fetches or listens, not of files that somebody brought. */
export const bringsByItself = (run: Run): boolean => !["files", "simulation", "push"].includes(run.source.kind);
