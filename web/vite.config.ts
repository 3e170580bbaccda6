import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** Nothing inline and nothing from elsewhere: the page must hold under the node's Content-Security-Policy. */
export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  build: {
    outDir: "../dist/inspector",
    emptyOutDir: true,
    target: ["chrome124", "firefox126", "safari17.5"],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
});
