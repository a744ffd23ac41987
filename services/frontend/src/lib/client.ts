import { QueryClient } from "@tanstack/react-query";
import { client } from "@/api/client.gen";
import { ApiError, csrfToken, errorOf, unreachable } from "./http";

client.setConfig({ baseUrl: window.location.origin, credentials: "same-origin", throwOnError: true });

client.interceptors.request.use((request) => {
  if (request.method !== "GET") request.headers.set("X-CSRFToken", csrfToken());
  return request;
});

client.interceptors.error.use((error, response, request) => {
  if (error instanceof ApiError) return error;
  const address = request ? `${request.method} ${new URL(request.url).pathname}` : "";
  return response ? errorOf(response.status, error, address) : unreachable(address);
});

export function makeQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 15_000,
        // A refusal stays a refusal; only what may pass by itself is tried again.
        retry: (count, error) => count < 2 && !(error instanceof ApiError && error.status >= 400 && error.status < 500),
      },
    },
  });
}
