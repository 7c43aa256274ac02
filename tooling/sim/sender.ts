import type { GatewayAnswer } from "./mesh/gateway.ts";
import type { PlannedAlert } from "./stories.ts";
import type { World } from "./world.ts";

const GIVES_UP_MS = 3_000;
const RESEND_MS = 5_000;
const MAX_RESENDS = 3;

/** One POST and what the sender learnt of it. */
export interface Post {
  readonly alert: PlannedAlert;
  readonly at: number;
  /** `undefined`: it hung up before an answer came. */
  answer: GatewayAnswer | undefined;
}

/**
 * TradingView: hangs up after 3 s, sends the same bytes again 5 s after a 5xx other than 504, at most three
 * times, never after a time-out.
 */
export class Sender {
  readonly posts: Post[] = [];
  readonly #world: World;
  readonly #gateway: (body: string, alert: string) => Promise<GatewayAnswer>;

  constructor(world: World, gateway: (body: string, alert: string) => Promise<GatewayAnswer>) {
    this.#world = world;
    this.#gateway = gateway;
  }

  plan(alert: PlannedAlert): void {
    this.#world.plan(alert.at, () => this.#post(alert, 0));
  }

  #post(alert: PlannedAlert, resends: number): void {
    const post: Post = { alert, at: this.#world.elapsed, answer: undefined };
    this.posts.push(post);
    this.#world.log(() => `sender: ${alert.name}${resends > 0 ? ` again (${resends})` : ""} ${withoutKey(alert.body)}`);
    let hungUp = false;
    const hangUp = this.#world.plan(GIVES_UP_MS, () => {
      hungUp = true;
      this.#world.log(() => `sender: ${alert.name} hung up`);
    });
    const answered = (answer: GatewayAnswer): void => {
      if (hungUp) return;
      hangUp.cancel();
      post.answer = answer;
      this.#world.log(() => `sender: ${alert.name} ← ${answer.status} ${answer.said} ${answer.requestId ?? ""}`);
      const again = answer.status >= 500 && answer.status !== 504 && resends < MAX_RESENDS;
      if (again) this.#world.plan(RESEND_MS, () => this.#post(alert, resends + 1));
    };
    this.#gateway(alert.body, resends === 0 ? alert.id : `${alert.id}+${resends}`).then(answered, () => {
      // A Worker that dies is a 500 of the platform's.
      answered({ status: 500, requestId: undefined, said: "the Worker died" });
    });
  }
}

function withoutKey(body: string): string {
  return body.replace(/"apiKey":"[^"]*",?/, "");
}
