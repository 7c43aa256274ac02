import * as z from "zod";
import { worker } from "./ids.ts";

/** What `GET /health` of every Worker answers. By itself, so that the gateway starts without all other routes. */
export const health = z.lazy(() =>
  z.object({
    worker,
    status: z.enum(["ok", "failing"]),
    version: z.string(),
    /** What it depends on and whether that answered. */
    dependencies: z.array(
      z.object({ name: z.string(), status: z.enum(["ok", "failing", "not_deployed"]), detail: z.string().optional() }),
    ),
  }),
);
