import { defineConfig } from "vite";

export default defineConfig({
  // React's JSX transform is built into the bundler; no plugin is needed to build.
  oxc: { jsx: { runtime: "automatic" } },
});
