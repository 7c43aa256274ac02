import { defineConfig } from "drizzle-kit";

/** Run from the repository's root: `npx drizzle-kit generate --config services/d1-worker/drizzle.config.ts --name <what>`. */
export default defineConfig({
  dialect: "sqlite",
  schema: "./services/d1-worker/src/schema.ts",
  out: "./migrations",
});
