import { defineConfig } from "@hey-api/openapi-ts";

export default defineConfig({
  input: {
    path: process.env.WATTWISE_OPENAPI ?? "../../openapi.json",
    // People's calls only; machines have the Python client.
    filters: { operations: { include: ["/^[A-Z]+ \\/api\\//"] } },
  },
  output: { path: "src/api" },
  plugins: [
    { name: "@hey-api/client-fetch" },
    "@hey-api/typescript",
    { name: "@hey-api/sdk" },
    { name: "@tanstack/react-query", infiniteQueryOptions: false },
  ],
});
