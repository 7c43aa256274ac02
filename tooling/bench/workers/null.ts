/** The least that a gateway can do: read the body, answer 202 with a fresh id. What every ratio is taken against. */
export default {
  async fetch(request: Request): Promise<Response> {
    await request.text();
    return Response.json({ requestId: crypto.randomUUID(), status: "accepted" }, { status: 202 });
  },
};
