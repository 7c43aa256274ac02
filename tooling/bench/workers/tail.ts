import { tallyInvocation, type Counts, type TailEvent } from "../tally.ts";

let counts: Counts = {};

/** Hears of every invocation of the mesh from workerd itself; its own address answers the counts so far. */
export default {
  fetch(request: Request): Response {
    const answer = Response.json(counts);
    if (request.method === "DELETE") counts = {};
    return answer;
  },
  tailStream(onset: TailEvent): (event: TailEvent) => void {
    return tallyInvocation(onset, counts);
  },
};
