import * as z from "zod";

/**
 * A Date that may arrive as ISO text: what RPC hands over as a Date stands in JSON as text, and one schema
 * reads both.
 */
export const instant = z.union([z.date(), z.iso.datetime().transform((text) => new Date(text))]);
