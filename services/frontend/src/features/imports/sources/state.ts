import type { Tone } from "@/ui/Marks";
import type { Source } from "./types";

export type Health = "draft" | "paused" | "failing" | "late" | "new" | "fresh";

export const HEALTH_TONES: Record<Health, Tone> = {
  draft: "idle",
  paused: "idle",
  failing: "bad",
  late: "warn",
  new: "busy",
  fresh: "good",
};

/** How a source is, in a word: what needs somebody comes first. */
export function healthOf(source: Source): Health {
  if (source.state === "draft") return "draft";
  if (source.state === "paused") return "paused";
  if (source.failures > 0) return "failing";
  if (source.is_late) return "late";
  return source.brought_at ? "fresh" : "new";
}
