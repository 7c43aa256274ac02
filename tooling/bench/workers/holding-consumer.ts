/** Stands in for trade-worker: takes hints and neither acts on them nor gives them back, as long as a bench runs. */
export default {
  fetch(): Response {
    return Response.json({ worker: "trade-worker", status: "ok", version: "holding", dependencies: [] });
  },
  async queue(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 600_000));
  },
};
