import { DurableObject } from "cloudflare:workers";

/** What a binding meets where no ledger-worker is deployed, in the words of the platform. */
const ABSENT = 'Worker "ledger-worker" not found. Make sure it is running locally.';

/** Every call fails, as a call of a class that is nowhere does. */
class Absent extends DurableObject {
  override fetch(): never {
    throw new Error(ABSENT);
  }
  accept(): never {
    throw new Error(ABSENT);
  }
  ledgers(): never {
    throw new Error(ABSENT);
  }
  show(): never {
    throw new Error(ABSENT);
  }
}

export class AccountLedger extends Absent {}
export class KillSwitch extends Absent {}

export default {
  fetch: () => new Response(ABSENT, { status: 503 }),
};
