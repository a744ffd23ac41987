/** What a failed request says to a person: what happened, and what to do. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly remedy: string,
    readonly fields: Record<string, string[]>,
    readonly address: string,
  ) {
    super(message);
    this.name = "ApiError";
  }
}

interface ErrorBody {
  error?: string;
  detail?: string;
  remedy?: string;
  fields?: Record<string, string[]>;
}

const UNREACHABLE = "The platform cannot be reached.";
const UNREACHABLE_REMEDY = "Check your connection, then try again. Nothing that was stored is lost.";

export function csrfToken(): string {
  return /(?:^|;\s*)wattwise_csrf=([^;]+)/.exec(document.cookie)?.[1] ?? "";
}

export function errorOf(status: number, body: unknown, address: string): ApiError {
  const said = (typeof body === "object" && body !== null ? body : {}) as ErrorBody;
  const sentence = said.error ?? said.detail ?? `The platform answered ${status}.`;
  const remedy = said.remedy ?? (status >= 500 ? "Try again in a moment; if it lasts, look at Operations." : "");
  return new ApiError(status, sentence, remedy, said.fields ?? {}, address);
}

export function unreachable(address: string): ApiError {
  return new ApiError(0, UNREACHABLE, UNREACHABLE_REMEDY, {}, address);
}

/** A text for a support person: pasted from "Copy details". */
export function detailsOf(error: unknown, at: Date): string {
  const lines = [`Wattwise · ${at.toISOString()}`, `Page: ${window.location.href}`];
  if (error instanceof ApiError) lines.push(`Request: ${error.address}`, `Status: ${error.status}`);
  lines.push(`Error: ${error instanceof Error ? error.message : String(error)}`);
  return lines.join("\n");
}
