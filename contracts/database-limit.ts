/** What one D1 database may hold on the Workers Paid plan: developers.cloudflare.com/d1/platform/limits. */
export const DATABASE_LIMIT_BYTES = 10_000_000_000;
