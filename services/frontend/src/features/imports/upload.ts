import type { Import } from "@/api";
import { csrfToken, errorOf, unreachable } from "@/lib/http";
import type { Recipe } from "./types";

interface Upload {
  organization: number;
  recipe?: Recipe;
  files: File[];
  /** Look at them first; nothing is stored until somebody says so. */
  preview?: boolean;
  /** A source whose remembered settings count where the recipe leaves things open. */
  source?: number;
  /** The import of which they are rejected rows, put right. */
  fixes?: number;
  onProgress: (share: number) => void;
  signal: AbortSignal;
}

/** Sends files; by XMLHttpRequest, because fetch does not tell how much has gone out. */
export function uploadFiles({
  organization,
  recipe,
  files,
  preview = false,
  source,
  fixes,
  onProgress,
  signal,
}: Upload): Promise<Import> {
  const address = "/api/imports/";
  const form = new FormData();
  form.set("organization", String(organization));
  if (recipe !== undefined) form.set("recipe", JSON.stringify(recipe));
  form.set("preview", String(preview));
  if (source !== undefined) form.set("source", String(source));
  if (fixes !== undefined) form.set("fixes", String(fixes));
  for (const file of files) form.append("file", file, file.name);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", address);
    request.setRequestHeader("X-CSRFToken", csrfToken());
    request.setRequestHeader("Accept", "application/json");
    request.upload.onprogress = (event) => event.lengthComputable && onProgress(event.loaded / event.total);
    request.onerror = () => reject(unreachable(`POST ${address}`));
    request.onabort = () => reject(new DOMException("Stopped", "AbortError"));
    request.onload = () => {
      const body = parsed(request.responseText);
      if (request.status === 201) resolve(body as Import);
      else reject(errorOf(request.status, body, `POST ${address}`));
    };
    signal.addEventListener("abort", () => request.abort());
    request.send(form);
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
