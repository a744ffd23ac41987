import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { compression } from "vite-plugin-compression2";

const backend = process.env.WATTWISE_BACKEND_URL ?? "http://127.0.0.1:8000";

export default defineConfig({
  plugins: [
    react(),
    tailwindcss(),
    // The web server answers with the .gz file beside an asset (gzip_static), so nothing is compressed per request.
    compression({ algorithms: ["gzip"], include: /\.(js|css|html|svg|json)$/, threshold: 512 }),
  ],
  resolve: { alias: { "@": new URL("./src", import.meta.url).pathname } },
  build: {
    target: "es2023",
    // An inlined font or image would need `data:` in the content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
  },
  server: {
    port: Number(process.env.WATTWISE_DEV_PORT ?? 5173),
    proxy: { "/api": backend, "/data": backend, "/static": backend },
  },
});
